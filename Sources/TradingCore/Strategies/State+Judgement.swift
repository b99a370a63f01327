/// What strategies read from the state as plain numbers: closed bars in quote units, and the lots
/// that a share of the account's size means.
extension State {
  /// The close of the bar that the event just reduced has closed, in quote units; `nil` when it
  /// closed none.
  @inline(__always)
  func closedClose(_ instrument: InstrumentID) -> Double? {
    guard let bar = closedBar(instrument), let definition = instruments[instrument.index] else {
      return nil
    }
    return definition.approximate(bar.close)
  }

  /// High, low and close of the bar that the event just reduced has closed, in quote units.
  @inline(__always)
  func closedPrices(_ instrument: InstrumentID) -> IndicatorBar? {
    guard let bar = closedBar(instrument), let definition = instruments[instrument.index] else {
      return nil
    }
    return IndicatorBar(bar, of: definition)
  }

  /// Whole lots, rounded down, that `weight` of a book's size is at a price in ticks: by the
  /// sizing in force a share of equity or of a fixed number of lots, as for a target. 0 where that
  /// cannot be told.
  func lots(
    forWeight weight: Double, of instrument: InstrumentID, atTicks ticks: Double, book: BookID
  ) -> Int64 {
    let sizing = sizing(of: book)
    let size = Double(sizing.value)
    if sizing.mode == .fixedLots { return wholeLots(weight * size) }
    guard let definition = instruments[instrument.index],
      let one = value(of: .one, in: definition.quote)
    else { return 0 }
    let equity = account.equity.approximate * size / 1_000_000
    let lotValue = ticks * Money(units: Int128(definition.tickValue)).approximate
    return wholeLots(weight * equity / (lotValue * one.approximate))
  }

  private func wholeLots(_ lots: Double) -> Int64 {
    lots > 0 && lots < 9e18 ? Int64(lots) : 0
  }
}
