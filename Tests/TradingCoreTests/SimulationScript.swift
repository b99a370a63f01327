/// A market and orders as text, run through the whole engine against the simulated exchange, and what
/// the exchange reported as text: the tables of the simulation's tests.
import Testing

@testable import TradingCore

/// Orders of an operator ride among the facts of a feed: a reading with the place of the command in
/// the list takes its time, so that the command comes exactly there.
struct CommandedSource: EventSource, ~Copyable {
  var inner: SimulatedSource
  let commands: [EventBody]

  mutating func next(_ fact: inout Event) throws(EngineFault) -> Bool {
    guard try inner.next(&fact) else { return false }
    if case .reading(let reading) = fact.body { fact.body = commands[Int(reading.feature)] }
    return true
  }

  mutating func submit(_ orders: inout Outbox, at sequence: Sequence64) throws(EngineFault) {
    try inner.submit(&orders, at: sequence)
  }

  mutating func derived(_ event: Event, at sequence: Sequence64) throws(EngineFault) {}
  var isDrained: Bool { false }
  mutating func settled(_ state: borrowing State) {}
}

/// Instrument 0 trades asset 0 against asset 1 at ticks of 0.01 and lots of 0.001; instrument 1 gives
/// asset 2 a price. A line is `seconds what…`; see `body(of:)`.
struct SimulationScript {
  var rule = FillRule.quote
  var account = AccountKind.margin
  var latencySeconds: Int64 = 0
  var maker: Int64 = 0
  var taker: Int64 = 0
  var feeCurrency = FeeCurrency.quote
  var decimals: UInt8 = 8
  var balances: [Int64] = [0, 1_000_000, 0]
  var more: [EventBody] = []
  var text: String

  struct Result {
    var reports: [String]
    var events: [Event]
    var state: State
  }

  init(_ text: String, _ change: (inout SimulationScript) -> Void = { _ in }) {
    self.text = text
    change(&self)
  }

  func run() throws -> Result {
    try run(Observer(ParameterValues(defaultsOf: []), InstrumentID(0)))
  }

  func run(_ strategy: some Strategy) throws -> Result {
    var commands: [EventBody] = []
    let facts = try text.split(whereSeparator: \.isNewline).compactMap { line in
      try fact(line.split(separator: " ").map(String.init), &commands)
    }
    let recorder = Recorder()
    let engine = Engine(
      source: CommandedSource(
        inner: SimulatedSource(feed: ArrayFeed(definitions + facts), preamble: preamble),
        commands: commands),
      strategy, recorder, recorder)
    let outcome = try engine.run()
    return Result(
      reports: recorder.events.compactMap(Self.describe), events: recorder.events,
      state: outcome.state)
  }

  // MARK: Reading

  private func at(_ seconds: Int64, _ body: EventBody) -> Event {
    Event(receiveTime: Timestamp(nanoseconds: seconds * Interval.second.nanoseconds), body)
  }

