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

  /// The fee for a fill. `price` converts a quote amount into the third asset (units of quote per
  /// unit of that asset, as money); `nil` where it has no price, and then the quote asset pays.
  /// - Returns: `nil` when the fee does not fit in the 64 bits that a fill has for it.
  func charge(
    _ definition: InstrumentDefinition, _ side: Side, _ price: Price, _ quantity: Quantity,
    _ liquidity: Liquidity, account: borrowing Account, assetPrice: (AssetID) -> Money?
  ) -> Charge? {
    let schedule = schedule(definition.instrument)
    let rate = liquidity == .maker ? schedule.maker : schedule.taker
    let value = definition.notional(price, quantity)
    var asset = definition.quote
    var amount = value
    switch schedule.currency {
    case .quote: break
    case .received where side == .buy:
      asset = definition.base
      amount = Money(units: Int128(quantity.lots) * definition.lotAmount)
    case .received: break
    case .asset:
      if let unit = assetPrice(schedule.asset), unit.units > 0 {
        asset = schedule.asset
        amount = value.scaled(by: Money.one.units, over: unit.units)
      }
    }
    let decimals =
      asset.index < account.commissionDecimals.count
      ? Int(account.commissionDecimals[asset.index]) : 8
    let step = Int128(FeeModel.rateScale) * Int128(powerOfTen(Money.scale - decimals))
    let fee = amount.scaled(by: Int128(rate), over: step).units
    return Int64(exactly: fee).map { Charge(fee: $0, asset: asset) }
  }

  /// Rates are counted in 10⁻⁸ of the value.
  static let rateScale: Int64 = 100_000_000
}
