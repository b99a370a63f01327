/// Quotes both sides around a fair price, leaning against what it already holds.
///
/// The fair price is the middle of the best quotes or, weighted by the quantity on the other side, the
/// microprice. Holding lots moves both quotes the other way, as in M. Avellaneda and S. Stoikov,
/// "High-frequency trading in a limit order book" (2008), with a linear lean of the user's choice.
struct MarketMaking: Strategy {
  static let name = "market-making"
  static let asksForWeights = false
  static let summary = "Keeps a bid and an ask around a fair price and leans against its holding."
  static let parameters = [
    Parameter(
      "spread", .number, default: 10, in: 0...1_000, unit: "bp",
      help: "Distance from bid to ask, a part of the fair price."),
    Parameter(
      "size", .number, default: 5, in: 0.001...100, unit: "%",
      help: "Each order, a part of the account's size."),
    Parameter(
      "limit", .number, default: 50, in: 0.001...100, unit: "%",
      help: "Holding beyond which the side that adds to it is withdrawn."),
    Parameter(
      "skew", .number, default: 5, in: 0...1_000, unit: "bp",
      help: "How far both quotes lean when the holding is at its limit."),
    Parameter(
      "requote", .number, default: 1, in: 0...1_000, unit: "bp",
      help: "Move of the fair price that makes it quote again."),
    Parameter(
      "microprice", .flag, default: 0, in: 0...1,
      help: "Whether the fair price weighs the quantities at the best quotes."),
  ]

  private let instrument: InstrumentID
  private let halfSpread: Double
  private let size: Double
  private let limit: Double
  private let skew: Double
  private let threshold: Double
  private let weighsQuantities: Bool
  /// The fair price in ticks and the held lots that the standing quotes were made for; a fair price
  /// of 0 says that nothing is quoted.
  private var quotedFair = 0.0
  private var quotedLots: Int64 = 0

  init(_ values: ParameterValues, _ instrument: InstrumentID) throws(ParameterError) {
    self.instrument = instrument
    halfSpread = values["spread"] / 20_000
    size = values["size"] / 100
    limit = values["limit"] / 100
    skew = values["skew"] / 10_000
    threshold = values["requote"] / 10_000
    weighsQuantities = values.flag("microprice")
    guard size <= limit else { throw .conflict("size must not be more than limit") }
  }

  var warmUpBars: Int { 0 }

  mutating func decide(_ event: Event, _ state: borrowing State, _ decisions: inout Decisions) {
    guard instrument.index < state.markets.count else { return }
    let top = state.markets[instrument.index].top
    guard !isOutage(event), let fair = fairTicks(top) else {
      return withdraw(&decisions)
    }
    let held = state.position(instrument, in: decisions.book).lots
    let isNear = distance(to: fair) <= threshold * fair
    guard quotedFair == 0 || !isNear || held != quotedLots else { return }
    guard let plan = plan(around: fair, top, held, state, decisions.book) else {
      return withdraw(&decisions)
    }
    decisions.quote(instrument, bid: plan.bid, ask: plan.ask, quantity: plan.quantity)
    quotedFair = fair
    quotedLots = held
  }

  private func distance(to fair: Double) -> Double { (fair - quotedFair).magnitude }

  mutating func account(
    of event: Event, _ state: borrowing State, for book: BookID
  ) -> [StrategyAccount] {
    var account = StrategyAccount(Self.name, instrument, book)
    let silent = quotedFair == 0 ? StrategyConclusion.noMarket : .withdraws
    guard instrument.index < state.markets.count else { return [account.concluding(.noMarket)] }
    let top = state.markets[instrument.index].top
    guard !isOutage(event), let fair = fairTicks(top) else { return [account.concluding(silent)] }
    let held = state.position(instrument, in: book).lots
    account.read("bid", Double(top.bidPrice.ticks), .ticks)
    account.read("ask", Double(top.askPrice.ticks), .ticks)
    account.read("fair", fair, .ticks)
    if quotedFair != 0 {
      account.read("moved", distance(to: fair) / fair * 10_000, .basisPoints)
      account.read("requote", threshold * 10_000, .basisPoints)
      let isNear = account.test(
        "|fair − quoted|", distance(to: fair), .atMost, "requote", threshold * fair, .ticks)
      account.test("held", Double(held), .equal, "quoted for", Double(quotedLots), .lots)
      if isNear && held == quotedLots { return [account.concluding(.keepsQuotes)] }
    }
    guard let plan = plan(around: fair, top, held, state, book) else {
      return [account.concluding(quotedFair == 0 ? .tooSmall : .withdrawsSmall)]
    }
    plan.tell(&account, held)
    return [account.concluding(.quotes)]
  }

