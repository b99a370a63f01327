/// What reaches an exchange as the lines of an exchange script, so that a difference which random
/// streams found can be pasted into a table.
@testable import TradingCore

enum ExchangeText {
  /// One line; nothing for what scripts always begin with or cannot say.
  static func line(_ input: StreamInput, at clock: Timestamp) -> String? {
    switch input {
    case .request(let id, let request): "\(seconds(clock)) \(line(id, request))"
    case .fact(let event):
      setting(event.body) ?? fact(event.body).map { "\(seconds(event.receiveTime)) \($0)" }
    }
  }

  private static func seconds(_ time: Timestamp) -> Int64 {
    time.nanoseconds / Interval.second.nanoseconds
  }

  private static func seconds(_ interval: Interval) -> Int64 {
    interval.nanoseconds / Interval.second.nanoseconds
  }

  // MARK: Settings and facts

  private static func setting(_ body: EventBody) -> String? {
    switch body {
    case .configure(let change):
      switch change.setting {
      case .fillRule: NaiveRule(rawValue: change.value).map { "rule \($0)" }
      case .account: "account \(change.value == 0 ? "spot" : "margin")"
      case .latency: "latency both \(seconds(Interval(nanoseconds: change.value)))"
      case .impact:
        "impact \(["none", "fixed", "linear", "squareRoot"][Int(change.index)]) \(change.value)"
      case .volumeCap: "cap \(change.value)"
      case .queue: change.index == 1 ? "queue log" : "queue power \(change.value)"
      default: nil
      }
    case .balance(let amount):
      "balance \(amount.asset.raw) \(amount.amount.units / Money.one.units)"
    case .latency(let row):
      "latency \(row.action) \(seconds(row.feed)) \(seconds(row.entry)) \(seconds(row.response))"
    case .filter(let filter):
      "filter \(filter.kind) \(filter.low) \(filter.high) \(filter.step) \(filter.other)"
    default: nil
    }
  }

  private static func fact(_ body: EventBody) -> String? {
    let place = body.instrument == InstrumentID(0) ? "" : " i\(body.instrument.raw)"
    switch body {
    case .trade(let trade):
      return "trade \(trade.aggressor) \(trade.quantity.lots) @\(trade.price.ticks)\(place)"
    case .quote(let quote):
      let bid = "\(quote.bidPrice.ticks):\(quote.bidQuantity.lots)"
      return "quote \(bid) \(quote.askPrice.ticks):\(quote.askQuantity.lots)\(place)"
    case .depth(let depth):
      let end = depth.flags.contains(.last) ? place : " …\(place)"
      return
        "depth \(level(depth.side, depth.price, depth.quantity))\(end)  id \(depth.lastUpdateID)"
    case .bookSnapshot(let depth):
      let end = depth.flags.contains(.last) ? place : " …\(place)"
      return "book \(level(depth.side, depth.price, depth.quantity))\(end)  id \(depth.updateID)"
    case .candle(let candle):
      let prices = [candle.open, candle.high, candle.low, candle.close].map { "\($0.ticks)" }
      let path = prices.joined(separator: " ")
      return "candle \(path) \(candle.volume.lots) \(candle.intervalSeconds)\(place)"
    case .gap(let gap): return "gap \(gap.stream)\(place)"
    case .disconnected(let report): return "lost \(report.stream)"
    case .reading: return "time"
    default: return nil
    }
  }

  private static func level(_ side: Side, _ price: Price, _ quantity: Quantity) -> String {
    "\(side == .buy ? "b" : "a")\(price.ticks):\(quantity.lots)"
  }

  // MARK: Requests

  private static func line(_ id: OrderID, _ request: OrderRequest) -> String {
    switch request {
    case .cancel: "cancel o\(id.raw)"
    case .amend(let terms): "amend o\(id.raw) \(terms.quantity.lots) @\(terms.price.ticks)"
    case .place(let terms): "o\(id.raw) \(words(terms).joined(separator: " "))"
    }
  }

  private static func words(_ terms: OrderTerms) -> [String] {
    let lots =
      terms.flags.contains(.inQuote) ? terms.quantity.lots / 100_000_000 : terms.quantity.lots
    var words = ["\(terms.side)", "\(lots)"]
    if terms.flags.contains(.inQuote) { words.append("quote") }
    if terms.type.hasLimit { words.append("@\(terms.price.ticks)") }
    if terms.type.waitsForTrigger {
      words.append("\(terms.type.isStop ? "stop" : "take") \(terms.trigger.ticks)")
    } else if terms.trigger != .zero {
      words.append("trigger \(terms.trigger.ticks)")
    }
    if terms.trailing > 0 { words.append("trail \(terms.trailing)") }
    switch terms.timeInForce {
    case .goodTillCanceled: break
    case .immediateOrCancel: words.append("ioc")
    case .fillOrKill: words.append("fok")
    case .goodTillDate: words.append("gtd:\(terms.expirySeconds)")
    }
    if terms.flags.contains(.postOnly) { words.append("post") }
    if terms.parts > 0 { words.append("parts:\(terms.parts)") }
    if terms.reduceOnly { words.append("reduce") }
    switch terms.flags.selfTrade {
    case .allow: break
    case .expireTaker: words.append("stp:taker")
    case .expireMaker: words.append("stp:maker")
    case .expireBoth: words.append("stp:both")
    }
    if let role = terms.list.role, terms.list != .alone {
      words.append("\(role):\(terms.list.offset)\(terms.list.isLast ? "." : "")")
    }
    if terms.instrument != InstrumentID(0) { words.append("i\(terms.instrument.raw)") }
    return words
  }
}