  private var definitions: [Event] {
    let first = InstrumentDefinition(
      instrument: InstrumentID(0), base: AssetID(0), quote: AssetID(1),
      tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 3))
    let second = InstrumentDefinition(
      instrument: InstrumentID(1), base: AssetID(2), quote: AssetID(1),
      tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 3))
    return [at(0, .instrument(first)), at(0, .instrument(second))]
  }

  private var preamble: [Event] {
    let assets = (0..<3).map {
      EventBody.asset(AssetDefinition(asset: AssetID($0), commissionDecimals: decimals))
    }
    let settings: [EventBody] = [
      .configure(Configure(.fillRule, value: Int64(rule.rawValue))),
      .configure(Configure(.account, value: Int64(account.rawValue))),
      .configure(Configure(.latency, value: latencySeconds * Interval.second.nanoseconds)),
      .configure(Configure(.reportingAsset, value: 1)),
      .fee(
        FeeSchedule(
          instrument: .none, maker: maker, taker: taker, currency: feeCurrency, asset: AssetID(2))),
    ]
    let holdings = balances.enumerated().map { place, whole in
      EventBody.balance(AssetAmount(asset: AssetID(UInt16(place)), amount: Money(whole: whole)))
    }
    return (assets + settings + holdings + more).map { at(0, $0) }
  }

  private func fact(_ words: [String], _ commands: inout [EventBody]) throws -> Event {
    let seconds = try #require(Int64(words[0]))
    if let body = market(Array(words.dropFirst())) { return at(seconds, body) }
    commands.append(try #require(command(Array(words.dropFirst())), "line \(words)"))
    return at(
      seconds,
      .reading(Reading(instrument: .none, feature: UInt16(commands.count - 1), value: 0)))
  }

  /// Lots of a trade, a quote's side or a candle that nobody says.
  static let plenty: Int64 = 1_000_000_000_000

  /// `price` or `price:lots`.
  private func level(_ word: String) -> (price: Price, lots: Quantity)? {
    let parts = word.split(separator: ":").map { Int64($0) }
    guard let price = parts.first.flatMap({ $0 }) else { return nil }
    let lots = parts.count > 1 ? parts[1] ?? 0 : SimulationScript.plenty
    return (Price(ticks: price), Quantity(lots: lots))
  }

  /// `trade price`, `other price` (the second instrument), `quote bid ask`, `candle open high low
  /// close` (a minute that ends at the line's time; `beside` of the second instrument), `book b100:5 a101:5` (a snapshot), `lost depth`.
  private func market(_ words: [String]) -> EventBody? {
    let numbers = words.dropFirst().compactMap { Int64($0) }
    let levels = words.dropFirst().compactMap { level($0) }
    switch words[0] {
    case "trade", "other":
      return .trade(
        Trade(
          instrument: InstrumentID(words[0] == "trade" ? 0 : 1), price: levels[0].price,
          quantity: levels[0].lots, aggressor: words.last == "sell" ? .sell : .buy, id: 0))
    case "quote":
      return .quote(
        Quote(
          instrument: InstrumentID(0), bidPrice: levels[0].price, bidQuantity: levels[0].lots,
          askPrice: levels[1].price, askQuantity: levels[1].lots, updateID: 0))
    case "candle", "beside":
      return .candle(
        Candle(
          instrument: InstrumentID(words[0] == "candle" ? 0 : 1), intervalSeconds: 60,
          open: Price(ticks: numbers[0]),
          high: Price(ticks: numbers[1]), low: Price(ticks: numbers[2]),
          close: Price(ticks: numbers[3]), volume: Quantity(lots: 1)))
    case "level": return level(words)
    case "lost":
      return .gap(
        Gap(
          instrument: InstrumentID(0), stream: words[1] == "depth" ? .depth : .quote, count: 1,
          reason: .sequence))
    default: return nil
    }
  }

  /// `level first b100:5`, `level - a101:5`, `level last a102:5`: the levels of a snapshot.
  private func level(_ words: [String]) -> EventBody {
    let numbers = words[2].dropFirst().split(separator: ":").compactMap { Int64($0) }
    return .bookSnapshot(
      BookSnapshot(
        instrument: InstrumentID(0), side: words[2].first == "b" ? .buy : .sell,
        price: Price(ticks: numbers[0]), quantity: Quantity(lots: numbers[1]), updateID: 1,
        flags: words[1] == "first" ? .first : words[1] == "last" ? .last : []))
  }

  /// `buy 5` at the market, `buy 5 @100`, either with `ioc` or `fok`; `cancel n`, `amend n 5 @100`,
  /// where n is the order's id; `halt`, `resume`, `flatten`.
  private func command(_ words: [String]) -> EventBody? {
    let price = words.first { $0.hasPrefix("@") }.flatMap { Int64($0.dropFirst()) }
    switch words[0] {
    case "buy", "sell":
      let force: TimeInForce =
        words.contains("ioc")
        ? .immediateOrCancel : words.contains("fok") ? .fillOrKill : .goodTillCanceled
      return .place(
        OrderTerms(
          instrument: InstrumentID(0), side: words[0] == "buy" ? .buy : .sell,
          type: price == nil ? .market : .limit, quantity: Quantity(lots: Int64(words[1]) ?? 0),
          price: Price(ticks: price ?? 0), timeInForce: force))
    case "cancel": return UInt64(words[1]).map { .cancel(CancelTerms(order: OrderID($0))) }
    case "amend":
      return .amend(
        AmendTerms(
          order: OrderID(UInt64(words[1]) ?? 0), price: Price(ticks: price ?? 0),
          quantity: Quantity(lots: Int64(words[2]) ?? 0)))
    case "work": return SimulationScript.parent(words, limit: Price(ticks: price ?? 0))
    case "halt": return .halt(HaltCommand(reason: 0))
    case "resume": return .resume(HaltCommand(reason: 0))
    case "flatten": return .flatten(Flatten(instrument: InstrumentID(0)))
    default: return nil
    }
  }

  /// `work buy 100 twap over 60 slices 4 @100`, also `vwap`, `iceberg`, `route`, and `share 500` (in
  /// 10⁻⁴) for `participation`.
  private static func parent(_ words: [String], limit: Price) -> EventBody {
    let number = { (key: String) -> Int64 in
      words.firstIndex(of: key).flatMap { Int64(words[$0 + 1]) } ?? 0
    }
    let algorithms: [String: ExecutionAlgorithm] = [
      "twap": .timeWeighted, "vwap": .volumeWeighted, "iceberg": .iceberg,
      "participation": .participation, "route": .route,
    ]
    return .execute(
      ParentTerms(
        instrument: InstrumentID(0), side: words[1] == "buy" ? .buy : .sell,
        quantity: Quantity(lots: Int64(words[2]) ?? 0),
        algorithm: algorithms[words[3]] ?? .timeWeighted, limit: limit,
        durationSeconds: UInt32(number("over")), slices: UInt16(number("slices")),
        participation: UInt16(number("share"))))
  }

  // MARK: Writing

  private static func describe(_ event: Event) -> String? {
    let time = event.receiveTime.nanoseconds / Interval.second.nanoseconds
    switch event.body {
    case .accepted: return "\(time) accepted"
    case .rejected(let report): return "\(time) rejected \(report.reason)"
    case .expired(let report): return "\(time) expired \(report.reason)"
    case .canceled: return "\(time) canceled"
    case .amended: return "\(time) amended"
    case .refused(let refusal):
      return "\(time) refused \(refusal.reason) \(refusal.value) \(refusal.limit)"
    case .alert(let alert): return "\(time) alert \(alert.code) \(alert.value)"
    case .fill(let fill):
      let fee = fill.fee == 0 ? "" : " fee \(fill.fee) of \(fill.feeAsset.raw)"
      return
        "\(time) \(fill.side) \(fill.quantity.lots) @\(fill.price.ticks) \(fill.liquidity)\(fee)"
    default: return nil
    }
  }
}