  /// What was quoted before a break cannot be trusted; the next quote begins anew.
  private func isOutage(_ event: Event) -> Bool {
    switch event.body {
    case .disconnected(let report): report.endsAll
    case .gap(let gap): gap.stream != .trade && gap.stream != .candle
    default: false
    }
  }

  private func fairTicks(_ top: Quote) -> Double? {
    let bid = Double(top.bidPrice.ticks)
    let ask = Double(top.askPrice.ticks)
    let bidLots = Double(top.bidQuantity.lots)
    let askLots = Double(top.askQuantity.lots)
    guard bidLots > 0, askLots > 0, bid > 0, ask > bid, ask < 1e15 else { return nil }
    guard weighsQuantities else { return (bid + ask) / 2 }
    return (bid * askLots + ask * bidLots) / (bidLots + askLots)
  }

  private mutating func withdraw(_ decisions: inout Decisions) {
    guard quotedFair != 0 else { return }
    quotedFair = 0
    decisions.quote(instrument, bid: nil, ask: nil, quantity: .zero)
  }

  /// What is quoted around a fair price; `nil` where that is less than a lot.
  private func plan(
    around fair: Double, _ top: Quote, _ held: Int64, _ state: borrowing State, _ book: BookID
  ) -> Plan? {
    let order = state.lots(forWeight: size, of: instrument, atTicks: fair, book: book)
    let most = state.lots(forWeight: limit, of: instrument, atTicks: fair, book: book)
    guard order > 0, most > 0 else { return nil }
    let fullness = max(-1, min(1, Double(held) / Double(most)))
    let middle = fair - fair * skew * fullness
    // Never across the other side: a maker's quote rests.
    let bid = min(ticks(middle - fair * halfSpread, .down), top.askPrice.ticks - 1)
    let ask = max(ticks(middle + fair * halfSpread, .up), top.bidPrice.ticks + 1, bid + 1)
    let maySell = state.settings.accountKind == .margin || held >= order
    return Plan(
      quantity: Quantity(lots: order), most: most, maySell: maySell, fullness: fullness,
      middle: middle,
      bid: held <= most - order ? Price(ticks: bid) : nil,
      ask: held >= order - most && maySell ? Price(ticks: ask) : nil)
  }

  private struct Plan {
    var quantity: Quantity
    var most: Int64
    var maySell: Bool
    var fullness: Double
    var middle: Double
    var bid: Price?
    var ask: Price?

    func tell(_ account: inout StrategyAccount, _ held: Int64) {
      account.read("held", Double(held), .lots)
      account.read("most held", Double(most), .lots)
      account.read("fullness", fullness, .weight)
      account.read("middle of the quotes", middle, .ticks)
      account.read("each order", Double(quantity.lots), .lots)
      account.test(
        "held", Double(held), .atMost, "most − order", Double(most - quantity.lots), .lots)
      account.test(
        "held", Double(held), .atLeast, "order − most", Double(quantity.lots - most), .lots)
      guard !maySell else { return }
      account.test("held", Double(held), .atLeast, "order", Double(quantity.lots), .lots)
    }
  }

  private func ticks(_ value: Double, _ rule: FloatingPointRoundingRule) -> Int64 {
    Int64(max(0, min(2e15, value)).rounded(rule))
  }

  func encode(into bytes: inout CanonicalBytes) {
    bytes.append(quotedFair)
    bytes.append(quotedLots)
  }
}
