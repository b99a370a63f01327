/// The terms of our orders in Binance's words. Source: rest-api.md, "New order", "New Order list - OCO",
/// "- OTO", "- OTOCO".

import TradingCore

/// Writes orders into parameters.
struct BinanceTerms {
  let names: ClientOrderIDs
  let directory: VenueDirectory

  /// A single order.
  ///
  /// An order that may only shrink a position is sent like any other: the spot market has no such flag,
  /// and a sale there never exceeds what is held. Self-trade prevention is named only where the order
  /// wants another than the symbol's own.
  func add(_ order: PlacedOrder, to parameters: inout RequestParameters) throws(DialectError) {
    let (symbol, definition) = try directory.named(order.terms.instrument)
    let terms = order.terms
    parameters.add("symbol", symbol)
    parameters.add("side", BinanceTerms.side(terms.side))
    let words = LegWords(prefix: "", clientOrderID: "newClientOrderId")
    if terms.flags.contains(.inQuote) {
      parameters.add("type", "MARKET")
      parameters.add(
        "quoteOrderQty", decimalText(Int128(terms.quantity.lots), scale: 8))
      parameters.add("newClientOrderId", names.text(order.id))
    } else {
      try addLeg(order, words, definition, to: &parameters)
      parameters.add("quantity", definition.text(terms.quantity))
      addIceberg(terms, words, definition, to: &parameters)
    }
    addSelfTrade(terms, to: &parameters)
  }

  /// A list: two alternatives, or an entry with one or two exits.
  /// - Returns: the last part of the path, or of the WebSocket method's name.
  func add(list: [PlacedOrder], to parameters: inout RequestParameters) throws(DialectError)
    -> String
  {
    guard OrderListShape.isSound(count: list.count, { list[$0].terms }), let first = list.first
    else { throw .inexpressible("these orders are no list that can be placed together") }
    let (symbol, definition) = try directory.named(first.terms.instrument)
    parameters.add("symbol", symbol)
    if first.terms.list.role == .alternative {
      try checkShared(list)
      parameters.add("side", BinanceTerms.side(first.terms.side))
      parameters.add("quantity", definition.text(first.terms.quantity))
      try addPair(list, prefix: "", definition, to: &parameters)
      addSelfTrade(first.terms, to: &parameters)
      return "oco"
    }
    try addEntry(first, definition, to: &parameters)
    addSelfTrade(first.terms, to: &parameters)
    if list.count == 2 {
      try addExit(list[1], definition, to: &parameters)
      return "oto"
    }
    try checkShared(Array(list.dropFirst()))
    parameters.add("pendingSide", BinanceTerms.side(list[1].terms.side))
    parameters.add("pendingQuantity", definition.text(list[1].terms.quantity))
    try addPair(Array(list.dropFirst()), prefix: "pending", definition, to: &parameters)
    return "otoco"
  }

  static func side(_ side: Side) -> String { side == .buy ? "BUY" : "SELL" }
}

extension BinanceTerms {
  /// How the parameters of one leg are spelled.
  private struct LegWords {
    var prefix: String
    var clientOrderID: String

    /// A leg of a list: `aboveStopPrice`, `pendingBelowTimeInForce`.
    init(leg: String) { self.init(prefix: leg, clientOrderID: leg + "ClientOrderId") }

    init(prefix: String, clientOrderID: String) {
      (self.prefix, self.clientOrderID) = (prefix, clientOrderID)
    }

    func name(_ word: String) -> String {
      prefix.isEmpty ? word : prefix + word.prefix(1).uppercased() + word.dropFirst()
    }
  }

  /// The legs above and below the market. Each costs the same quantity on the same side.
  private func addPair(
    _ pair: [PlacedOrder], prefix: String, _ definition: InstrumentDefinition,
    to parameters: inout RequestParameters
  ) throws(DialectError) {
    let isFirstAbove = reach(pair[0].terms) >= reach(pair[1].terms)
    let legs = [("Above", isFirstAbove ? 0 : 1), ("Below", isFirstAbove ? 1 : 0)]
    for (place, index) in legs {
      let leg = prefix.isEmpty ? place.lowercased() : prefix + place
      let words = LegWords(leg: leg)
      try addLeg(pair[index], words, definition, isInPair: true, to: &parameters)
      addIceberg(pair[index].terms, words, definition, to: &parameters)
    }
  }

