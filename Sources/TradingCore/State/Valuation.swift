/// Keeps equity in step with balances and marks: a change of one instrument's mark costs one product,
/// a change of a balance one look at the instruments.

/// What a new mark of an instrument does to equity, prepared whenever a balance changes.
struct MarkedHolding: Equatable, Sendable, BitwiseCopyable {
  enum Rule: UInt8 {
    /// No balance is valued through this instrument.
    case nothing
    /// Whole lots of the base asset: the value is `perTick` × ticks.
    case linear
    /// Anything else: the asset is valued again.
    case again
  }

  var rule = Rule.nothing
  var asset = AssetID.none
  /// Money units of the reporting asset for each tick of the mark.
  var perTick: Int128 = 0
  /// The mark, in ticks of either sign, up to which the product stays within what is booked.
  var safeTicks: Int64 = 0
}

extension State {
  /// What an amount of an asset is worth in the reporting asset at the last marks; `nil` when no
  /// instrument connects the two or the value is beyond what is booked. O(instruments).
  public func value(of amount: Money, in asset: AssetID) -> Money? {
    if asset == settings.reportingAsset { return amount }
    for case let definition? in instruments {
      guard let mark = markets[definition.instrument.index].mark else { continue }
      if definition.base == asset, definition.quote == settings.reportingAsset {
        return definition.value(of: amount, at: mark)
      }
      if definition.quote == asset, definition.base == settings.reportingAsset, mark.ticks > 0 {
        return amount.scaled(
          by: Int128(powerOfTen(Int(definition.tickScale))),
          over: Int128(mark.ticks) * Int128(definition.tickMantissa))
      }
    }
    return nil
  }

  /// Values one asset's balance again after it changed.
  mutating func revalue(_ asset: AssetID) {
    guard asset.index < account.balances.count else { return }
    let value = value(of: account.balances[asset.index], in: asset)
    setValue(value ?? .zero, asset)
    prepareMarks(asset, isValued: value != nil)
  }

  /// Values every balance again, after the reporting asset or the instruments changed.
  mutating func revalueAll() {
    for index in account.balances.indices { revalue(AssetID(UInt16(index))) }
  }

  /// Values again what depends on an instrument whose mark changed.
  mutating func revalueMark(_ instrument: InstrumentID, at mark: Price) {
    let holding = account.marked[instrument.index]
    switch holding.rule {
    case .nothing: return
    case .linear where mark.ticks.magnitude <= holding.safeTicks.magnitude:
      setValue(Money(units: holding.perTick * Int128(mark.ticks)), holding.asset)
    case .linear, .again:
      revalue(holding.asset)
    }
  }

  private mutating func setValue(_ value: Money, _ asset: AssetID) {
    account.equity.units += value.units - account.assetValues[asset.index].units
    account.assetValues[asset.index] = value
  }

  /// Notes what the next mark of each instrument does to this asset's value. A holding that has a
  /// mark but no value is too large to be booked.
  private mutating func prepareMarks(_ asset: AssetID, isValued: Bool) {
    guard asset != settings.reportingAsset else { return }
    let balance = account.balances[asset.index]
    var isFound = false
    for case let definition? in instruments {
      let index = definition.instrument.index
      let isDirect = definition.base == asset && definition.quote == settings.reportingAsset
      let isInverse = definition.quote == asset && definition.base == settings.reportingAsset
      guard isDirect || isInverse else { continue }
      var holding = MarkedHolding()
      if !isFound, balance != .zero, markets[index].mark != nil {
        isFound = true
        if !isValued { overflow() }
        holding = isDirect ? MarkedHolding(balance, definition) : MarkedHolding(again: asset)
      }
      account.marked[index] = holding
    }
  }

  /// Assets held but without a price in the reporting asset: they count as nothing in equity.
  public var unvaluedAssets: [AssetID] {
    account.balances.indices.map { AssetID(UInt16($0)) }.filter {
      account.balance($0) != .zero && value(of: account.balance($0), in: $0) == nil
    }
  }
}

extension MarkedHolding {
  /// A balance of the base asset of an instrument whose quote asset is the reporting asset.
  fileprivate init(_ balance: Money, _ definition: InstrumentDefinition) {
    self.init(again: definition.base)
    let (lots, dust) = balance.units.quotientAndRemainder(dividingBy: definition.lotAmount)
    let (perTick, overflow) = lots.multipliedReportingOverflow(by: Int128(definition.tickValue))
    guard dust == 0, !overflow, perTick != 0 else { return }
    rule = .linear
    self.perTick = perTick
    safeTicks = Int64(clamping: InstrumentDefinition.largestValue / Int128(perTick.magnitude))
  }

  fileprivate init(again asset: AssetID) {
    rule = .again
    self.asset = asset
  }
}
