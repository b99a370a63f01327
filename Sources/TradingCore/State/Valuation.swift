/// Keeps equity in step with balances and marks: a change of one instrument's mark costs one product,
/// a change of a balance one look at the instruments.
///
/// An asset is valued through the instrument of the lowest id that trades it against the reporting
/// asset, or the same money at another venue, and has a mark. Where there is none, through one asset
/// between: see `ValueRoute.swift`.

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
  /// How many assets are valued through this instrument and another.
  var dependents: UInt16 = 0
}

extension State {
  /// What an amount of an asset is worth in the reporting asset at the last marks; `nil` when neither
  /// an instrument nor a pair of them connects the two, or the value is beyond what is booked. Each
  /// conversion rounds half to even to 10⁻¹⁸. O(instruments), for a pair times those of the asset.
  @inline(__always)
  public func value(of amount: Money, in asset: AssetID) -> Money? {
    if settings.reporting.contains(asset) { return amount }
    return State.value(amount, asset, settings.reporting, instruments, markets)
  }

  /// The look at the instruments, on the fields it needs: handing over the state would copy it.
  private static func value(
    _ amount: Money, _ asset: AssetID, _ reporting: ReportingAssets,
    _ instruments: ContiguousArray<InstrumentDefinition?>, _ markets: ContiguousArray<MarketState>
  ) -> Money? {
    var hasDirect = false
    for case let definition? in instruments where definition.connects(asset, reporting) {
      guard let mark = markets[definition.instrument.index].mark else { continue }
      hasDirect = true
      if definition.base == asset || mark.ticks > 0 {
        return definition.convert(amount, from: asset, at: mark)
      }
    }
    guard !hasDirect, let route = ValueRoute(from: asset, to: reporting, instruments, markets)
    else { return nil }
    return route.value(of: amount, in: asset, instruments, markets)
  }

  /// Values one asset's balance again after it changed. O(instruments).
  mutating func revalue(_ asset: AssetID) {
    guard asset.index < account.balances.count else { return }
    let amount = account.balances[asset.index]
    let value =
      settings.reporting.contains(asset)
      ? amount : State.value(amount, asset, settings.reporting, instruments, markets)
    account.equity -= account.assetValues[asset.index]
    account.assetValues[asset.index] = value ?? .zero
    account.equity += account.assetValues[asset.index]
    prepareMarks(asset, isValued: value != nil)
    if !account.equity.isBookable { overflow() }
  }

  /// Values every balance again, after the reporting asset or the instruments changed.
  mutating func revalueAll() {
    for index in account.marked.indices {
      forgetMark(index)
      account.marked[index].dependents = 0
    }
    account.indirect.removeAll()
    for index in account.balances.indices { revalue(AssetID(UInt16(index))) }
  }

  /// Values again what depends on an instrument whose mark changed.
  @inline(__always)
  mutating func revalueMark(_ index: Int, at mark: Price) {
    switch account.marked[index].rule {
    case .nothing: break
    case .linear where mark.ticks.magnitude <= account.marked[index].safeTicks:
      account.equity += account.marked[index].move(to: mark)
    case .linear, .again:
      revalue(account.marked[index].asset)
    }
    if account.marked[index].dependents > 0 { revalueDependents(InstrumentID(UInt16(index))) }
  }

  /// Notes what the next mark of each instrument does to this asset's value, and hands the value over
  /// to the instrument that marks it. A holding that has a mark but no value is too large to be booked.
  private mutating func prepareMarks(_ asset: AssetID, isValued: Bool) {
    guard !settings.reporting.contains(asset) else { return }
    var isFound = false
    var hasDirect = false
    for case let definition? in instruments {
      let index = definition.instrument.index
      let isDirect = definition.base == asset && settings.reporting.contains(definition.quote)
      let isInverse = definition.quote == asset && settings.reporting.contains(definition.base)
      guard isDirect || isInverse else { continue }
      forgetMark(index)
      hasDirect = hasDirect || markets[index].mark != nil
      guard !isFound, account.balances[asset.index] != .zero, let mark = markets[index].mark else {
        continue
      }
      isFound = isDirect || mark.ticks > 0
      if isFound, !isValued { overflow() }
      account.marked[index].take(
        isDirect
          ? MarkedHolding(account.balances[asset.index], definition) : MarkedHolding(again: asset))
      guard account.marked[index].rule == .linear, isValued else { continue }
      account.equity -= account.assetValues[asset.index]
      account.assetValues[asset.index] = .zero
      account.equity += account.marked[index].move(to: mark)
    }
    noteRoute(asset, isDirect: hasDirect, isValued: isValued)
  }

  /// Takes what an instrument marks out of equity.
  private mutating func forgetMark(_ index: Int) {
    account.equity -= account.marked[index].value
    account.marked[index].take(MarkedHolding())
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

  /// Counts an asset that goes through the instrument in, or out.
  mutating func count(_ step: Int) { dependents = UInt16(clamping: Int(dependents) + step) }

  /// Becomes another holding's; what depends on the instrument still does.
  mutating func take(_ other: MarkedHolding) {
    let count = dependents
    self = other
    dependents = count
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
