/// The naive exchange trades: an arriving order takes what is there, fills are booked, orders end and
/// take their lists with them.
@testable import TradingCore

extension NaiveExchange {
  enum Ending {
    case canceled
    case expired
  }

  // MARK: Take

  /// Takes from the touchable side and from own orders on the other side while there is something.
  func take(_ order: NaiveOrder) {
    while order.stage == .taking, let market = market(order.terms.instrument) {
      let level = market.touchable(to: order.side, rule).first { order.accepts($0.price) }
      let own = resting(order.terms.instrument, order.side.opposite).first {
        order.accepts($0.price)
      }
      guard let price = bestPrice(order.side, level?.price, own?.price) else { break }
      let wanted = wanted(order, at: price)
      if wanted == 0 { break }
      if let level, level.price == price {
        takeRecorded(order, min(wanted, level.lots), level)
      } else if let own {
        meet(order, own, wanted)
      }
    }
    if order.stage == .taking, order.isInQuote { endAmount(order) }
  }

  func bestPrice(_ side: Side, _ left: Int64?, _ right: Int64?) -> Int64? {
    guard let left, let right else { return left ?? right }
    return NaiveOrder.isBetter(side, left, than: right) ? left : right
  }

  /// Lots that an order still wants at a price.
  func wanted(_ order: NaiveOrder, at price: Int64) -> Int64 {
    guard order.isInQuote, let market = market(order.terms.instrument) else { return order.open }
    let value = Int128(price) * Int128(market.definition.tickValue)
    return Int64(clamping: max(0, order.amount) / value)
  }

  /// An order for an amount has no last fill that anybody could tell from the others.
  private func endAmount(_ order: NaiveOrder) {
    let levels = market(order.terms.instrument)?.touchable(to: order.side, rule) ?? []
    let ranOut = levels.isEmpty && order.amount > 0
    end(order, .expired, ranOut ? .noLiquidity : .other)
  }

  private func takeRecorded(_ order: NaiveOrder, _ lots: Int64, _ level: NaiveMarket.Lots) {
    guard let lots = cutToPosition(order, lots) else { return }
    let volume = market(order.terms.instrument)?.volume(before: now) ?? 0
    let price = moved(order, level.price, lots, volume: volume)
    guard canPay(order, lots, at: price) else { return }
    if level.lots < NaiveMarket.endless { remember(order, lots, level) }
    use("take")
    fill(order, lots, at: price, .taker)
    settle(order)
  }

  private func remember(_ order: NaiveOrder, _ lots: Int64, _ level: NaiveMarket.Lots) {
    change(order.terms.instrument) { market in
      let before = NaiveMarket.lots(in: market.taken, level.side, level.price)
      NaiveMarket.set(&market.taken, level.side, level.price, before + lots)
    }
  }

  /// An arriving order meets a resting one of the same account.
  private func meet(_ order: NaiveOrder, _ own: NaiveOrder, _ wanted: Int64) {
    use("self trade \(order.terms.flags.selfTrade)")
    switch order.terms.flags.selfTrade {
    case .expireTaker: end(order, .expired, .selfTrade)
    case .expireMaker: end(own, .expired, .selfTrade)
    case .expireBoth:
      end(own, .expired, .selfTrade)
      if order.isAlive { end(order, .expired, .selfTrade) }
    case .allow:
      guard let offered = cutToPosition(own, min(wanted, own.open)),
        let lots = cutToPosition(order, offered), canPay(own, lots, at: own.price)
      else { return }
      // What the maker is paid is what the taker then pays with.
      own.shown -= lots
      fill(own, lots, at: own.price, .maker)
      endAlternative(own)
      fill(order, lots, at: own.price, .taker)
      endAlternative(order)
      finish(own)
      finish(order)
    }
  }

  // MARK: Fill

