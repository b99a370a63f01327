/// Where money comes from and where it goes: double entries for every event that moves any.
///
/// Each entry says which asset, which account, how much; the entries of an event sum to zero in every
/// asset. The account's own balances are one side, the counter-accounts the other, so that at any time,
/// asset by asset, own + market + fees + deposits = 0: nothing appears from nowhere.

/// A side of an entry.
public enum LedgerAccount: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// The account's own balance.
  case own = 0
  /// Those we trade with.
  case market = 1
  /// The venue's till; a rebate comes out of it.
  case fees = 2
  /// Whoever puts money in and takes it out: starting balances, corrections, reconciliation.
  case deposits = 3
}

public struct LedgerEntry: Equatable, Sendable, BitwiseCopyable {
  public var amount: Money
  public var asset: AssetID
  public var account: LedgerAccount
}

/// The entries of one event, at most six: base, quote and fee, each with its counter-entry.
public struct LedgerEntries: Sendable, BitwiseCopyable {
  private var items = InlineArray<6, LedgerEntry>(
    repeating: LedgerEntry(amount: .zero, asset: .none, account: .own))
  public private(set) var count = 0

  /// The entry at a place below `count`.
  public subscript(index: Int) -> LedgerEntry { items[index] }

  /// What a fill moves: base against quote with the market, and the fee.
  init(_ fill: Fill, fee: Money, _ definition: InstrumentDefinition) {
    let amount = Money(units: Int128(fill.quantity.lots) * definition.lotAmount)
    let value = definition.notional(fill.price, fill.quantity)
    let isBuy = fill.side == .buy
    move(isBuy ? amount : -amount, of: definition.base, from: .market)
    move(isBuy ? -value : value, of: definition.quote, from: .market)
    move(-fee, of: fill.feeAsset, from: .fees)
  }

  /// What is put in, or taken out where it is negative.
  init(deposit amount: Money, of asset: AssetID) {
    move(amount, of: asset, from: .deposits)
  }

  private mutating func move(_ amount: Money, of asset: AssetID, from account: LedgerAccount) {
    items[count] = LedgerEntry(amount: amount, asset: asset, account: .own)
    items[count + 1] = LedgerEntry(amount: -amount, asset: asset, account: account)
    count += 2
  }
}

/// What the counter-accounts hold of one asset. Sums wrap: they stay exact modulo 2¹²⁸ whatever comes,
/// so only what was clamped in a balance, and counted as an overflow, can break the sum to zero.
public struct CounterAccounts: Equatable, Sendable, BitwiseCopyable {
  public private(set) var market = Money.zero
  public private(set) var fees = Money.zero
  public private(set) var deposits = Money.zero

  /// Takes an entry that is not the account's own.
  mutating func post(_ entry: LedgerEntry) {
    switch entry.account {
    case .own: break
    case .market: market.units &+= entry.amount.units
    case .fees: fees.units &+= entry.amount.units
    case .deposits: deposits.units &+= entry.amount.units
    }
  }

  /// What the account itself has to hold of the asset.
  public var owed: Money { Money(units: 0 &- (market.units &+ fees.units &+ deposits.units)) }
}

extension CounterAccounts: CanonicallyDecodable {
  public func encode(into bytes: inout CanonicalBytes) {
    for money in [market, fees, deposits] { bytes.append(money) }
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    (market, fees) = (try reader.take(), try reader.take())
    deposits = try reader.take()
  }
}
