/// What the account holds: balances by asset, positions by instrument, and what all of it is worth
/// in the reporting asset.
///
/// Equity is the sum of all balances at their marks. An asset without an observed price counts as
/// nothing and is named in `unvaluedAssets`. Profit is measured against the starting balances.
public struct Account: Equatable, Sendable {
  /// Balances by asset id.
  public internal(set) var balances: ContiguousArray<Money> = []
  /// Positions by instrument id; they hold what fills made, not what was there at the start.
  public internal(set) var positions: ContiguousArray<Position> = []
  /// The same positions lot by lot, first in, first out, by instrument id.
  public internal(set) var lots: ContiguousArray<FIFOLots> = []
  /// Where the balances came from, by asset id.
  public internal(set) var counters: ContiguousArray<CounterAccounts> = []
  /// Decimals of a commission by asset id.
  public internal(set) var commissionDecimals: ContiguousArray<UInt8> = []
  /// Everything at its mark, in the reporting asset.
  public internal(set) var equity = Money.zero
  /// Value of each asset's balance in the reporting asset, in step with `equity` but for assets that
  /// an instrument marks: theirs is in `marked`.
  var assetValues: ContiguousArray<Money> = []
  /// What a new mark of each instrument changes, by instrument id.
  var marked: ContiguousArray<MarkedHolding> = []
  /// Assets held that no instrument connects with the reporting asset, in order of their ids.
  var indirect: ContiguousArray<IndirectHolding> = []

  public init() {}

  /// The balance of an asset, zero when it was never named.
  public func balance(_ asset: AssetID) -> Money {
    asset.index < balances.count ? balances[asset.index] : .zero
  }

  /// Makes room for an asset.
  mutating func reserve(_ asset: AssetID) {
    while balances.count <= asset.index {
      balances.append(.zero)
      counters.append(CounterAccounts())
      assetValues.append(.zero)
      commissionDecimals.append(8)
    }
  }

  /// Makes room for an instrument.
  mutating func reserve(_ instrument: InstrumentID) {
    while positions.count <= instrument.index {
      positions.append(Position())
      lots.append(FIFOLots())
      marked.append(MarkedHolding())
    }
  }

  /// A fee in its asset's smallest units as money.
  public func feeMoney(_ fill: Fill) -> Money {
    let decimals =
      fill.feeAsset.index < commissionDecimals.count
      ? Int(commissionDecimals[fill.feeAsset.index]) : 8
    return Money(units: Int128(fill.fee) * Int128(powerOfTen(Money.scale - decimals)))
  }

  /// Moves balances as a fill does, for those who count beside the state: reconciliation.
  public mutating func count(_ fill: Fill, _ definition: InstrumentDefinition) {
    var fill = fill
    if !fill.feeAsset.hasRoom { fill.feeAsset = definition.quote }
    for asset in [fill.feeAsset, definition.base, definition.quote] { reserve(asset) }
    exchange(fill, fee: feeMoney(fill), definition)
  }

  /// Moves a balance, for those who count beside the state.
  public mutating func count(_ change: AssetAmount) {
    reserve(change.asset)
    balances[change.asset.index] += change.amount
  }

  /// Moves the balances of a fill: quote against base, and the fee.
  mutating func exchange(_ fill: Fill, fee: Money, _ definition: InstrumentDefinition) {
    let amount = Money(units: Int128(fill.quantity.lots) * definition.lotAmount)
    let value = definition.notional(fill.price, fill.quantity)
    let isBuy = fill.side == .buy
    balances[definition.base.index] += isBuy ? amount : -amount
    balances[definition.quote.index] -= isBuy ? value : -value
    balances[fill.feeAsset.index] -= fee
  }

  /// Books what a fill moved into the position and its lots.
  /// - Returns: the round trip that it closed, if it did.
  mutating func apply(_ move: BaseMove, fee: Money, at time: Timestamp) -> RoundTrip? {
    lots[move.instrument.index].apply(move, at: time)
    return positions[move.instrument.index].apply(move, fee: fee, at: time)
  }

  /// Takes the counter-entries of what a balance has just gained or lost.
  mutating func post(_ entries: LedgerEntries) {
    for index in 0..<entries.count {
      counters[entries[index].asset.index].post(entries[index])
    }
  }
}

extension Account: CanonicallyDecodable {
  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(balances.count)
    for index in balances.indices {
      bytes.append(balances[index])
      bytes.append(commissionDecimals[index])
      counters[index].encode(into: &bytes)
    }
    bytes.append(positions.count)
    for index in positions.indices {
      positions[index].encode(into: &bytes)
      lots[index].encode(into: &bytes)
    }
    bytes.append(equity)
  }

  /// Reads what `encode` wrote; the values of the holdings are then still to be rebuilt, by the state
  /// that knows the marks.
  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    for _ in 0..<(try reader.takeCount(atMost: AssetID.capacity)) {
      balances.append(try reader.take())
      commissionDecimals.append(try reader.take())
      try reader.expect((commissionDecimals.last ?? 0) <= 18, "more than 18 decimals of a fee")
      counters.append(try CounterAccounts(canonical: &reader))
    }
    for _ in 0..<(try reader.takeCount(atMost: InstrumentID.capacity)) {
      positions.append(try Position(canonical: &reader))
      lots.append(try FIFOLots(canonical: &reader))
    }
    equity = try reader.take()
    assetValues = ContiguousArray(repeating: .zero, count: balances.count)
    marked = ContiguousArray(repeating: MarkedHolding(), count: positions.count)
  }
}
