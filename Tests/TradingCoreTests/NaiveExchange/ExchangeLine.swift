/// The words of one line of an exchange script: settings, facts of the market, and requests.
@testable import TradingCore

/// Settings: `rule name`, `account spot`, `balance asset amount`, `latency both seconds`, `latency action
/// feed entry response`, `filter kind low high step other`, `impact model millionths`, `cap millionths`,
/// `queue power exponent-in-millionths`, `queue log`.
///
/// Facts, of instrument 0 or of 1 where the last word is `other` (`i2`: 2): `book b99:5 a101:3` (a snapshot),
/// `depth b99:0 a101:7` (a message), `trade sell 4 @99`, `quote 99:5 101:3`, `candle 100 105 95 101 50`
/// (open, high, low, close, volume; of a minute, or of the seconds named next), `gap depth`, `lost depth`
/// (or `quote`, `any`), `time`.
///
/// Requests: `o1 buy 5` with `@100` (limit), `stop 105`, `take 95`, `trail 100` (basis points), `gtc`
/// `ioc` `fok` `gtd:9`, `post`, `parts:3`, `quote`, `reduce`, `stp:taker`, `alternative:0` (`.` behind
/// the last of a list); `amend o1 3 @100`; `cancel o1`.
struct ExchangeLine {
  let words: [String]
  /// The update id of the book's message, if it is one: rising from line to line.
  let update: Int64

  init(_ words: [String], update: Int64 = 0) {
    self.words = words
    self.update = update
  }

  static func time(_ seconds: Int64) -> Timestamp {
    Timestamp(nanoseconds: seconds * Interval.second.nanoseconds)
  }

  private func number(_ index: Int) -> Int64 {
    index < words.count ? Int64(words[index]) ?? 0 : 0
  }

  private func number(after word: String) -> Int64? {
    words.firstIndex(of: word).flatMap { $0 + 1 < words.count ? Int64(words[$0 + 1]) : nil }
  }

