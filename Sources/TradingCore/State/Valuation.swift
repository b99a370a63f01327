/// Keeps equity in step with balances and marks: a change of one instrument's mark costs one product,
/// a change of a balance one look at the instruments.
extension State {
  /// The instrument that values an asset in the reporting asset directly, lowest id first.
  private func valuingInstrument(_ asset: AssetID) -> InstrumentDefinition? {
    for case let definition? in instruments
    where definition.base == asset && definition.quote == settings.reportingAsset
      && definition.instrument.index < markets.count
      && markets[definition.instrument.index].mark != nil
    {
      return definition
    }
    return nil
  }

  /// The instrument that values an asset the other way round (its quote asset is the one wanted).
  private func inverseInstrument(_ asset: AssetID) -> InstrumentDefinition? {
    for case let definition? in instruments
    where definition.quote == asset && definition.base == settings.reportingAsset
      && (markets[definition.instrument.index].mark?.ticks ?? 0) > 0
    {
      return definition
    }
    return nil
  }

  /// What an amount of an asset is worth in the reporting asset at the last marks; `nil` when no
  /// instrument connects the two.
  public func value(of amount: Money, in asset: AssetID) -> Money? {
    if asset == settings.reportingAsset { return amount }
    if let definition = valuingInstrument(asset),
      let mark = markets[definition.instrument.index].mark
    {
      return definition.value(of: amount, at: mark)
    }
    if let definition = inverseInstrument(asset),
      let mark = markets[definition.instrument.index].mark
    {
      return amount.scaled(
        by: Int128(powerOfTen(Int(definition.tickScale))),
        over: Int128(mark.ticks) * Int128(definition.tickMantissa))
    }
    return nil
  }

  /// Values one asset's balance again after it changed.
  mutating func revalue(_ asset: AssetID) {
    guard asset.index < account.balances.count else { return }
    let value = value(of: account.balances[asset.index], in: asset) ?? .zero
    if value == .zero, account.balances[asset.index] != .zero, valuingInstrument(asset) != nil,
      self.value(of: account.balances[asset.index], in: asset) == nil
    {
      overflow()
    }
    account.equity += value - account.assetValues[asset.index]
    account.assetValues[asset.index] = value
    account.wholeLots[asset.index] = .min
    if let definition = valuingInstrument(asset) {
      let (lots, dust) = account.balances[asset.index].units.quotientAndRemainder(
        dividingBy: definition.lotAmount)
      if dust == 0, let whole = Int64(exactly: lots) { account.wholeLots[asset.index] = whole }
    }
  }

  /// Values again what depends on an instrument whose mark changed.
  mutating func revalueMark(of definition: InstrumentDefinition, at mark: Price) {
    let base = definition.base.index
    guard base < account.balances.count else { return }
    if definition.quote != settings.reportingAsset {
      if definition.base == settings.reportingAsset { revalue(definition.quote) }
      return
    }
    let lots = account.wholeLots[base]
    guard lots != 0 else { return }
    if lots == .min { return revalue(definition.base) }
    guard definition.canValue(mark, Quantity(lots: lots)) else { return overflow() }
    let value = definition.notional(mark, Quantity(lots: lots))
    account.equity += value - account.assetValues[base]
    account.assetValues[base] = value
  }

  /// Values every balance again, after the reporting asset changed.
  mutating func revalueAll() {
    for index in account.balances.indices { revalue(AssetID(UInt16(index))) }
  }

  /// Assets held but without a price in the reporting asset: they count as nothing in equity.
  public var unvaluedAssets: [AssetID] {
    account.balances.indices.map { AssetID(UInt16($0)) }.filter {
      account.balance($0).units != 0 && value(of: account.balance($0), in: $0) == nil
    }
  }
}
