/// The naive exchange checks an order against the instrument's filters and the account's balances.
///
/// Filters as Binance documents them (spot API, filters.md); bounds of zero are not set.
@testable import TradingCore

extension NaiveExchange {
  /// The first filter broken, in the order of `FilterKind`. An amended order does not count beside
  /// itself, and is counted by no limit on numbers of orders.
  /// - Parameter list: orders of its list that live beside it and come before it: of two alternatives
  ///   the first. Only one of them will trade, so that for a position it does not count.
  func objectionOfFilters(
    to terms: OrderTerms, amending order: NaiveOrder?, behind list: [NaiveOrder] = []
  ) -> RejectReason? {
    guard var market = market(terms.instrument) else { return nil }
    // While a candle is walked the last price is the path's.
    market.last = walk?.price ?? market.last
    for kind in FilterKind.allCases {
      guard let filter = market.filters.first(where: { $0.kind == kind }) else { continue }
      if order != nil,
        [.icebergParts, .maxOrders, .maxAlgoOrders, .maxIcebergOrders].contains(kind)
      {
        continue
      }
      if breaks(filter, terms, market, order, list) { return reason(kind) }
    }
    return nil
  }

  private func reason(_ kind: FilterKind) -> RejectReason {
    switch kind {
    case .price: .priceFilter
    case .lot: .lotSize
    case .marketLot: .marketLotSize
    case .notional: .notional
    case .percentPrice, .percentPriceBySide: .percentPrice
    case .icebergParts: .icebergParts
    case .maxOrders: .maxOrders
    case .maxAlgoOrders: .maxAlgoOrders
    case .maxIcebergOrders: .maxIcebergOrders
    case .maxPosition: .maxPosition
    case .trailingDelta: .trailingDelta
    case .maxAmends: .maxAmends
    }
  }

  private func breaks(
    _ filter: ExchangeFilter, _ terms: OrderTerms, _ market: NaiveMarket, _ order: NaiveOrder?,
    _ list: [NaiveOrder]
  ) -> Bool {
    let inLots = !terms.flags.contains(.inQuote)
    let there = orders.filter {
      ($0.stage == .resting || $0.stage == .waiting) && $0.terms.instrument == terms.instrument
    }
    let live = there + list
    switch filter.kind {
    case .price:
      let prices =
        (terms.type.hasLimit ? [terms.price.ticks] : [])
        + (terms.type.waitsForTrigger && terms.trigger.ticks > 0 ? [terms.trigger.ticks] : [])
      return prices.contains { isOff(filter, $0) }
    case .lot:
      let part = order == nil ? part(of: terms) : terms.quantity.lots
      return inLots && (isOff(filter, terms.quantity.lots) || isOff(filter, part))
    case .marketLot: return !terms.type.hasLimit && inLots && isOff(filter, terms.quantity.lots)
    case .notional: return breaksNotional(filter, terms, market)
    case .percentPrice:
      return terms.type.hasLimit && isOff(market.last, terms.price.ticks, filter.low, filter.high)
    case .percentPriceBySide:
      let (low, high) =
        terms.side == .buy ? (filter.low, filter.high) : (filter.step, filter.other)
      return terms.type.hasLimit && isOff(market.last, terms.price.ticks, low, high)
    case .icebergParts:
      let part = part(of: terms)
      return terms.parts > 1 && (terms.quantity.lots + part - 1) / part > filter.high
    case .maxOrders: return live.count >= filter.high
    case .maxAlgoOrders:
      return terms.type.waitsForTrigger
        && live.count { $0.terms.type.waitsForTrigger && $0.stage != .resting } >= filter.high
    case .maxIcebergOrders:
      return terms.parts > 1 && live.count { $0.isIceberg } >= filter.high
    case .maxPosition:
      let held = Int64(balance(market.definition.base) / market.definition.lotAmount)
      let buying = there.filter { $0.side == .buy && $0 !== order }.reduce(0) { $0 + $1.open }
      return terms.side == .buy && inLots && held + buying + terms.quantity.lots > filter.high
    case .trailingDelta:
      let (low, high) =
        terms.side == .buy ? (filter.low, filter.high) : (filter.step, filter.other)
      let trailing = Int64(terms.trailing)
      return trailing > 0 && (trailing < low || (high > 0 && trailing > high))
    case .maxAmends: return order.map { $0.amendments >= filter.high } ?? false
    }
  }

