/// What comes in on an account's connection: reports, answers, and assets that nobody has named yet.

internal import Dialects
internal import TradingCore

extension AccountSession where Dialect: ~Copyable {
  func receive(_ frame: Span<UInt8>, on link: LinkID, at time: Moment) -> FrameMeaning {
    defer { flush() }
    guard let meaning = read(frame, on: link, at: time.wall) else {
      // It may have told of a fill: what was missed is asked for behind a new link.
      connection?.abandon(link)
      return .counted
    }
    guard case .reply(let id) = meaning else {
      machine.take(batch.events, at: time)
      machine.take(standings: batch.standings, at: time)
      if meaning == .accountEnded {
        announce("the venue ended the account's reports")
        connection?.abandon(link)
      }
      return meaning
    }
    let bytes = (0..<frame.count).map { frame[$0] }
    guard id != Self.followID else { return followed(bytes, on: link, at: time) }
    guard let question = pending.removeValue(forKey: id) else { return .counted }
    answer(VenueResponse(frame: bytes), to: question, at: time)
    return .counted
  }

  /// Reads a frame; an asset nobody has named yet is defined on the way.
  /// - Returns: `nil` for one that breaks the venue's rules.
  func read(
    _ frame: Span<UInt8>, on link: LinkID, at time: Timestamp
  ) -> FrameMeaning? {
    while true {
      batch.removeAll()
      do throws(DialectError) {
        return try dialect.decode(frame, on: link, at: time, into: &batch)
      } catch {
        guard define(error, at: time) else {
          figures.malformed += 1
          announce("\(error)")
          return nil
        }
      }
    }
  }

  /// A link on which the account is not followed is of no use: our fills would not be heard of.
  func followed(
    _ bytes: [UInt8], on link: LinkID, at time: Moment
  ) -> FrameMeaning {
    var answer = FrameBatch()
    let told = try? dialect.answer(
      VenueResponse(frame: bytes), to: .followAccount, at: time.wall, into: &answer)
    let outcome = told.map { settled($0, of: followed[link], asked: time.steady, at: time) }
    if outcome != .done {
      let reason = Self.failure("the venue does not follow the account", outcome)
      announce("\(reason)")
      let key = signing
      note(outcome, of: followed[link], at: time)
      // What the link signed in with may be too old by now.
      if nextLogOn != nil { nextLogOn = time.steady }
      let isOtherKey = signing != key
      if !isOtherKey, outcome != .clockSkew { failOpening(reason) }
      connection?.abandon(link)
      if isOtherKey { connection?.renewAtOnce() }
    }
    return .subscription(id: Self.followID, isAccepted: outcome == .done)
  }

  /// Reads an answer, or what none means, for everything that was asked with the request.
  func answer(_ response: VenueResponse?, to question: Pending, at time: Moment) {
    var response = response
    response?.actions = question.actions.count
    let tookLists = goTogether(question.actions)
    for place in question.actions.indices {
      let action = question.actions[place]
      let told = outcome(of: response, to: action, at: time.wall)
      let outcome = settled(told, of: question.key, asked: question.asked, at: time)
      if place == 0 {
        if let text = Self.trouble(told, action) {
          announce(outcome == told ? text : text + ", or it came too late: the next request tells")
        }
        note(outcome, of: question.key, weight: question.weight, at: time)
      }
      take(
        outcome, of: action, asked: question.asked,
        isLast: place == question.actions.indices.last, at: time)
    }
    if tookLists, !goTogether(question.actions) {
      announce(
        "the venue takes no list of cancels: while the account's link is away orders are canceled one by one from "
          + "now on, which takes long where there are many")
    }
  }

  /// Whether several cancels may leave with one request over HTTP, by what the venue has said so far.
  private func goTogether(_ actions: [VenueAction]) -> Bool {
    actions.count > 1 && actions[0].isCancel
      && dialect.areAskedTogether([actions[0]], actions[1], over: .http)
  }

  /// Takes what became of one action; what it brought is in the batch.
  private func take(
    _ outcome: VenueOutcome, of action: VenueAction, asked: Timestamp, isLast: Bool,
    at time: Moment
  ) {
    if opening != nil, action == .positions { return tookPositions(outcome, at: time) }
    if opening != nil, action == .account { return finishOpening(outcome, at: time) }
    if case .cancelAllAfter(let span) = action { return noteSwitch(span, outcome, at: time) }
    machine.answered(action, outcome, batch, asked: asked, isLast: isLast, at: time)
  }

  /// What became of a question, where the venue may have taken it for another key's though it was only late.
  private func settled(
    _ outcome: VenueOutcome, of key: UInt32?, asked: Timestamp, at time: Moment
  ) -> VenueOutcome {
    guard dialect.refusesLateAsUnsigned, key == signing else { return outcome }
    switch outcome {
    case .unauthorised:
      return doubt.isRefusal(asked: asked, at: time.steady) ? outcome : .clockSkew
    case .limited, .unknown: break
    case .done, .halfway, .rejected, .noSuchOrder, .clockSkew: doubt.end()
    }
    return outcome
  }

  /// What an outcome means for whatever is asked next.
  /// - Parameters:
  ///   - key: what the question was signed with.
  ///   - weight: what it cost of the venue's limits.
  func note(_ outcome: VenueOutcome?, of key: UInt32?, weight: Int64 = 0, at time: Moment) {
    if case .unauthorised = outcome { noteRefusal(of: key) }
    if outcome == .clockSkew {
      clock.forget()
      lookAtClock()
    }
    if case .limited(let isBan, let wait, let until) = outcome {
      _ = budget.block(
        isBan: isBan, wait: wait, until: until, pause: .second, weight: weight,
        at: clock.venueTime(at: time.wall))
    }
  }

  func outcome(
    of response: VenueResponse?, to action: VenueAction, at time: Timestamp
  ) -> VenueOutcome {
    while true {
      batch.removeAll()
      do throws(DialectError) {
        return try dialect.answer(response, to: action, at: time, into: &batch)
      } catch {
        if define(error, at: time) { continue }
        announce("\(error)")
        batch.removeAll()
        return (try? dialect.answer(nil, to: action, at: time, into: &batch)) ?? .unknown
      }
    }
  }

  /// Defines an asset that an answer named; false for any other trouble.
  func define(_ error: DialectError, at time: Timestamp) -> Bool {
    guard case .undefined(let name) = error,
      let facts = assets.define(name, in: &dialect.directory)
    else { return false }
    let events = facts.map { Event(receiveTime: time, $0) }
    if opening != nil { openingFacts += events } else { machine.facts += events }
    return true
  }
}
