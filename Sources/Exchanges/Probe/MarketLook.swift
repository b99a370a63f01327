/// Asks a venue how one market looks: first for its rules, which say how its numbers are read, then for its best
/// prices and its book together. All of it over HTTP and without a key.

internal import Dialects
internal import TradingCore

/// One look at one market. Lives on its world's thread.
final class MarketLook<Dialect: VenueDialect & SendableMetatype & ~Copyable> {
  private var dialect: Dialect
  /// Which venue and which symbol; no stream of it is followed.
  private let plan: RecordingPlan
  private let depth: Int
  private let world: any VenueWorld
  private let address: VenueAddress
  private let then: (Result<MarketFinding, ExchangesError>) -> Void
  private var market: (spec: InstrumentSpec, definition: InstrumentDefinition)?
  private var prices: FrameBatch?
  private var book: FrameBatch?
  private var isTold = false

  /// - Parameters:
  ///   - plan: its first symbol is looked at.
  ///   - depth: levels a side.
  ///   - then: told once.
  /// - Throws: `ExchangesError.address`.
  init(
    _ plan: RecordingPlan, depth: Int, in world: any VenueWorld,
    then: @escaping (Result<MarketFinding, ExchangesError>) -> Void
  ) throws(ExchangesError) {
    dialect = Dialect(
      hosts: plan.hosts, orders: ClientOrderIDs(journal: 0), credentials: nil, window: .second)
    (self.plan, self.depth, self.world, self.then) = (plan, depth, world, then)
    address = try VenueAddress(dialect.address(of: .rest))
  }

  func begin() {
    ask(.exchangeInformation(symbols: Array(plan.symbols.prefix(1))), "what its instruments are") {
      look, answer throws(ExchangesError) in try look.described(by: answer)
    }
  }

  private func described(by answer: FrameBatch) throws(ExchangesError) {
    let described = try RecordedMarket(plan, answer.instruments)
    dialect.directory = described.directory
    guard let spec = answer.instruments.first(where: { $0.symbol == plan.symbols[0] }),
      let definition = described.directory.instrument(spec.symbol)
    else { throw .unknownSymbol("\(plan.venue) has no symbol \(plan.symbols[0])") }
    market = (spec, definition)
    ask(.quote(definition.instrument), "what its best prices are") {
      look, answer throws(ExchangesError) in
      look.prices = answer
      try look.tellWhenDone()
    }
    ask(.snapshot(definition.instrument, levels: depth), "what its book is") {
      look, answer throws(ExchangesError) in
      look.book = answer
      try look.tellWhenDone()
    }
  }

  private func tellWhenDone() throws(ExchangesError) {
    guard let market, let prices, let book else { return }
    guard let sides = MarketFinding.sides(book.events, on: market.definition, depth: depth) else {
      throw .answer(
        "\(plan.venue): its book is worth more than any market, so it is not shown; try again")
    }
    guard case .quote(let quote)? = prices.events.last?.body else {
      throw .answer("\(plan.venue) did not say what its best prices are; try again")
    }
    tell(
      .success(
        MarketFinding(
          spec: market.spec, definition: market.definition, quote: quote,
          lastTrade: prices.newestTrade, bids: sides.bids, asks: sides.asks,
          rounded: prices.roundedNumbers + book.roundedNumbers, time: world.now)))
  }

  private func tell(_ result: Result<MarketFinding, ExchangesError>) {
    guard !isTold else { return }
    isTold = true
    then(result)
  }

  /// Asks one thing and hands on what was answered; whatever fails on the way is told, and ends the look.
  private func ask(
    _ action: VenueAction, _ what: String,
    read: @escaping (MarketLook, FrameBatch) throws(ExchangesError) -> Void
  ) {
    do throws(DialectError) {
      let request = try dialect.request(action, id: 0, over: .http, at: world.now)
      world.ask(request, of: address) { [weak self] result in
        guard let self, !isTold else { return }
        do throws(ExchangesError) {
          try read(self, try answer(try result.get(), to: action, what))
        } catch { tell(.failure(error)) }
      }
    } catch { tell(.failure(.answer("\(plan.venue): \(error)"))) }
  }

  private func answer(
    _ response: VenueResponse, to action: VenueAction, _ what: String
  ) throws(ExchangesError) -> FrameBatch {
    var answer = FrameBatch()
    let outcome: VenueOutcome
    do throws(DialectError) {
      outcome = try dialect.answer(response, to: action, at: world.now, into: &answer)
    } catch { throw .answer("\(plan.venue): \(error)") }
    guard outcome == .done else { throw plan.failure(outcome, asked: what) }
    return answer
  }
}
