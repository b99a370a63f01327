/// What a venue charges for a fill. The one place where a fee is rounded: half to even, to the
/// decimals its asset's commissions have.
///
/// An instrument has tiers by what the account traded in the thirty UTC days before; what is traded
/// today counts from tomorrow on, as on the venues (Binance, Coinbase and Kraken review it daily).
struct FeeModel: Sendable {
  /// A charge in 10^−decimals of an asset.
  struct Charge: Equatable {
    var fee: Int64
    var asset: AssetID
  }

  /// Tiers by volume, lowest first; those of `general` hold where an instrument has none.
  private typealias Tiers = ContiguousArray<FeeSchedule>
  private var general: Tiers = [FeeSchedule(instrument: .none, maker: 0, taker: 0)]
  private var byInstrument: ContiguousArray<Tiers> = []
  private var traded = MonthlyVolume()

  /// Rates and discounts are counted in 10⁻⁸.
  static let rateScale: Int64 = 100_000_000

  /// Takes a tier: one from no volume begins a new schedule, one from the same volume as another
  /// replaces it. One for an instrument beyond what a state has room for changes nothing.
  mutating func apply(_ tier: FeeSchedule) {
    guard tier.instrument != .none else { return FeeModel.add(tier, to: &general) }
    guard tier.instrument.hasRoom else { return }
    while byInstrument.count <= tier.instrument.index { byInstrument.append([]) }
    FeeModel.add(tier, to: &byInstrument[tier.instrument.index])
  }

  private static func add(_ tier: FeeSchedule, to tiers: inout Tiers) {
    if tier.fromVolume <= 0 { tiers.removeAll(keepingCapacity: true) }
    let place = tiers.firstIndex { $0.fromVolume >= tier.fromVolume } ?? tiers.count
    if place < tiers.count, tiers[place].fromVolume == tier.fromVolume {
      tiers[place] = tier
    } else if tiers.count < FeeSchedule.mostTiers {
      tiers.insert(tier, at: place)
    }
  }

  /// Counts what a fill traded, in the reporting asset. It moves tiers from the next UTC day on.
  mutating func note(value: Money, at time: Timestamp) { traded.note(value, at: time) }

  /// The tier in force at a time: the highest whose volume was traded, the lowest where none was.
  /// O(tiers).
  func schedule(_ instrument: InstrumentID, at time: Timestamp) -> FeeSchedule {
    guard instrument.index < byInstrument.count, !byInstrument[instrument.index].isEmpty else {
      return tier(of: general, at: time)
    }
    return tier(of: byInstrument[instrument.index], at: time)
  }

  private func tier(of tiers: Tiers, at time: Timestamp) -> FeeSchedule {
    guard tiers.count > 1 else { return tiers[0] }
    let volume = traded.before(time)
    return tiers.last { FeeModel.money($0.fromVolume) <= volume } ?? tiers[0]
  }

  /// The fee of a fill at `time`. `assetPrice` gives the value of one unit of a third asset in the quote
  /// asset; where it has no price, or a spot account holds too little of it, the quote asset pays.
  /// - Returns: `nil` when the fee does not fit in the 64 bits that a fill has for it.
  func charge(
    _ definition: InstrumentDefinition, _ side: Side, _ price: Price, _ quantity: Quantity,
    _ liquidity: Liquidity, _ account: borrowing Account, _ kind: AccountKind, at time: Timestamp,
    assetPrice: (AssetID) -> Money?
  ) -> Charge? {
    let tier = schedule(definition.instrument, at: time)
    let rate = Int128(liquidity == .maker ? tier.maker : tier.taker)
    let value = definition.notional(price, quantity)
    let amount = Money(units: Int128(quantity.lots) * definition.lotAmount)
    let charged = FeeModel.charged(by: tier.basis, value, amount)
    switch tier.currency {
    case .received where side == .buy && value.units > 0:
      // A part of the value is the same part of what was bought.
      let share =
        tier.basis == .value ? amount : charged.scaled(by: amount.units, over: value.units)
      return account.charge(share, rate, in: definition.base)
    case .quote, .received: break
    case .asset:
      guard let unit = assetPrice(tier.asset), unit.units > 0 else { break }
      let share = charged.scaled(by: Money.one.units, over: unit.units)
      let kept = rate < 0 ? FeeModel.rateScale : FeeModel.kept(tier.discount)
      let charge = account.charge(share, rate, keeping: kept, in: tier.asset)
      if let charge, kind == .margin || account.canPay(charge) { return charge }
    }
    return account.charge(charged, rate, in: definition.quote)
  }

  /// What a rate of 1 would take, in the quote asset.
  private static func charged(by basis: FeeBasis, _ value: Money, _ amount: Money) -> Money {
    switch basis {
    case .value: value
    case .quantity: amount
    case .fill: .one
    }
  }

  /// What a discount leaves of a fee, in 10⁻⁸; rebates know no discount.
  private static func kept(_ discount: Int64) -> Int64 {
    rateScale - min(max(0, discount), rateScale)
  }

  private static func money(_ hundredMillionths: Int64) -> Money {
    Money(units: Int128(hundredMillionths) * Int128(powerOfTen(Money.scale - 8)))
  }
}

extension FeeSchedule {
  /// The most tiers of an instrument; a further one changes nothing.
  public static let mostTiers = 64
}

extension Account {
  /// A share of an amount, rounded half to even to the decimals its asset's commissions have. `rate`
  /// and `kept` are in 10⁻⁸.
  fileprivate func charge(
    _ amount: Money, _ rate: Int128, keeping kept: Int64 = FeeModel.rateScale, in asset: AssetID
  ) -> FeeModel.Charge? {
    let step = Int128(powerOfTen(Money.scale - decimals(asset))) * Int128(FeeModel.rateScale)
    let fee =
      kept == FeeModel.rateScale
      ? amount.scaled(by: rate, over: step)
      : amount.scaled(by: rate * Int128(kept), over: step * Int128(FeeModel.rateScale))
    return Int64(exactly: fee.units).map { FeeModel.Charge(fee: $0, asset: asset) }
  }

  /// Whether the account has the fee.
  fileprivate func canPay(_ charge: FeeModel.Charge) -> Bool {
    let unit = Int128(powerOfTen(Money.scale - decimals(charge.asset)))
    return balance(charge.asset).units >= Int128(charge.fee) * unit
  }

  private func decimals(_ asset: AssetID) -> Int {
    asset.index < commissionDecimals.count ? Int(commissionDecimals[asset.index]) : 8
  }
}
