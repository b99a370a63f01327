/// An order as the naive exchange keeps it: one object with everything that is known of it, and what
/// can be said of it alone.
@testable import TradingCore

final class NaiveOrder {
  /// Where an order is in its life.
  enum Stage {
    /// Part of a list that has come, before its own acceptance.
    case arriving
    /// An exit whose entry has not filled yet.
    case kept
    /// It waits for its trigger.
    case waiting
    /// It is trading with what is there, and neither rests nor waits.
    case taking
    case resting
    case ended
  }

  let id: OrderID
  var terms: OrderTerms
  var stage = Stage.arriving
  var arrival: Timestamp
  /// Counts up with every order that arrives or joins a queue anew: smaller is older.
  var age: Int
  /// Counts up with every order that joins a queue.
  var joined = 0
  /// The list it belongs to, a number of its own for an order that stands alone.
  var list: Int
  /// Lots still to trade, where its quantity is in lots.
  var open: Int64
  /// Lots that it has traded.
  var filled: Int64 = 0
  /// Money units of the quote asset still to trade, where its quantity is an amount of that.
  var amount: Int128
  /// Lots of an iceberg that others see.
  var shown: Int64 = 0
  /// Whether levels of the other side are filling it; its next part is shown when they have.
  var isBeingMet = false
  /// Lots that trade before it at its price.
  var ahead: Int64 = 0
  /// Lots traded with its side at its price since it joined, or since the last level there.
  var tradedSince: Int64 = 0
  /// The best reference price since a trailing stop began to trail.
  var best: Int64?
  var amendments: Int64 = 0
  /// Whether the candle that is walked may trade it.
  var takesPart = false

  init(_ id: OrderID, _ terms: OrderTerms, arrival: Timestamp, age: Int) {
    self.id = id
    self.terms = terms
    self.arrival = arrival
    self.age = age
    list = age
    open = terms.flags.contains(.inQuote) ? 0 : terms.quantity.lots
    amount = terms.flags.contains(.inQuote) ? Int128(terms.quantity.lots) * 10_000_000_000 : 0
  }

  var isAlive: Bool { stage != .ended }
  var side: Side { terms.side }
  var price: Int64 { terms.price.ticks }
  var isInQuote: Bool { terms.flags.contains(.inQuote) }
  var isIceberg: Bool { terms.parts > 1 }
  var mayRest: Bool {
    terms.type.hasLimit
      && (terms.timeInForce == .goodTillCanceled || terms.timeInForce == .goodTillDate)
  }
  /// Whether it ends after the first moment at which it could trade.
  var isImmediate: Bool {
    terms.timeInForce == .immediateOrCancel || terms.timeInForce == .fillOrKill
  }
  /// Whether it belongs to a pair of which only one may trade.
  var hasAlternative: Bool { terms.list.role == .alternative || terms.list.role == .exit }
  /// Who is served first where two are reached at once.
  var turn: Int { stage == .resting ? joined : age }

  /// Whether it trades at this price: its limit or better, any price without one.
  func accepts(_ ticks: Int64) -> Bool {
    guard terms.type.hasLimit else { return true }
    return side == .buy ? ticks <= price : ticks >= price
  }

  /// Whether the price is strictly beyond its limit, seen from those who trade with it at rest.
  func isThrough(_ ticks: Int64) -> Bool { side == .buy ? ticks < price : ticks > price }

  /// Whether one price is better than another to trade at with an order of this side.
  static func isBetter(_ side: Side, _ left: Int64, than right: Int64) -> Bool {
    side == .buy ? left < right : left > right
  }

  // MARK: Triggers

  /// Follows the reference price with a trailing stop.
  func trail(_ reference: Int64) {
    guard terms.trailing > 0 else { return }
    let trigger = terms.trigger.ticks
    if best == nil, trigger > 0, side == .sell ? reference < trigger : reference > trigger {
      return
    }
    let before = best ?? reference
    best = side == .sell ? max(before, reference) : min(before, reference)
  }

  /// Whether the reference price sets it off.
  func isReached(by reference: Int64) -> Bool {
    if terms.trailing > 0 {
      guard let best else { return false }
      let distance = max(1, best * Int64(terms.trailing) / 10_000)
      return side == .sell ? reference <= best - distance : reference >= best + distance
    }
    let risesToIt = (side == .buy) == terms.type.isStop
    return risesToIt ? reference >= terms.trigger.ticks : reference <= terms.trigger.ticks
  }
}
