/// Values what no instrument connects with the reporting asset, through one asset between the two.
///
/// The choice is a rule, not a search for the best price: of the instruments that trade the asset, the
/// one of the lowest id whose other asset has a marked instrument against the reporting asset; of those,
/// again the lowest id. Longer ways are not taken: three spreads say little about a value.

/// Two instruments, one after the other.
struct ValueRoute: Equatable, Sendable, BitwiseCopyable {
  var first: InstrumentID
  var second: InstrumentID

  /// `nil` when no two marked instruments connect the assets. O(instruments · those of the asset).
  init?(
    from asset: AssetID, to reporting: ReportingAssets,
    _ instruments: ContiguousArray<InstrumentDefinition?>, _ markets: ContiguousArray<MarketState>
  ) {
    for case let first? in instruments where markets[first.instrument.index].mark != nil {
      guard let between = first.other(than: asset), between != asset else { continue }
      for case let second? in instruments where second.connects(between, reporting) {
        guard markets[second.instrument.index].mark != nil else { continue }
        (self.first, self.second) = (first.instrument, second.instrument)
        return
      }
    }
    return nil
  }

  /// The value at the last marks; `nil` when a mark has none or it is beyond what is booked.
  func value(
    of amount: Money, in asset: AssetID,
    _ instruments: ContiguousArray<InstrumentDefinition?>, _ markets: ContiguousArray<MarketState>
  ) -> Money? {
    guard let first = instruments[first.index], let second = instruments[second.index],
      let firstMark = markets[first.instrument.index].mark,
      let secondMark = markets[second.instrument.index].mark,
      let between = first.other(than: asset),
      let middle = first.convert(amount, from: asset, at: firstMark)
    else { return nil }
    return second.convert(middle, from: between, at: secondMark)
  }
}

/// An asset held that no one instrument values, and the way it is valued; no way where it is not.
struct IndirectHolding: Equatable, Sendable, BitwiseCopyable {
  var asset: AssetID
  var route: ValueRoute?

  func goes(through instrument: InstrumentID) -> Bool {
    route?.first == instrument || route?.second == instrument
  }
}

extension InstrumentDefinition {
  /// Whether it trades an asset against what equity is counted in.
  func connects(_ asset: AssetID, _ reporting: ReportingAssets) -> Bool {
    (base == asset && reporting.contains(quote)) || (quote == asset && reporting.contains(base))
  }

  /// The asset it trades against this one; `nil` when it does not trade it.
  func other(than asset: AssetID) -> AssetID? {
    base == asset ? quote : quote == asset ? base : nil
  }

  /// An amount of one of its assets in the other at a price, rounded half to even to 10⁻¹⁸; `nil` when
  /// it is beyond what is booked, or where a price of zero or less would divide.
  func convert(_ amount: Money, from asset: AssetID, at price: Price) -> Money? {
    if asset == base { return value(of: amount, at: price) }
    guard price.ticks > 0 else { return nil }
    let value = amount.scaled(
      by: Int128(powerOfTen(Int(tickScale))), over: Int128(price.ticks) * Int128(tickMantissa))
    return value.units.magnitude <= Self.largestValue.magnitude ? value : nil
  }
}

extension State {
  /// Values again what goes through an instrument whose mark changed. O(indirect holdings).
  @inline(never)
  mutating func revalueDependents(_ instrument: InstrumentID) {
    for index in account.indirect.indices where account.indirect[index].goes(through: instrument) {
      guard let route = account.indirect[index].route else { continue }
      let asset = account.indirect[index].asset
      let balance = account.balances[asset.index]
      let value = route.value(of: balance, in: asset, instruments, markets)
      account.equity -= account.assetValues[asset.index]
      account.assetValues[asset.index] = value ?? .zero
      account.equity += account.assetValues[asset.index]
      if !account.equity.isBookable || (value == nil && hasPositiveMarks(route)) { overflow() }
    }
  }

  /// Looks for a way again for everything that had none or a long one, after an instrument got its
  /// first mark or a new grid.
  mutating func revalueIndirect() {
    for asset in account.indirect.map(\.asset) { revalue(asset) }
  }

  /// Notes how a holding that no one instrument values is valued, so that marks on the way move it.
  mutating func noteRoute(_ asset: AssetID, isDirect: Bool, isValued: Bool) {
    let place = account.indirect.firstIndex { $0.asset >= asset }
    let known = place.flatMap { account.indirect[$0].asset == asset ? $0 : nil }
    if let route = known.flatMap({ account.indirect[$0].route }) { count(route, by: -1) }
    guard !isDirect, account.balances[asset.index] != .zero else {
      if let known { account.indirect.remove(at: known) }
      return
    }
    let route = ValueRoute(from: asset, to: settings.reporting, instruments, markets)
    if let route { count(route, by: 1) }
    if route.map({ hasPositiveMarks($0) }) == true, !isValued { overflow() }
    let holding = IndirectHolding(asset: asset, route: route)
    if let known {
      account.indirect[known] = holding
    } else {
      account.indirect.insert(holding, at: place ?? account.indirect.count)
    }
  }

  private mutating func count(_ route: ValueRoute, by step: Int) {
    account.marked[route.first.index].count(step)
    account.marked[route.second.index].count(step)
  }

  /// Whether both marks can convert, so that only the size of an amount can stop it.
  private func hasPositiveMarks(_ route: ValueRoute) -> Bool {
    (markets[route.first.index].mark ?? .zero).ticks > 0
      && (markets[route.second.index].mark ?? .zero).ticks > 0
  }
}
