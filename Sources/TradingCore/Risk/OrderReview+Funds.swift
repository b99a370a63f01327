/// Whether a spot account has what an order may cost: it sells what it holds and spends what it has,
/// less what already works. An order that this one replaces counts as gone: should it trade first, it is
/// the venue that has the balance and rejects.
extension OrderReview {
  /// A buy needs its value and the most that its fees can be. A market order's value is that of the
  /// price it is expected to get, where that is worse than the mark.
  func checkFunds(_ size: Size, _ state: borrowing State, _ judgement: inout Judgement) {
    guard state.settings.accountKind == .spot else { return }
    switch terms.side {
    case .sell:
      let free = state.account.balance(definition.base) - promised(.sell, definition.base, state)
      let lots = Int64(clamping: free.units / definition.lotAmount)
      if size.lots > lots {
        judgement.refuse(.insufficientHolding, value: size.lots, limit: max(0, lots))
      }
    case .buy:
      let free = state.account.balance(definition.quote) - promised(.buy, definition.quote, state)
      let needed = cost(size, state)
      if needed > free {
        judgement.refuse(
          .insufficientFunds, value: needed.hundredMillionths, limit: free.hundredMillionths)
      }
    }
  }

  private func cost(_ size: Size, _ state: borrowing State) -> Money {
    var value = size.value
    if terms.type == .market, !terms.flags.contains(.inQuote) {
      let expected = ExpectedPrice(
        terms.side, lots: size.lots, in: state.markets[terms.instrument.index], mark: mark)
      guard definition.canValue(expected.price, Quantity(lots: size.lots)) else {
        return .largestBooked
      }
      value = max(value, definition.notional(expected.price, Quantity(lots: size.lots)))
    }
    return value + state.mostFee(definition, Quantity(lots: size.lots), value: value)
  }

  /// What working orders of any instrument may pay of an asset: sells their lots, buys their value and
  /// fees. Of alternatives the larger counts, and exits count for what their entry has filled. O(live
  /// orders).
  private func promised(_ side: Side, _ asset: AssetID, _ state: borrowing State) -> Money {
    var sum = Money.zero
    for place in state.orders.live.indices
    where state.orders.live[place].terms.side == side
      && state.orders.live[place].id != candidate.predecessor?.id
    {
      let terms = state.orders.live[place].terms
      guard terms.instrument.index < state.instruments.count,
        let definition = state.instruments[terms.instrument.index],
        asset == (side == .sell ? definition.base : definition.quote)
      else { continue }
      let lots = Quantity(lots: state.orders.countedLots(at: place))
      let mark = state.markets[terms.instrument.index].mark ?? .zero
      let price = state.orders.live[place].valuationPrice(mark: mark)
      guard definition.canValue(price, lots) else { return Money(units: .max) }
      if side == .sell {
        sum += Money(units: Int128(lots.lots) * definition.lotAmount)
      } else {
        let value = definition.notional(price, lots)
        sum += value + state.mostFee(definition, lots, value: value)
      }
    }
    return sum
  }
}

extension State {
  /// The most that a fill costs beside its value, in the quote asset.
  fileprivate func mostFee(
    _ definition: InstrumentDefinition, _ quantity: Quantity, value: Money
  ) -> Money {
    let index = definition.quote.index
    let decimals =
      index < account.commissionDecimals.count ? Int(account.commissionDecimals[index]) : 8
    return risk.fees.most(definition, quantity, value: value, decimals: decimals)
  }
}
