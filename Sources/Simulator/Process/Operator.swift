/// A person at the keyboard: places, changes and cancels orders of every kind, halts, resumes, flattens.

import TradingCore

enum Operator {
  /// Lots that quantities are multiples of: the generated instrument's 0.00001.
  private static let step: Int64 = 1_000

  /// What he does next, for the state as it is.
  static func commands(_ state: borrowing State, _ random: inout RandomSource) -> [EventBody] {
    guard let market = state.markets.first, market.hasTop else { return [] }
    let live = Array(state.orders.live)
    switch random.below(12) {
    case 0: return [.halt(HaltCommand(reason: 0))]
    case 1, 2: return [.resume(HaltCommand(reason: 0))]
    case 3: return [.flatten(Flatten(instrument: InstrumentID(0)))]
    case 4, 5:
      guard !live.isEmpty else { return [] }
      let order = live[Int(random.below(UInt64(live.count)))]
      return [.cancel(CancelTerms(order: order.id))]
    case 6:
      guard !live.isEmpty else { return [] }
      let order = live[Int(random.below(UInt64(live.count)))]
      let less = max(step, order.terms.quantity.lots / 2 / step * step)
      return [
        .amend(
          AmendTerms(order: order.id, price: order.terms.price, quantity: Quantity(lots: less)))
      ]
    case 7, 8: return list(market.top, &random)
    default: return [.place(single(market.top, &random))]
    }
  }

  private static func single(_ top: Quote, _ random: inout RandomSource) -> OrderTerms {
    let side: Side = random.chance(0.6) ? .buy : .sell
    let type: OrderType = random.chance(0.4) ? .market : .limit
    let away = Int64(random.below(400)) - 40
    let ticks = side == .buy ? top.bidPrice.ticks - away : top.askPrice.ticks + away
    let quantity = Quantity(lots: step * (10 + Int64(random.below(3_000))))
    return OrderTerms(
      instrument: InstrumentID(0), side: side, type: type, quantity: quantity,
      price: type == .limit ? Price(ticks: ticks) : .zero,
      timeInForce: type == .limit && random.chance(0.2) ? .immediateOrCancel : .goodTillCanceled)
  }

  /// Two alternatives: take a profit above, stop a loss below.
  private static func list(_ top: Quote, _ random: inout RandomSource) -> [EventBody] {
    let quantity = Quantity(lots: step * (10 + Int64(random.below(1_000))))
    let away = 50 + Int64(random.below(3_000))
    var profit = OrderTerms(
      instrument: InstrumentID(0), side: .sell, type: .limit, quantity: quantity,
      price: Price(ticks: top.askPrice.ticks + away))
    profit.list = ListPlace(.alternative, offset: 0, isLast: false)
    var loss = OrderTerms(
      instrument: InstrumentID(0), side: .sell, type: .stop, quantity: quantity)
    loss.trigger = Price(ticks: max(1, top.bidPrice.ticks - away))
    loss.list = ListPlace(.alternative, offset: 1, isLast: true)
    return [.place(profit), .place(loss)]
  }
}