  /// The price at which a leg begins to act.
  private func reach(_ terms: OrderTerms) -> Price {
    terms.type.waitsForTrigger && terms.trigger.ticks > 0 ? terms.trigger : terms.price
  }

  private func addEntry(
    _ entry: PlacedOrder, _ definition: InstrumentDefinition, to parameters: inout RequestParameters
  ) throws(DialectError) {
    guard entry.terms.type == .limit else {
      throw .inexpressible("the entry of a list must be a limit order")
    }
    let words = LegWords(leg: "working")
    parameters.add("workingSide", BinanceTerms.side(entry.terms.side))
    try addLeg(entry, words, definition, to: &parameters)
    parameters.add("workingQuantity", definition.text(entry.terms.quantity))
    addIceberg(entry.terms, words, definition, to: &parameters)
  }

  private func addExit(
    _ exit: PlacedOrder, _ definition: InstrumentDefinition, to parameters: inout RequestParameters
  ) throws(DialectError) {
    let words = LegWords(leg: "pending")
    parameters.add("pendingSide", BinanceTerms.side(exit.terms.side))
    try addLeg(exit, words, definition, to: &parameters)
    parameters.add("pendingQuantity", definition.text(exit.terms.quantity))
    addIceberg(exit.terms, words, definition, to: &parameters)
  }

  /// Type, prices, trigger, life and name of one order.
  private func addLeg(
    _ order: PlacedOrder, _ words: LegWords, _ definition: InstrumentDefinition,
    isInPair: Bool = false, to parameters: inout RequestParameters
  ) throws(DialectError) {
    let terms = order.terms
    guard terms.isWellFormed else { throw .inexpressible("the order's terms do not go together") }
    let type = BinanceTerms.type(terms, isInPair: isInPair)
    parameters.add(words.name("type"), type)
    parameters.add(words.clientOrderID, names.text(order.id))
    if terms.type.hasLimit { parameters.add(words.name("price"), definition.text(terms.price)) }
    if terms.trigger.ticks > 0 {
      parameters.add(words.name("stopPrice"), definition.text(terms.trigger))
    }
    if terms.trailing > 0 { parameters.add(words.name("trailingDelta"), Int64(terms.trailing)) }
    if terms.type.hasLimit, type != "LIMIT_MAKER" {
      parameters.add(words.name("timeInForce"), try BinanceTerms.life(terms.timeInForce))
    }
  }

  /// A limit order among alternatives must rest, so it is a maker there.
  private static func type(_ terms: OrderTerms, isInPair: Bool) -> String {
    switch terms.type {
    case .market: "MARKET"
    case .limit: terms.flags.contains(.postOnly) || isInPair ? "LIMIT_MAKER" : "LIMIT"
    case .stop: "STOP_LOSS"
    case .stopLimit: "STOP_LOSS_LIMIT"
    case .takeProfit: "TAKE_PROFIT"
    case .takeProfitLimit: "TAKE_PROFIT_LIMIT"
    }
  }

  private static func life(_ life: TimeInForce) throws(DialectError) -> String {
    switch life {
    case .goodTillCanceled: "GTC"
    case .immediateOrCancel: "IOC"
    case .fillOrKill: "FOK"
    case .goodTillDate: throw .inexpressible("Binance spot has no orders that end at a date")
    }
  }

  private func addIceberg(
    _ terms: OrderTerms, _ words: LegWords, _ definition: InstrumentDefinition,
    to parameters: inout RequestParameters
  ) {
    guard terms.parts > 1 else { return }
    let shown = Quantity(lots: terms.displayed(of: terms.quantity.lots))
    parameters.add(words.name("icebergQty"), definition.text(shown))
  }

  private func addSelfTrade(_ terms: OrderTerms, to parameters: inout RequestParameters) {
    switch terms.flags.selfTrade {
    case .allow: break
    case .expireTaker: parameters.add("selfTradePreventionMode", "EXPIRE_TAKER")
    case .expireMaker: parameters.add("selfTradePreventionMode", "EXPIRE_MAKER")
    case .expireBoth: parameters.add("selfTradePreventionMode", "EXPIRE_BOTH")
    }
  }

  /// Alternatives share one quantity here.
  private func checkShared(_ pair: [PlacedOrder]) throws(DialectError) {
    guard pair[0].terms.quantity == pair[1].terms.quantity else {
      throw .inexpressible("Binance's alternatives have one quantity for both")
    }
  }
}