  /// Lots that a fill may have: for a reduce-only order no more than shrinks its position. Where that
  /// is none the order ends.
  func cutToPosition(_ order: NaiveOrder, _ lots: Int64) -> Int64? {
    let cut = min(lots, shrinkable(order))
    if cut < lots { use("fill cut to the position") }
    if cut > 0 { return cut }
    end(order, .expired, .reduceOnly)
    return nil
  }

  /// Whether the account can pay for a fill; where it cannot the order ends.
  func canPay(_ order: NaiveOrder, _ lots: Int64, at price: Int64) -> Bool {
    guard account == .spot, let definition = market(order.terms.instrument)?.definition else {
      return true
    }
    let isPaid =
      order.side == .sell
      ? balance(definition.base) >= Int128(lots) * definition.lotAmount
      : balance(definition.quote)
        >= Int128(lots) * Int128(price) * Int128(definition.tickValue)
    if !isPaid { end(order, .expired, .insufficientBalance) }
    return isPaid
  }

  func shrinkable(_ order: NaiveOrder) -> Int64 {
    guard order.terms.reduceOnly else { return .max }
    let position = market(order.terms.instrument)?.position ?? 0
    return max(0, order.side == .sell ? position : -position)
  }

  /// Books a fill and reports it.
  func fill(
    _ order: NaiveOrder, _ lots: Int64, at price: Int64, _ liquidity: Liquidity
  ) {
    guard let definition = market(order.terms.instrument)?.definition else { return }
    let signed = Int128(order.side.sign * lots)
    addBalance(definition.base, signed * definition.lotAmount)
    addBalance(definition.quote, -signed * Int128(price) * Int128(definition.tickValue))
    change(order.terms.instrument) { $0.position += order.side.sign * lots }
    if order.isInQuote {
      order.amount -= Int128(lots) * Int128(price) * Int128(definition.tickValue)
    } else {
      order.open -= lots
      order.filled += lots
    }
    tradeCount += 1
    report(
      .fill(
        Fill(
          order: order.id, instrument: definition.instrument, side: order.side,
          price: Price(ticks: price), quantity: Quantity(lots: lots), fee: 0,
          feeAsset: definition.quote, tradeID: tradeCount, liquidity: liquidity)))
  }

  /// What follows from a fill: the alternative ends, a filled order goes and its exits come.
  func settle(_ order: NaiveOrder) {
    endAlternative(order)
    finish(order)
  }

  func endAlternative(_ order: NaiveOrder) {
    if order.hasAlternative { endRest(of: order, .expired) }
  }

  func finish(_ order: NaiveOrder) {
    guard order.isAlive else { return }
    if !order.isInQuote, order.open == 0 {
      remove(order)
      use("filled whole")
      if order.terms.list.role == .entry { filledEntries.append(order) }
    } else if order.stage == .resting, order.isIceberg, order.shown <= 0, !order.isBeingMet {
      use("next part of an iceberg")
      join(order)
    }
  }

  // MARK: End

  func end(_ order: NaiveOrder, _ ending: Ending, _ reason: RejectReason) {
    guard order.isAlive else { return }
    remove(order)
    switch ending {
    case .canceled: report(order, reason, as: EventBody.canceled, to: .cancel)
    case .expired: report(order, reason, as: EventBody.expired)
    }
    endRest(of: order, ending == .canceled ? .canceled : .expired)
  }

  /// Ends the other orders of its list, in the list's order.
  private func endRest(of order: NaiveOrder, _ ending: Ending) {
    let others = orders.filter { $0.list == order.list && $0 !== order }
    for other in others.sorted(by: { $0.terms.list.offset < $1.terms.list.offset }) {
      use("list ended by \(ending) for one that is \(other.stage)")
      remove(other)
      if ending == .canceled {
        report(other, .listEnded, as: EventBody.canceled, to: .cancel)
      } else {
        report(other, .listEnded, as: EventBody.expired)
      }
    }
  }

  private func remove(_ order: NaiveOrder) {
    order.stage = .ended
    orders.removeAll { $0 === order }
  }
}