  private func tail(of prefix: String) -> String? {
    words.first { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
  }

  // MARK: Settings

  var setting: EventBody? {
    switch words[0] {
    case "rule":
      let rule = NaiveRule.allCases.first { "\($0)" == words[1] }
      return rule.map { .configure(Configure(.fillRule, value: $0.rawValue)) }
    case "account":
      return .configure(Configure(.account, value: words[1] == "spot" ? 0 : 1))
    case "balance":
      let amount = Money(units: Int128(number(2)) * Money.one.units)
      return .balance(AssetAmount(asset: AssetID(UInt16(number(1))), amount: amount))
    case "latency":
      let legs = (2...4).map { Interval(nanoseconds: number($0) * Interval.second.nanoseconds) }
      guard words[1] != "both" else {
        return .configure(Configure(.latency, value: legs[0].nanoseconds))
      }
      let action = LatencyAction.allCases.first { "\($0)" == words[1] } ?? .any
      return .latency(
        LatencyRow(feed: legs[0], entry: legs[1], response: legs[2], action: action))
    case "filter":
      let kind = FilterKind.allCases.first { "\($0)" == words[1] }
      return kind.map {
        .filter(
          ExchangeFilter(
            $0, instrument: InstrumentID(0), low: number(2), high: number(3), step: number(4),
            other: number(5)))
      }
    case "impact":
      let model = ["none", "fixed", "linear", "squareRoot"].firstIndex(of: words[1]) ?? 0
      return .configure(Configure(.impact, value: number(2), index: UInt16(model)))
    case "cap": return .configure(Configure(.volumeCap, value: number(1)))
    case "queue":
      let index: UInt16 = words[1] == "log" ? 1 : 0
      return .configure(Configure(.queue, value: number(2), index: index))
    default: return nil
    }
  }

  // MARK: Facts

  private var instrument: InstrumentID {
    words.last == "other"
      ? InstrumentID(1) : InstrumentID(tail(of: "i").flatMap { UInt16($0) } ?? 0)
  }

  var facts: [EventBody]? {
    switch words[0] {
    case "book":
      return levels.enumerated().map { index, level in
        .bookSnapshot(
          BookSnapshot(
            instrument: instrument, side: level.side, price: level.price, quantity: level.lots,
            updateID: update, flags: flags(index)))
      }
    case "depth":
      return levels.enumerated().map { index, level in
        .depth(
          Depth(
            instrument: instrument, side: level.side, price: level.price, quantity: level.lots,
            lastUpdateID: update, updateSpan: 1_000_000, flags: flags(index)))
      }
    case "trade":
      let price = Price(ticks: tail(of: "@").flatMap { Int64($0) } ?? 0)
      return [
        .trade(
          Trade(
            instrument: instrument, price: price, quantity: Quantity(lots: number(2)),
            aggressor: words[1] == "buy" ? .buy : .sell, id: 0))
      ]
    case "quote":
      let parts = words[1...2].flatMap { $0.split(separator: ":").compactMap { Int64($0) } }
      return [
        .quote(
          Quote(
            instrument: instrument, bidPrice: Price(ticks: parts[0]),
            bidQuantity: Quantity(lots: parts[1]), askPrice: Price(ticks: parts[2]),
            askQuantity: Quantity(lots: parts[3]), updateID: 0))
      ]
    case "candle":
      return [
        .candle(
          Candle(
            instrument: instrument, intervalSeconds: UInt32(number(6) == 0 ? 60 : number(6)),
            open: Price(ticks: number(1)),
            high: Price(ticks: number(2)), low: Price(ticks: number(3)),
            close: Price(ticks: number(4)), volume: Quantity(lots: number(5))))
      ]
    case "gap":
      let stream: StreamKind =
        words.contains("quote") ? .quote : words.contains("any") ? .any : .depth
      return [.gap(Gap(instrument: instrument, stream: stream, count: 1, reason: .sequence))]
    case "lost":
      let stream: StreamKind =
        words.contains("quote") ? .quote : words.contains("any") ? .any : .depth
      return [.disconnected(ConnectionReport(venue: 0, stream: stream))]
    case "time": return [.reading(Reading(instrument: .none, feature: 0, value: 0))]
    default: return nil
    }
  }

  private var levels: [(side: Side, price: Price, lots: Quantity)] {
    words.filter { $0.contains(":") }.map { word in
      let numbers = word.dropFirst().split(separator: ":").compactMap { Int64($0) }
      return (
        word.first == "b" ? .buy : .sell, Price(ticks: numbers[0]), Quantity(lots: numbers[1])
      )
    }
  }

  private func flags(_ index: Int) -> RunFlags {
    var flags: RunFlags = index == 0 ? .first : []
    if index == levels.count - 1 { flags.insert(.last) }
    return flags
  }

  // MARK: Requests

  var request: (OrderID, OrderRequest)? {
    guard words.count > 1 else { return nil }
    func id(_ word: String) -> OrderID { OrderID(UInt64(word.dropFirst()) ?? 0) }
    let price = Price(ticks: tail(of: "@").flatMap { Int64($0) } ?? 0)
    switch words[0] {
    case "cancel": return (id(words[1]), .cancel(id(words[1])))
    case "amend":
      let terms = AmendTerms(
        order: id(words[1]), price: price, quantity: Quantity(lots: number(2)))
      return (id(words[1]), .amend(terms))
    default: return words[0].hasPrefix("o") ? (id(words[0]), .place(terms(price))) : nil
    }
  }

  private func terms(_ price: Price) -> OrderTerms {
    let lots = number(2) * (words.contains("quote") ? 100_000_000 : 1)
    var terms = OrderTerms(
      instrument: instrument, side: words[1] == "buy" ? .buy : .sell, type: type,
      quantity: Quantity(lots: lots), price: price, reduceOnly: words.contains("reduce"))
    terms.trigger = Price(ticks: number(after: "stop") ?? number(after: "take") ?? 0)
    terms.trailing = UInt16(number(after: "trail") ?? 0)
    terms.parts = UInt8(tail(of: "parts:") ?? "") ?? 0
    if words.contains("ioc") { terms.timeInForce = .immediateOrCancel }
    if words.contains("fok") { terms.timeInForce = .fillOrKill }
    if let seconds = tail(of: "gtd:") {
      terms.timeInForce = .goodTillDate
      terms.expirySeconds = UInt32(seconds) ?? 0
    }
    if words.contains("post") { terms.flags.insert(.postOnly) }
    if words.contains("quote") { terms.flags.insert(.inQuote) }
    if words.contains("stp:taker") { terms.flags.selfTrade = .expireTaker }
    if words.contains("stp:maker") { terms.flags.selfTrade = .expireMaker }
    if words.contains("stp:both") { terms.flags.selfTrade = .expireBoth }
    for role in ListRole.allCases {
      guard let place = tail(of: "\(role):"), let offset = place.first?.wholeNumberValue else {
        continue
      }
      terms.list = ListPlace(role, offset: offset, isLast: place.hasSuffix("."))
    }
    return terms
  }

  private var type: OrderType {
    let hasLimit = words.contains { $0.hasPrefix("@") }
    if words.contains("take") { return hasLimit ? .takeProfitLimit : .takeProfit }
    if words.contains("stop") || words.contains("trail") { return hasLimit ? .stopLimit : .stop }
    return hasLimit ? .limit : .market
  }
}
