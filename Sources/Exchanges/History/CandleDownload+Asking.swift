/// Asking a venue until it answers: within its limits, later after each failure, and not for ever.

internal import Dialects
internal import TradingCore

extension CandleDownload where Dialect: ~Copyable {
  /// A question that fails so often in a row ends the download.
  static var mostFailures: Int { 8 }
  /// No wait for another try is longer, unless the venue asks for it.
  static var longestBackOff: Interval { Interval(nanoseconds: 30_000_000_000) }
  /// A venue that wants to be left alone for longer than this ends the download.
  static var longestBlock: Interval { Interval(nanoseconds: 600_000_000_000) }

  /// What is done with an answer; what it throws ends the download.
  typealias Taking = (FrameBatch) throws(ExchangesError) -> Void

  /// Asks until there is an answer.
  /// - Parameter isRepeated: whether a question that nobody answers is asked again; else it is the end.
  func ask(_ action: VenueAction, isRepeated: Bool = true, then take: @escaping Taking) {
    guard !isOver else { return }
    let now = world.now
    let venueTime = limits.skew.venueTime(at: now)
    let request: VenueRequest
    do throws(DialectError) {
      request = try dialect.request(action, id: 0, over: .http, at: venueTime)
    } catch { return fail(.answer("\(error)")) }
    guard earliest <= world.steady else {
      return askLater(earliest - world.steady, action, isRepeated, take)
    }
    switch limits.budget.reserve(weight: request.weight, at: venueTime) {
    case .go: break
    case .wait(let until): return askLater(until - venueTime, action, isRepeated, take)
    case .never:
      return fail(.answer("\(request.name) weighs more than \(plan.venue) allows"))
    }
    earliest = world.steady + plan.history.pace
    figures.requests += 1
    world.ask(request, of: address) { [weak self] result in
      guard let self, !isOver else { return }
      if case .failure(let error) = result, !isRepeated { return fail(error) }
      receive(result, to: action, asked: now, take)
    }
  }

  private func askLater(
    _ wait: Interval, _ action: VenueAction, _ isRepeated: Bool, _ take: @escaping Taking
  ) {
    _ = world.later(wait) { [weak self] in self?.ask(action, isRepeated: isRepeated, then: take) }
  }

  private func receive(
    _ result: Result<VenueResponse, ExchangesError>, to action: VenueAction, asked: Timestamp,
    _ take: @escaping Taking
  ) {
    var answer = FrameBatch()
    let outcome: VenueOutcome
    do {
      let response = try result.get()
      outcome = try dialect.answer(response, to: action, at: world.now, into: &answer)
    } catch {
      guard case .success(let response) = result else { return again(action, "\(error)", take) }
      return misread(response, to: action, "\(error)", take)
    }
    limits.learn(answer, asked: asked, answered: world.now)
    guard outcome == .done else { return refused(outcome, action, take) }
    (failures, wasBanned) = (0, false)
    backOff.succeeded()
    do throws(ExchangesError) { try take(answer) } catch { fail(error) }
  }

  /// What an answer means that could not be read: it can be on a finer grid of prices, it can have been torn
  /// on the way, or it is what the venue says, and then it says so again.
  private func misread(
    _ response: VenueResponse, to action: VenueAction, _ reason: String, _ take: @escaping Taking
  ) {
    do throws(ExchangesError) {
      if try needsFinerTick(response, to: action) { return beginAnew() }
    } catch { return fail(error) }
    guard response.isWhole else { return again(action, reason, take) }
    fail(.answer("\(reason); it says so for certain and is not asked again"))
  }

  /// What an answer that is none means for the question.
  private func refused(
    _ outcome: VenueOutcome, _ action: VenueAction, _ take: @escaping Taking
  ) {
    switch outcome {
    case .done: break
    case .limited(let isBan, let wait, let until):
      let now = world.now
      let end = limits.block(isBan: isBan, wait: wait, until: until, at: now)
      let silence = end - limits.skew.venueTime(at: now)
      let isTold = wait != nil || until != nil
      // A ban is waited for once, where its end is known: whoever asks within it, or earns the next, is
      // banned for longer.
      guard silence <= Self.longestBlock, !isBan || isTold && !wasBanned else {
        return fail(plan.market.limited(isBan: isBan, until: isTold ? end : nil))
      }
      wasBanned = isBan
      let words = isBan ? "has banned this address" : "wants fewer requests"
      again(action, "\(plan.venue) \(words)", after: silence, take)
    case .unknown, .halfway, .clockSkew:
      again(action, "\(plan.venue) lost sight of the request", take)
    case .noSuchOrder, .rejected, .unauthorised:
      fail(plan.market.failure(outcome, asked: "what its candles were"))
    }
  }

  /// Asks again, later each time.
  /// - Parameter silence: for how long at least the venue wants no question.
  private func again(
    _ action: VenueAction, _ reason: String, after silence: Interval = .zero,
    _ take: @escaping Taking
  ) {
    failures += 1
    guard failures < Self.mostFailures else {
      return fail(
        .answer("\(reason); that was the \(failures)th failure in a row, and it is given up"))
    }
    figures.repeats += 1
    let wait = max(backOff.next(), silence)
    let tenths = Int128(wait.nanoseconds / 100_000_000)
    figures.trouble = "\(reason); it is asked again in \(decimalText(tenths, scale: 1)) s"
    desk.show(figures)
    askLater(wait, action, true, take)
  }

  /// Whether an answer that could not be read can be on a finer grid of prices, which is then the symbol's:
  /// venues make ticks coarser, and their candles of before stay as they were.
  /// - Throws: as `define`, where not even the symbol's own grid can be taken any more.
  private func needsFinerTick(
    _ response: VenueResponse, to action: VenueAction
  ) throws(ExchangesError) -> Bool {
    guard case .candles = action,
      let place = specs.firstIndex(where: { $0.symbol == plan.symbols[current] })
    else { return false }
    let own = specs[place].tick
    for scale in 0...8 where scale > own?.normalised.scale ?? 8 {
      specs[place].tick = Decimal64(mantissa: 1, scale: scale)
      // Where one is too fine to be exact, a finer one is no better.
      guard (try? define()) != nil else { break }
      var answer = FrameBatch()
      if (try? dialect.answer(response, to: action, at: world.now, into: &answer)) == .done {
        return true
      }
    }
    specs[place].tick = own
    try define()
    return false
  }
}
