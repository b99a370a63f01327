/// The naive exchange sets off what waits, ends what has a date, and moves prices by impact.
@testable import TradingCore

extension NaiveExchange {
  // MARK: Triggers

  /// Looks at the orders that wait, oldest first; under the candle rule only candles are looked at.
  func lookAtTriggers(_ instrument: InstrumentID) {
    guard rule != .candle, market(instrument)?.isOpen(rule) == true else { return }
    var age = 0
    // Exits that one of them brings are the youngest, and are looked at last.
    while let order = waiting(instrument).first(where: { $0.age > age }) {
      age = order.age
      guard let reference = market(instrument)?.reference(order.side, rule) else { continue }
      order.trail(reference)
      if order.isReached(by: reference) { setOff(order) }
    }
  }

  private func setOff(_ order: NaiveOrder) {
    reportTriggered(order)
    if let reason = findsNothing(order) ? .noLiquidity : shortfall(order) {
      end(order, .expired, reason)
    } else if order.isAlive {
      trade(order)
    }
    placeExits()
  }

  func reportTriggered(_ order: NaiveOrder) {
    order.stage = .taking
    use(order.terms.trailing > 0 ? "trailing stop set off" : "\(order.terms.type) set off")
    report(order, as: EventBody.triggered)
    endAlternative(order)
  }

  // MARK: Good till date

  /// Ends what has expired by a moment, each at its own time.
  func expire(at time: Timestamp) {
    while let order = firstExpired(by: time) {
      now = max(now, order.terms.expiry)
      end(order, .expired, .expiredByDate)
    }
  }

  private func firstExpired(by time: Timestamp) -> NaiveOrder? {
    let due = orders.filter {
      ($0.stage == .waiting || $0.stage == .resting) && !$0.terms.expiry.isNone
        && $0.terms.expiry <= time
    }
    return due.min {
      $0.terms.expiry == $1.terms.expiry ? $0.turn < $1.turn : $0.terms.expiry < $1.terms.expiry
    }
  }

  // MARK: Impact

  /// The price a taker pays for lots displayed at a price.
  func moved(_ order: NaiveOrder, _ price: Int64, _ lots: Int64, volume: Int64) -> Int64 {
    let move = min(Int128(price), impact(Int128(price), Int128(lots), Int128(volume)))
    if move > 0 { use("impact") }
    let moved = max(1, price + order.side.sign * Int64(clamping: move))
    return order.accepts(moved) ? moved : order.price
  }

  /// The smallest whole number of ticks that is not below the model's move.
  private func impact(_ price: Int128, _ lots: Int128, _ volume: Int128) -> Int128 {
    let (share, whole) = volume > 0 ? (lots, volume) : (1, 1)
    let strength = price * Int128(impactStrength)
    switch impactModel {
    case 1: return smallest { $0 * 1_000_000 >= strength }
    case 2: return smallest { $0 * 1_000_000 * whole >= strength * share }
    case 3:
      return smallest {
        $0 * 1_000_000 * ($0 * 1_000_000) * whole >= strength * strength * share
      }
    default: return 0
    }
  }

  private func smallest(_ isEnough: (Int128) -> Bool) -> Int128 {
    var ticks: Int128 = 0
    while !isEnough(ticks) { ticks += 1 }
    return ticks
  }
}
