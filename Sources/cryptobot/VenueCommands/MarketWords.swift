/// A market as people and programs read it.

import Dialects
import Exchanges
import Research
import TradingCore

struct MarketWords {
  private let finding: MarketFinding
  private let profile: VenueProfile
  private let address: String

  init(_ finding: MarketFinding, of profile: VenueProfile, at address: String) {
    (self.finding, self.profile, self.address) = (finding, profile, address)
  }

  private var spec: InstrumentSpec { finding.spec }
  private var definition: InstrumentDefinition { finding.definition }

  // MARK: For people

  var text: String {
    let heading = "\(spec.symbol) at \(profile.title), \(finding.time.instantText)"
    return ([heading, ""] + facts + [""] + book).map { printable($0) }.joined(separator: "\n")
  }

  private var facts: [String] {
    var table = TextTable(.left, .left)
    table.append("base, quote", "\(spec.base), \(spec.quote)")
    table.append("open for", status)
    table.append("tick", spec.tick.map { "\(Self.decimal($0)) \(spec.quote)" } ?? Self.untold)
    table.append("lot", spec.lot.map { "\(Self.decimal($0)) \(spec.base)" } ?? Self.untold)
    table.append("quantity", range(rules.minQuantity, rules.maxQuantity, spec.base))
    table.append("cost", range(rules.minCost, rules.maxCost, spec.quote))
    table.append("best bid", best(finding.quote.bidPrice, finding.quote.bidQuantity))
    table.append("best ask", best(finding.quote.askPrice, finding.quote.askQuantity))
    table.append("spread", spread)
    table.append("last trade", lastTrade)
    if finding.rounded > 0 {
      table.append("rounded", "numbers with more than 8 decimals: \(finding.rounded), read to 8")
    }
    return table.lines(width: .max)
  }

  private static let untold = "not told"

  private var status: String {
    guard let status = spec.status else { return Self.untold }
    guard let opening = status.opening else { return "the venue says: \(status.words)" }
    return "\(opening == .all ? "all orders" : opening.title) (\(status.words))"
  }

  private func range(_ low: Decimal64?, _ high: Decimal64?, _ unit: String) -> String {
    let (low, high) = (low.map(Self.decimal), high.map(Self.decimal))
    switch (low, high) {
    case (let low?, let high?): return "\(low) to \(high) \(unit)"
    case (let low?, nil): return "at least \(low) \(unit)"
    case (nil, let high?): return "at most \(high) \(unit)"
    case (nil, nil): return Self.untold
    }
  }

  private func best(_ price: Price, _ quantity: Quantity) -> String {
    guard price > .zero else { return "none" }
    return definition.text(price)
      + (quantity > .zero ? " × \(definition.text(quantity))" : "")
  }

  private var spread: String {
    guard let ticks = finding.spreadTicks, let points = finding.spreadBasisPoints else {
      return "none"
    }
    return "\(definition.text(Price(ticks: ticks))), \(ticks) \(ticks == 1 ? "tick" : "ticks"), "
      + "\(decimalText(Int128((points * 10_000).rounded()), scale: 4)) basis points"
  }

  private var lastTrade: String {
    guard let trade = finding.lastTrade else { return "none" }
    var words = "\(definition.text(trade.price)) × \(definition.text(trade.quantity))"
    if let taker = trade.aggressor { words += taker == .buy ? ", bought" : ", sold" }
    return words + (trade.time == .none ? "" : ", \(trade.time.instantText)")
  }

  private var book: [String] {
    var table = TextTable(.left, .right, .right, .right, .right)
    table.append("", "price", "quantity", "sum, \(spec.base)", "worth, \(spec.quote)")
    for level in finding.asks.reversed() { table.append(row: row("ask", level)) }
    for level in finding.bids { table.append(row: row("bid", level)) }
    let isEmpty = finding.asks.isEmpty && finding.bids.isEmpty
    return isEmpty ? ["the book is empty"] : table.lines(width: .max)
  }

