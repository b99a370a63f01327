/// Decimal text of one instrument's prices and quantities as the exchange writes and reads it: eight
/// digits behind the point at least, never an exponent, never through a `Double`.

internal import TradingCore

/// How an instrument's numbers are written and read.
struct MarketGrid: Sendable {
  let definition: InstrumentDefinition

  /// Whether ticks and lots mean the same in another definition.
  func counts(as other: InstrumentDefinition) -> Bool {
    definition.tickMantissa == other.tickMantissa && definition.tickScale == other.tickScale
      && definition.lotMantissa == other.lotMantissa && definition.lotScale == other.lotScale
  }

  /// Digits behind the point of every price, quantity and amount.
  static let decimals = 8

  /// A number as the exchange writes it: exactly `decimals` digits, more where the grid is finer.
  static func text(_ mantissa: Int128, scale: Int) -> String {
    guard scale < decimals else { return decimalText(mantissa, scale: scale) }
    return decimalText(mantissa * Int128(powerOfTen(decimals - scale)), scale: decimals)
  }

  func text(_ price: Price) -> String {
    MarketGrid.text(
      Int128(price.ticks) * Int128(definition.tickMantissa), scale: Int(definition.tickScale))
  }

  func text(_ quantity: Quantity) -> String {
    MarketGrid.text(
      Int128(quantity.lots) * Int128(definition.lotMantissa), scale: Int(definition.lotScale))
  }

  func text(_ money: Money) -> String { money.text(decimals: MarketGrid.decimals) }

  /// The value of lots at a price.
  func value(_ price: Price, _ quantity: Quantity) -> Money {
    guard definition.canValue(price, quantity) else { return .zero }
    return definition.notional(price, quantity)
  }

  /// Value divided by quantity; the last price where nothing was traded.
  func averagePrice(of bar: TradeBar) -> String {
    let amount = Int128(bar.volume.lots) * definition.lotAmount
    guard amount > 0 else { return text(bar.close) }
    return bar.quoteVolume.scaled(by: Money.one.units, over: amount)
      .text(decimals: MarketGrid.decimals)
  }

  /// A price in ticks.
  /// - Throws: -1100, -1108, -1111 for text that is no price; PRICE_FILTER for one off the grid.
  func price(_ text: String, _ name: String) throws(APIError) -> Price {
    let number = try MarketGrid.decimal(
      text, name, decimals: max(MarketGrid.decimals, scale(tick: true)))
    guard let ticks = whole(number, of: definition.tickMantissa, scale(tick: true)) else {
      throw .filter("PRICE_FILTER")
    }
    return Price(ticks: ticks)
  }

  /// A quantity in lots.
  /// - Throws: -1100, -1108, -1111 for text that is no quantity; LOT_SIZE for one off the grid.
  func quantity(_ text: String, _ name: String) throws(APIError) -> Quantity {
    let number = try MarketGrid.decimal(
      text, name, decimals: max(MarketGrid.decimals, scale(tick: false)))
    guard let lots = whole(number, of: definition.lotMantissa, scale(tick: false)) else {
      throw .filter("LOT_SIZE")
    }
    return Quantity(lots: lots)
  }

  private func scale(tick: Bool) -> Int { Int(tick ? definition.tickScale : definition.lotScale) }

  /// How many of a step a number is; `nil` where it is not a whole number of them.
  private func whole(_ number: Decimal64, of step: Int64, _ scale: Int) -> Int64? {
    guard let units = number.normalised.rescaled(to: scale), units.exact,
      units.mantissa % step == 0
    else { return nil }
    return units.mantissa / step
  }

  /// What a decimal parameter may look like, as the exchange's errors quote it.
  static let legalDecimal = "^([0-9]{1,20})(\\.[0-9]{1,20})?$"

  /// A decimal parameter.
  /// - Throws: -1100 for other characters, -1111 for more digits behind the point than `decimals`,
  ///   -1108 for what does not fit in 64 bits.
  static func decimal(
    _ text: String, _ name: String, decimals: Int = decimals
  ) throws(APIError) -> Decimal64 {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let isLegal = (1...2).contains(parts.count) && parts.allSatisfy(isDigits)
    guard isLegal else { throw .illegal(name, range: legalDecimal) }
    var digits = parts.count == 2 ? parts[1] : ""
    while digits.hasSuffix("0") { digits.removeLast() }
    guard digits.utf8.count <= decimals else { throw .tooPrecise(name) }
    guard let number = Decimal64(parts[0] + (digits.isEmpty ? "" : "." + digits)) else {
      throw .overflow(name)
    }
    return number
  }

  private static func isDigits(_ text: Substring) -> Bool {
    (1...20).contains(text.utf8.count) && text.utf8.allSatisfy { (48...57).contains($0) }
  }
}
