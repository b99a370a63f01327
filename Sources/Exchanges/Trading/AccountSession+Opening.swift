/// How an account's session begins: the venue's clock, the connection, what the account holds; and its end.

internal import Dialects
package import TradingCore

extension AccountSession where Dialect: ~Copyable {
  /// Looks at the venue's clock, connects, and asks what the account holds.
  /// - Parameters:
  ///   - isUnwanted: asked until then; the opening fails when it says so.
  ///   - then: told definitions of assets the journal did not have, and every balance, as facts; or why
  ///     they cannot be had.
  package func open(
    unless isUnwanted: @escaping @Sendable () -> Bool,
    then: @escaping (Result<[Event], any Error>) -> Void
  ) {
    self.isUnwanted = isUnwanted
    opening = then
    // From now on, for somebody may not want to wait for a venue that does not answer.
    beatLater()
    lookAtClock { [weak self] failure in
      if let failure { self?.failOpening(failure) } else { self?.logOnFirst() }
    }
  }

  private func logOnFirst() {
    logOn { [weak self] failure in
      if let failure { self?.failOpening(failure) } else { self?.connect() }
    }
  }

  /// Gets what links sign in with, where the venue wants such a thing; a link that opens later takes the
  /// latest.
  /// - Parameter then: told that it is there or not needed, or why it was not had.
  func logOn(then: @escaping ((any Error)?) -> Void = { _ in }) {
    guard let life = dialect.logOnLife else { return then(nil) }
    nextLogOn = world.steady + Self.logOnPause
    let key = signing
    let venueTime = clock.venueTime(at: world.now)
    do throws(DialectError) {
      let request = try dialect.request(.logOn, id: 0, over: .http, at: venueTime)
      // Nothing can be asked without it, so it is counted and waits for nothing.
      _ = budget.reserve(weight: request.weight, at: venueTime)
      world.ask(request, of: rest) { [weak self] result in
        // What a key was told that does not sign any more is of no use.
        guard let self, key == signing else { return }
        loggedOn(try? result.get(), life, then)
      }
    } catch { then(error) }
  }

  /// Another key signs: what the old one got is forgotten.
  func logOnAnew() {
    guard nextLogOn != nil, signing != nil else { return }
    isLoggedOn = false
    logOn()
  }

  /// How long to wait before the next try.
  private static var logOnPause: Interval { Interval(nanoseconds: 10_000_000_000) }
  /// Requests of an opening that may be refused for their time before it fails.
  private static var mostRefusedTimes: Int { 3 }
  /// A venue that wants to be left alone for longer fails an opening: a start that only waits looks hung.
  private static var longestSilence: Interval { .minute }

  private func loggedOn(
    _ response: VenueResponse?, _ life: Interval, _ then: @escaping ((any Error)?) -> Void
  ) {
    var answer = FrameBatch()
    let outcome = try? dialect.answer(response, to: .logOn, at: world.now, into: &answer)
    guard outcome != .done else {
      nextLogOn = world.steady + life
      // A link may have waited for this key's.
      if !isLoggedOn { connection?.renewAtOnce() }
      isLoggedOn = true
      return then(nil)
    }
    note(outcome, of: signing, weight: 1, at: world.moment)
    if case .limited(_, let wait, let until) = outcome {
      nextLogOn = world.steady + silence(wait, until) + Self.logOnPause
    }
    if isTriedAgain(outcome, by: { [weak self] in self?.logOn(then: then) }) { return }
    let failure = Self.failure("the venue opens no session", outcome)
    announce("\(failure)")
    then(failure)
  }

  /// Whether what was refused for its time alone is tried again, in a second; and what was one question too many,
  /// when the venue answers again, if that is soon.
  private func isTriedAgain(
    _ outcome: VenueOutcome?, by again: @escaping () -> Void
  ) -> Bool {
    guard opening != nil, refusedTimes < Self.mostRefusedTimes else { return false }
    switch outcome {
    case .clockSkew: _ = world.later(.second, again)
    case .limited(isBan: false, let wait, let until):
      let silence = silence(wait, until)
      guard silence <= Self.longestSilence else { return false }
      announce(
        "the start waits \(silence.nanoseconds / Interval.second.nanoseconds) s, as the venue wants"
      )
      _ = world.later(silence, again)
    default: return false
    }
    refusedTimes += 1
    return true
  }

  /// How long a venue wants to be left alone, at least a second.
  private func silence(_ wait: Interval?, _ until: Timestamp?) -> Interval {
    max(.second, until.map { $0 - clock.venueTime(at: world.now) } ?? wait ?? .second)
  }