  /// Lots that an order shows at a time: an equal part, rounded up, or all.
  private func part(of terms: OrderTerms) -> Int64 {
    let parts = max(1, Int64(terms.parts))
    return (terms.quantity.lots + parts - 1) / parts
  }

  private func isOff(_ filter: ExchangeFilter, _ value: Int64) -> Bool {
    (filter.low > 0 && value < filter.low) || (filter.high > 0 && value > filter.high)
      || (filter.step > 0 && value % filter.step != 0)
  }

  /// Whether a price is outside a range of millionths of the last price.
  private func isOff(_ last: Int64?, _ price: Int64, _ low: Int64, _ high: Int64) -> Bool {
    guard let last else { return false }
    return (low > 0 && price * 1_000_000 < last * low)
      || (high > 0 && price * 1_000_000 > last * high)
  }

  private func breaksNotional(
    _ filter: ExchangeFilter, _ terms: OrderTerms, _ market: NaiveMarket
  ) -> Bool {
    let isMarket = terms.type == .market
    let trigger = terms.trigger.ticks > 0 ? terms.trigger.ticks : nil
    let isInQuote = terms.flags.contains(.inQuote)
    let known = terms.type.hasLimit ? terms.price.ticks : trigger ?? market.last
    guard let price = isInQuote ? 0 : known else { return false }
    let value =
      isInQuote
      ? Int128(terms.quantity.lots) * 10_000_000_000
      : market.definition.notional(Price(ticks: price), terms.quantity).units
    let bindsLow = !isMarket || filter.step & 1 != 0
    let bindsHigh = !isMarket || filter.step & 2 != 0
    return (bindsLow && filter.low > 0 && value < Int128(filter.low) * 10_000_000_000)
      || (bindsHigh && filter.high > 0 && value > Int128(filter.high) * 10_000_000_000)
  }

  // MARK: Balances

  /// Rule 3: whether the account has what the order needs beside what live orders need.
  func canPay(_ order: NaiveOrder, _ market: NaiveMarket) -> Bool {
    guard counts(order) else { return true }
    let (asset, needed) = need(of: order, market)
    guard needed > 0 else { return true }
    let reserved = orders.reduce(Int128(0)) { sum, other in
      guard other.stage == .resting || other.stage == .waiting, counts(other),
        let market = self.market(other.terms.instrument)
      else { return sum }
      let (otherAsset, otherNeed) = need(of: other, market)
      return otherAsset == asset ? sum + otherNeed : sum
    }
    return balance(asset) - reserved >= needed
  }

  /// Of two alternatives only the first needs something, exits do not.
  private func counts(_ order: NaiveOrder) -> Bool {
    let place = order.terms.list
    return place.role != .exit && !(place.role == .alternative && place.offset > 0)
  }

  private func need(of order: NaiveOrder, _ market: NaiveMarket) -> (AssetID, Int128) {
    let definition = market.definition
    let value = Int128(priceToPay(order, market)) * Int128(definition.tickValue)
    guard order.side == .sell else {
      return (definition.quote, order.isInQuote ? order.amount : value * Int128(order.open))
    }
    let lots = order.isInQuote ? (value == 0 ? 0 : order.amount / value) : Int128(order.open)
    return (definition.base, lots * definition.lotAmount)
  }

  private func priceToPay(_ order: NaiveOrder, _ market: NaiveMarket) -> Int64 {
    if order.terms.type.hasLimit { return order.price }
    if order.terms.type.waitsForTrigger, order.terms.trigger.ticks > 0 {
      return order.terms.trigger.ticks
    }
    return market.touchablePrice(to: order.side, rule) ?? 0
  }
}
