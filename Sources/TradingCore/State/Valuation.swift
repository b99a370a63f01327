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
  var safeTicks: UInt64 = 0
  /// The value at the last mark, a part of equity, where the rule is linear.
  var value = Money.zero
}

extension State {
  /// What an amount of an asset is worth in the reporting asset at the last marks; `nil` when no
  /// instrument connects the two or the value is beyond what is booked. O(instruments).
  @inline(__always)
  public func value(of amount: Money, in asset: AssetID) -> Money? {
    if asset == settings.reportingAsset { return amount }
    return State.value(amount, asset, settings.reportingAsset, instruments, markets)
  }

  /// The look at the instruments, on the fields it needs: handing over the state would copy it.
  private static func value(
    _ amount: Money, _ asset: AssetID, _ reporting: AssetID,
    _ instruments: ContiguousArray<InstrumentDefinition?>, _ markets: ContiguousArray<MarketState>
  ) -> Money? {
    for case let definition? in instruments {
      guard let mark = markets[definition.instrument.index].mark else { continue }
      if definition.base == asset, definition.quote == reporting {
        return definition.value(of: amount, at: mark)
      }
      if definition.quote == asset, definition.base == reporting, mark.ticks > 0 {
        let value = amount.scaled(
          by: Int128(powerOfTen(Int(definition.tickScale))),
          over: Int128(mark.ticks) * Int128(definition.tickMantissa))
        return value.units.magnitude <= InstrumentDefinition.largestValue.magnitude ? value : nil
      }
    }
    return nil
  }

  /// Values one asset's balance again after it changed. O(instruments).
  mutating func revalue(_ asset: AssetID) {
    guard asset.index < account.balances.count else { return }
    let value = value(of: account.balances[asset.index], in: asset)
    account.equity -= account.assetValues[asset.index]
    account.assetValues[asset.index] = value ?? .zero
    account.equity += account.assetValues[asset.index]
    prepareMarks(asset, isValued: value != nil)
    if !account.equity.isBookable { overflow() }
  }

  /// Values every balance again, after the reporting asset or the instruments changed.
  mutating func revalueAll() {
    for index in account.marked.indices { forgetMark(index) }
    for index in account.balances.indices { revalue(AssetID(UInt16(index))) }
  }

  /// Values again what depends on an instrument whose mark changed.
  @inline(__always)
  mutating func revalueMark(_ index: Int, at mark: Price) {
    switch account.marked[index].rule {
    case .nothing: return
    case .linear where mark.ticks.magnitude <= account.marked[index].safeTicks:
      account.equity += account.marked[index].move(to: mark)
    case .linear, .again:
      revalue(account.marked[index].asset)
    }
  }

  /// Notes what the next mark of each instrument does to this asset's value, and hands the value over
  /// to the instrument that marks it. A holding that has a mark but no value is too large to be booked.
  private mutating func prepareMarks(_ asset: AssetID, isValued: Bool) {
    guard asset != settings.reportingAsset else { return }
    var isFound = false
    for case let definition? in instruments {
      let index = definition.instrument.index
      let isDirect = definition.base == asset && definition.quote == settings.reportingAsset
      let isInverse = definition.quote == asset && definition.base == settings.reportingAsset
      guard isDirect || isInverse else { continue }
      forgetMark(index)
      guard !isFound, account.balances[asset.index] != .zero, let mark = markets[index].mark else {
        continue
      }
      isFound = isDirect || mark.ticks > 0
      if isFound, !isValued { overflow() }
      account.marked[index] =
        isDirect
        ? MarkedHolding(account.balances[asset.index], definition) : MarkedHolding(again: asset)
      guard account.marked[index].rule == .linear, isValued else { continue }
      account.equity -= account.assetValues[asset.index]
      account.assetValues[asset.index] = .zero
      account.equity += account.marked[index].move(to: mark)
    }
  }

  /// Takes what an instrument marks out of equity.
  private mutating func forgetMark(_ index: Int) {
    account.equity -= account.marked[index].value
    account.marked[index] = MarkedHolding()
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
    let (whole, dust) = balance.units.quotientAndRemainder(dividingBy: definition.lotAmount)
    guard dust == 0, let lots = Int64(exactly: whole), lots != 0,
      definition.canValue(.zero, Quantity(lots: lots))
    else { return }
    rule = .linear
    perTick = Int128(lots) * Int128(definition.tickValue)
    safeTicks = UInt64(clamping: InstrumentDefinition.largestValue.magnitude / perTick.magnitude)
  }

  /// Takes a new mark into the value.
  /// - Returns: by how much the value changed.
  @inline(__always)
  mutating func move(to mark: Price) -> Money {
    let moved = Money(units: perTick * Int128(mark.ticks))
    defer { value = moved }
    return moved - value
  }

  fileprivate init(again asset: AssetID) {
    rule = .again
    self.asset = asset
  }
}
