/// What a recording begins with: the venue is asked for its instruments, and tells its limits and its
/// clock in the same answer.

internal import Dialects
internal import TradingCore

extension MarketRecorder where Dialect: ~Copyable {
  /// Asks the venue for the plan's instruments.
  /// - Parameters:
  ///   - given: ids that other venues of the journal have.
  ///   - then: told their definitions, or `ExchangesError`.
  package func describe(
    after given: GivenIDs, then: @escaping (Result<MarketDescription, ExchangesError>) -> Void
  ) {
    let action = VenueAction.exchangeInformation(symbols: plan.symbols)
    let asked = world.now
    do throws(DialectError) {
      let request = try dialect.request(action, id: 0, over: .http, at: asked)
      world.ask(request, of: snapshots.address) { [weak self] result in
        guard let self else { return }
        then(
          result.flatMap { response in
            self.keep(response, to: request)
            return Result { () throws(ExchangesError) in
              try self.define(from: response, to: action, asked, after: given)
            }
          })
      }
    } catch { then(.failure(.answer("\(error)"))) }
  }

  private func define(
    from response: VenueResponse, to action: VenueAction, _ asked: Timestamp,
    after given: GivenIDs
  ) throws(ExchangesError) -> MarketDescription {
    let now = world.now
    var answer = FrameBatch()
    let outcome: VenueOutcome
    do throws(DialectError) {
      outcome = try dialect.answer(response, to: action, at: now, into: &answer)
    } catch { throw .answer("\(error)") }
    guard outcome == .done else {
      throw plan.failure(outcome, asked: "what its instruments are")
    }
    snapshots.limits.learn(answer, asked: asked, answered: now)
    let market = try RecordedMarket(plan, answer.instruments, after: given)
    try follow(market)
    return MarketDescription(events: market.events(at: now), given: market.given)
  }

  /// Plans what is followed of some instruments. What the venue has no words for is known by that, before
  /// anybody has begun a journal.
  /// - Throws: `.unknownStream`.
  func follow(_ market: RecordedMarket) throws(ExchangesError) {
    dialect.directory = market.directory
    instruments = market.instruments
    streams = instruments.flatMap { id in plan.kinds.map { MarketStream($0, of: id) } }
    do throws(DialectError) {
      subscriptions = try SubscriptionPlan(streams, in: &dialect)
    } catch { throw .unknownStream("\(error)") }
  }
}

extension RecordingPlan {
  /// Why a question about the plan's symbols was not answered.
  /// - Parameter what: what was asked, as in "did not say what its instruments are".
  func failure(_ outcome: VenueOutcome, asked what: String) -> ExchangesError {
    switch outcome {
    case .rejected(let rejection):
      let symbols = symbols.joined(separator: ", ")
      return .unknownSymbol("\(venue) does not take \(symbols): \(Self.words(rejection))")
    // No key was asked for: it is a wall that does not let this address through.
    case .unauthorised(let rejection):
      return .answer("\(venue) refuses to say \(what): \(Self.words(rejection))")
    case .limited(let isBan, let wait, let until):
      return limited(isBan: isBan, until: until, wait: wait)
    case .done, .noSuchOrder, .halfway, .clockSkew, .unknown:
      return .answer("\(venue) did not say \(what); try again")
    }
  }

  /// What a venue says that wants to be left alone: for how long, where it says that.
  func limited(isBan: Bool, until: Timestamp?, wait: Interval? = nil) -> ExchangesError {
    let seconds = wait.map { "\($0.nanoseconds / Interval.second.nanoseconds) s" }
    let end = until.map { "until \($0.iso8601)" } ?? seconds.map { isBan ? "for \($0)" : $0 }
    guard let end else {
      return .answer(
        "\(venue) " + (isBan ? "has banned this address" : "wants fewer requests")
          + "; wait some minutes before the next try")
    }
    return .answer(
      "\(venue) " + (isBan ? "has banned this address" : "asks to wait")
        + " \(end); try again after that")
  }

  private static func words(_ rejection: VenueRejection) -> String {
    let code = rejection.code == 0 ? "" : "(\(rejection.code))"
    return [rejection.text, code].filter { !$0.isEmpty }.joined(separator: " ")
  }
}