  /// What an opening asks waits for the venue's limits, if they let it leave soon.
  func holdOpening(_ action: VenueAction, until: Timestamp) {
    guard silence(nil, until) <= Self.longestSilence else {
      let outcome = VenueOutcome.limited(isBan: false, wait: nil, until: until)
      return failOpening(Self.failure("the venue does not say what the account holds", outcome))
    }
    askAgain(action, after: .second)
  }

  func connect() {
    guard connection == nil, opening != nil else { return }
    guard !keys.isEmpty else { return failOpening(Self.noKey) }
    do {
      let address = try VenueAddress(dialect.address(of: .account))
      // Some venues want more than the account's reports on a link, such as a sign of life.
      let others = try dialect.subscriptions(to: [], firstID: Self.followID + 1)
      lastID = max(lastID, Self.followID + Int64(others.count))
      let connection = VenueConnection(
        address, [try followRequest()] + others, dialect.connectionRules, in: world, owner: self,
        renewing: { [weak self] place, link in
          place == 0 ? self?.followRequest(on: link) : others[place - 1]
        })
      self.connection = connection
      connection.start()
    } catch { failOpening(error) }
  }

  private func beatLater() {
    heartbeat = world.later(Self.beat) { [weak self] in
      self?.tick()
      if self?.heartbeat != nil { self?.beatLater() }
    }
  }

  func followRequest() throws(DialectError) -> VenueRequest {
    try dialect.request(
      .followAccount, id: Self.followID, over: .webSocket, at: clock.venueTime(at: world.now))
  }

  func failOpening(_ error: any Error) { endOpening(.failure(error)) }

  private func endOpening(_ result: Result<[Event], any Error>) {
    guard let then = opening else { return }
    opening = nil
    then(result)
  }

  package func close() {
    failOpening(ExchangesError.answer("the session was closed"))
    heartbeat?.cancel()
    heartbeat = nil
    closeLine()
    connection?.stop()
    connection = nil
  }

  /// Asks for the venue's time.
  /// - Parameter then: told that the clock was looked at, or why nobody answered.
  func lookAtClock(then: @escaping ((any Error)?) -> Void = { _ in }) {
    let asked = world.now
    clock.looks(at: asked)
    do throws(DialectError) {
      let request = try dialect.request(.time, id: 0, over: .http, at: asked)
      world.ask(request, of: rest) { [weak self] result in
        guard let self else { return }
        switch result {
        case .success(let response): noteClock(readClock(response, asked), then)
        case .failure(let error): then(error)
        }
      }
    } catch { then(error) }
  }

  /// What does not tell the time leaves the clock as it was; but one question too many is one.
  private func noteClock(_ outcome: VenueOutcome?, _ then: @escaping ((any Error)?) -> Void) {
    guard case .limited = outcome else { return then(nil) }
    note(outcome, of: nil, weight: 1, at: world.moment)
    if isTriedAgain(outcome, by: { [weak self] in self?.lookAtClock(then: then) }) { return }
    then(Self.failure("the venue does not tell its time", outcome))
  }

  private func readClock(_ response: VenueResponse, _ asked: Timestamp) -> VenueOutcome? {
    var answer = FrameBatch()
    let now = world.now
    let outcome = try? dialect.answer(response, to: .time, at: now, into: &answer)
    guard outcome == .done else { return outcome }
    let news = clock.sample(
      sent: asked, received: now, venue: answer.venueTime, resolution: answer.venueResolution)
    if let news { announce(news) }
    return outcome
  }

  /// An account that holds something on credit is not traded at: what its balances are is another thing then.
  func tookPositions(_ outcome: VenueOutcome, at time: Moment) {
    guard outcome == .done else {
      if isTriedAgain(outcome, by: { [weak self] in self?.askAgain(.positions, after: .zero) }) {
        return
      }
      return failOpening(
        Self.failure("the venue does not say what the account holds on credit", outcome))
    }
    let positions = batch.listing.positions
    guard !positions.isEmpty else { return ask(.account, at: time) }
    let words = positions.map(\.words).joined(separator: ", ")
    failOpening(
      ExchangesError.refused(
        "the account holds margin positions (\(words)), and this engine knows none: close them at the venue "
          + "or use another account"))
  }

  func finishOpening(_ outcome: VenueOutcome, at time: Moment) {
    guard outcome == .done else {
      if isTriedAgain(outcome, by: { [weak self] in self?.askAgain(.account, after: .zero) }) {
        return
      }
      return failOpening(Self.failure("the venue does not say what the account holds", outcome))
    }
    endOpening(
      .success(
        openingFacts
          + batch.statements.map {
            Event(receiveTime: time.wall, venueTime: $0.time, .balance($0.balance))
          }))
    machine.connected(at: time)
  }
}
