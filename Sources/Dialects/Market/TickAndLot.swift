/// Decimals as written onto an instrument's grid: exact, or a fault that names the grid.

package import TradingCore

/// The grid of one instrument: the steps of its prices and its quantities.
package struct TickAndLot {
  package let tick: Decimal64
  package let lot: Decimal64
  private let remedy: StaticString
  /// Bits of the value of one tick × one lot in money units.
  private let valueBits: Int

  /// - Parameters:
  ///   - definition: must be exact.
  ///   - remedy: what a number off the grid means and what helps.
  package init(_ definition: InstrumentDefinition, remedy: StaticString) {
    tick = Decimal64(mantissa: definition.tickMantissa, scale: Int(definition.tickScale))
    lot = Decimal64(mantissa: definition.lotMantissa, scale: Int(definition.lotScale))
    valueBits = 64 - definition.tickValue.leadingZeroBitCount
    self.remedy = remedy
  }

  /// `value` in ticks.
  package func price(_ value: Decimal64) throws(LineFault) -> Price {
    guard let ticks = TickAndLot.units(value, of: tick) else {
      throw offGrid("the price", value, "tick", tick)
    }
    return Price(ticks: ticks)
  }

  /// `value` in lots.
  package func quantity(_ value: Decimal64) throws(LineFault) -> Quantity {
    guard let lots = TickAndLot.units(value, of: lot) else {
      throw offGrid("the quantity", value, "lot", lot)
    }
    return Quantity(lots: lots)
  }

  /// The lots that an amount of the quote asset buys at a price, the nearest whole number; `nil` for a
  /// price of zero and for more than fits.
  package func lots(worth amount: Decimal64, at price: Decimal64) -> Quantity? {
    let (below, above) = (price.scale + lot.scale, amount.scale)
    let unit = Int128(price.mantissa) * Int128(lot.mantissa)
    guard unit > 0, amount.mantissa >= 0, below - above <= 18, above - below <= 18 else {
      return nil
    }
    let given = Int128(amount.mantissa) * Int128(powerOfTen(max(0, below - above)))
    let divisor = unit.multipliedReportingOverflow(by: Int128(powerOfTen(max(0, above - below))))
    guard !divisor.overflow else { return nil }
    return Int64(exactly: (given + divisor.partialValue / 2) / divisor.partialValue)
      .map { Quantity(lots: $0) }
  }

  /// Fails where price × quantity would not fit into money, 1.7 × 10²⁰ of the quote asset.
  package func check(_ price: Price, _ quantity: Quantity) throws(LineFault) {
    let bits = 128 - price.ticks.leadingZeroBitCount - quantity.lots.leadingZeroBitCount
    guard bits + valueBits <= 127 else {
      throw LineFault("price × quantity is beyond any market: over 10^20 of the quote asset")
    }
  }

  /// How many whole `unit`s make `value`; `nil` when none do or they do not fit.
  private static func units(_ value: Decimal64, of unit: Decimal64) -> Int64? {
    guard value.scale <= unit.scale else { return value.mantissa == 0 ? 0 : nil }
    var units = value.mantissa
    for _ in value.scale..<unit.scale {
      let (product, overflow) = units.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      units = product
    }
    guard unit.mantissa != 1 else { return units }
    let (quotient, remainder) = units.quotientAndRemainder(dividingBy: unit.mantissa)
    return remainder == 0 ? quotient : nil
  }

  private func offGrid(
    _ what: StaticString, _ value: Decimal64, _ name: StaticString, _ unit: Decimal64
  ) -> LineFault {
    let number = decimalText(Int128(value.mantissa), scale: value.scale)
    let step = decimalText(Int128(unit.mantissa), scale: unit.scale)
    return LineFault("\(what) \(number) is off the \(name) \(step); \(remedy)")
  }
}