  private func row(_ side: String, _ level: MarketLevel) -> [String] {
    [side, definition.text(level.price), definition.text(level.quantity)] + sums(level)
  }

  /// The sums of a level, with all digits that the grid has.
  private func sums(_ level: MarketLevel) -> [String] {
    let (tick, lot) = (Int(definition.tickScale), Int(definition.lotScale))
    return [
      level.quantitySum.text(decimals: lot), level.valueSum.text(decimals: tick + lot),
    ]
  }

  // MARK: For programs

  var json: JSONValue {
    .object([
      ("venue", .string(profile.name)), ("symbol", .string(spec.symbol)),
      ("address", .string(address)), ("time", .string(finding.time.instantText)),
      ("rules", rulesJSON),
      ("bid", bestJSON(finding.quote.bidPrice, finding.quote.bidQuantity)),
      ("ask", bestJSON(finding.quote.askPrice, finding.quote.askQuantity)),
      ("spread", spreadJSON), ("lastTrade", lastTradeJSON), ("rounded", .count(finding.rounded)),
      (
        "book",
        .object([
          ("bids", .array(finding.bids.map(levelJSON))),
          ("asks", .array(finding.asks.map(levelJSON))),
        ])
      ),
    ])
  }

  private var rulesJSON: JSONValue {
    .object([
      ("base", .string(spec.base)), ("quote", .string(spec.quote)),
      ("openFor", Self.string(spec.status?.opening?.rawValue)),
      ("status", Self.string(spec.status?.words)),
      ("tick", Self.string(spec.tick.map(Self.decimal))),
      ("lot", Self.string(spec.lot.map(Self.decimal))),
      ("minQuantity", Self.string(rules.minQuantity.map(Self.decimal))),
      ("maxQuantity", Self.string(rules.maxQuantity.map(Self.decimal))),
      ("minCost", Self.string(rules.minCost.map(Self.decimal))),
      ("maxCost", Self.string(rules.maxCost.map(Self.decimal))),
    ])
  }

  private func bestJSON(_ price: Price, _ quantity: Quantity) -> JSONValue {
    guard price > .zero else { return .null }
    return .object([
      ("price", .string(definition.text(price))),
      ("quantity", quantity > .zero ? .string(definition.text(quantity)) : .null),
    ])
  }

  private var spreadJSON: JSONValue {
    guard let ticks = finding.spreadTicks else { return .null }
    return .object([
      ("price", .string(definition.text(Price(ticks: ticks)))), ("ticks", .count(ticks)),
      ("basisPoints", .optional(finding.spreadBasisPoints)),
    ])
  }

  private var lastTradeJSON: JSONValue {
    guard let trade = finding.lastTrade else { return .null }
    return .object([
      ("price", .string(definition.text(trade.price))),
      ("quantity", .string(definition.text(trade.quantity))),
      ("taker", Self.string(trade.aggressor.map { $0 == .buy ? "buy" : "sell" })),
      ("time", Self.string(trade.time == .none ? nil : trade.time.instantText)),
    ])
  }

  private func levelJSON(_ level: MarketLevel) -> JSONValue {
    let sums = sums(level)
    return .object([
      ("price", .string(definition.text(level.price))),
      ("quantity", .string(definition.text(level.quantity))),
      ("quantitySum", .string(sums[0])), ("valueSum", .string(sums[1])),
    ])
  }

  private static func string(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }

  // MARK: Rules

  /// The smallest and the largest order; `nil` where the venue does not say.
  private var rules:
    (minQuantity: Decimal64?, maxQuantity: Decimal64?, minCost: Decimal64?, maxCost: Decimal64?)
  {
    func filter(_ kind: FilterKind) -> FilterSpec? { spec.filters.first { $0.kind == kind } }
    return (
      spec.minQuantity, filter(.lot)?.high, spec.minNotional, filter(.notional)?.high
    )
  }

  /// Without zeros at the end.
  private static func decimal(_ value: Decimal64) -> String {
    let plain = value.normalised
    return decimalText(Int128(plain.mantissa), scale: plain.scale)
  }
}
