/// What a venue charges for a fill. The one place where a fee is rounded: half to even, to the
/// decimals its asset's commissions have.
struct FeeModel: Sendable {
  /// A charge in 10^−decimals of an asset.
  struct Charge: Equatable {
    var fee: Int64
    var asset: AssetID
  }

  private var general = FeeSchedule(instrument: .none, maker: 0, taker: 0)
  private var byInstrument: ContiguousArray<FeeSchedule?> = []

  /// Takes a schedule; one for an instrument beyond what a state has room for changes nothing.
  mutating func apply(_ schedule: FeeSchedule) {
    guard schedule.instrument != .none else {
      general = schedule
      return
    }
    guard schedule.instrument.hasRoom else { return }
    while byInstrument.count <= schedule.instrument.index { byInstrument.append(nil) }
    byInstrument[schedule.instrument.index] = schedule
  }

  func schedule(_ instrument: InstrumentID) -> FeeSchedule {
    guard instrument.index < byInstrument.count else { return general }
    return byInstrument[instrument.index] ?? general
  }

  /// The fee for a fill. `assetPrice` gives the value of one unit of a third asset in the quote asset;
  /// where it has no price, or a spot account holds too little of it, the quote asset pays.
  /// - Returns: `nil` when the fee does not fit in the 64 bits that a fill has for it.
  func charge(
    _ definition: InstrumentDefinition, _ side: Side, _ price: Price, _ quantity: Quantity,
    _ liquidity: Liquidity, _ payer: borrowing Payer, assetPrice: (AssetID) -> Money?
  ) -> Charge? {
    let schedule = schedule(definition.instrument)
    let rate = liquidity == .maker ? schedule.maker : schedule.taker
    let value = definition.notional(price, quantity)
    switch schedule.currency {
    case .received where side == .buy:
      let amount = Money(units: Int128(quantity.lots) * definition.lotAmount)
      return payer.charge(amount, rate, in: definition.base)
    case .quote, .received: break
    case .asset:
      guard let unit = assetPrice(schedule.asset), unit.units > 0 else { break }
      let amount = value.scaled(by: Money.one.units, over: unit.units)
      guard let charge = payer.charge(amount, rate, in: schedule.asset) else { break }
      if payer.canPay(charge) { return charge }
    }
    return payer.charge(value, rate, in: definition.quote)
  }

  /// Rates are counted in 10⁻⁸ of the value.
  static let rateScale: Int64 = 100_000_000
}

/// The account a fee is taken from.
struct Payer {
  var account: Account
  var kind: AccountKind

  /// A share of an amount, rounded half to even to the decimals its asset's commissions have.
  func charge(_ amount: Money, _ rate: Int64, in asset: AssetID) -> FeeModel.Charge? {
    let step = Int128(FeeModel.rateScale) * Int128(powerOfTen(Money.scale - decimals(asset)))
    let fee = amount.scaled(by: Int128(rate), over: step).units
    return Int64(exactly: fee).map { FeeModel.Charge(fee: $0, asset: asset) }
  }

  /// Whether the account has the fee, or may owe it.
  func canPay(_ charge: FeeModel.Charge) -> Bool {
    let unit = Int128(powerOfTen(Money.scale - decimals(charge.asset)))
    return kind == .margin || account.balance(charge.asset).units >= Int128(charge.fee) * unit
  }

  private func decimals(_ asset: AssetID) -> Int {
    asset.index < account.commissionDecimals.count
      ? Int(account.commissionDecimals[asset.index]) : 8
  }
}
