/// What one fill did to what is held of an instrument, before any method of cost looks at it.
struct BaseMove: Equatable {
  var instrument: InstrumentID
  /// Change of the base asset, negative when it was given away; a fee in the base asset is taken off.
  var amount: Money
  /// What the change cost in quote units, signed like it, without any fee.
  var cost: Money
  /// Money units of one lot.
  var lotAmount: Int128

  /// - Parameters:
  ///   - fee: the fee in quote units.
  ///   - baseFee: the part of it that was charged in the base asset, in that asset.
  init(_ fill: Fill, fee: Money, baseFee: Money, _ definition: InstrumentDefinition) {
    instrument = fill.instrument
    lotAmount = definition.lotAmount
    let traded = Money(units: Int128(fill.quantity.lots) * lotAmount)
    let value = definition.notional(fill.price, fill.quantity)
    amount = fill.side == .buy ? traded : -traded
    cost = fill.side == .buy ? value : -value
    guard baseFee.units != 0 else { return }
    amount -= baseFee
    cost -= fee
  }

  /// Takes off the part that trades `most` of the base asset at the most: its cost in proportion,
  /// rounded half to even, the remainder stays here, so that the parts are exactly the whole.
  mutating func split(_ most: Money) -> BaseMove {
    let size = min(most, amount.magnitude)
    var part = self
    part.cost = cost.scaled(by: size.units, over: amount.magnitude.units)
    part.amount = amount.units < 0 ? -size : size
    amount -= part.amount
    cost -= part.cost
    return part
  }
}
