/// Every fee of a simulated run computed again: from the schedule in force, price, quantity and the one
/// rounding rule, by arithmetic of its own.

internal import TradingCore

/// Half to even, to the decimals of the asset's commissions; rates in 10⁻⁸.
struct FeeWatch: StateWatch {
  private var names = Names()
  private var reporting: Set<AssetID> = [AssetID(0)]
  /// Value traded by UTC day, in units of the reporting asset.
  private var traded: [Int64: Int128] = [:]
  private var closes: [InstrumentID: Price] = [:]

  mutating func after(
    _ event: Event, _ sequence: Sequence64, _ state: borrowing State
  ) -> Finding? {
    if event.kind.isDefinition { names.learn(event) }
    switch event.body {
    case .configure(let change) where change.setting == .reportingAsset:
      reporting = [AssetID(UInt16(clamping: change.value))]
    case .configure(let change) where change.setting == .reportingTwin:
      reporting.insert(AssetID(UInt16(clamping: change.value)))
    case .trade(let trade): closes[trade.instrument] = trade.price
    case .candle(let candle): closes[candle.instrument] = candle.close
    case .fill(let fill): return judge(fill, at: event.venueTime)
    default: break
    }
    return nil
  }

  private mutating func judge(_ fill: Fill, at time: Timestamp) -> Finding? {
    guard let definition = names.definition(fill.instrument) else { return nil }
    guard definition.canValue(fill.price, fill.quantity) else {
      return Finding(
        "fee",
        "order \(fill.order.raw) is filled with \(definition.text(fill.quantity)) at "
          + "\(definition.text(fill.price)), more than can be booked")
    }
    let tier = tier(fill.instrument, at: time)
    note(definition.notional(fill.price, fill.quantity), definition, at: time)
    guard let due = FeeWatch.due(fill, definition, tier, names), fill.fee != due.fee else {
      return nil
    }
    let decimals = names.commissionDecimals(due.asset)
    return Finding(
      "fee",
      "order \(fill.order.raw) paid \(decimalText(Int128(fill.fee), scale: decimals)) for "
        + "\(definition.text(fill.quantity)) at \(definition.text(fill.price)), and "
        + "\(FeeWatch.rate(tier, fill.liquidity)) / 100000000 of it is "
        + decimalText(Int128(due.fee), scale: decimals))
  }

  private static func rate(_ tier: FeeSchedule, _ liquidity: Liquidity) -> Int64 {
    liquidity == .maker ? tier.maker : tier.taker
  }

  /// What a fill costs, in units of its asset's commission; `nil` where that cannot be judged.
  private static func due(
    _ fill: Fill, _ definition: InstrumentDefinition, _ tier: FeeSchedule, _ names: Names
  ) -> (fee: Int64, asset: AssetID)? {
    let lots = Int128(fill.quantity.lots)
    let value = Int128(fill.price.ticks) * lots * Int128(definition.tickValue)
    let amount = lots * definition.lotAmount
    let isReceived = tier.currency == .received && fill.side == .buy && value > 0
    let asset = isReceived ? definition.base : definition.quote
    // A third asset's price is the exchange's to know; a fee in the quote asset is not.
    guard fill.feeAsset == asset else { return nil }
    var charged: Int128? =
      switch tier.basis {
      case .value: value
      case .quantity: amount
      case .fill: Money.one.units
      }
    if isReceived {
      charged = tier.basis == .value ? amount : product(charged, amount).map { $0 / value }
    }
    let decimals = min(names.commissionDecimals(asset), Money.scale)
    let step = Int128(powerOfTen(Money.scale - decimals)) * 100_000_000
    let fee = product(charged, Int128(rate(tier, fill.liquidity))).map { halfEven($0, step) }
    return fee.flatMap { Int64(exactly: $0) }.map { ($0, asset) }
  }

  /// A product; `nil` where it does not fit.
  private static func product(_ left: Int128?, _ right: Int128) -> Int128? {
    guard let (product, overflow) = left?.multipliedReportingOverflow(by: right) else { return nil }
    return overflow ? nil : product
  }

  /// A quotient to the nearest whole number, to the even one of two that are as near. The divisor is
  /// positive.
  static func halfEven(_ dividend: Int128, _ divisor: Int128) -> Int128 {
    var (quotient, rest) = dividend.quotientAndRemainder(dividingBy: divisor)
    if rest < 0 { (quotient, rest) = (quotient - 1, rest + divisor) }
    let isUp = rest * 2 > divisor || (rest * 2 == divisor && quotient % 2 != 0)
    return isUp ? quotient + 1 : quotient
  }

  // MARK: Tiers

  /// The tier of an instrument, of all where it has none of its own, by what the thirty UTC days before
  /// saw traded.
  private func tier(_ instrument: InstrumentID, at time: Timestamp) -> FeeSchedule {
    let own = names.schedules.filter { $0.instrument == instrument }
    let tiers = own.isEmpty ? names.schedules.filter { $0.instrument == .none } : own
    let today = FeeWatch.day(time)
    let volume = traded.reduce(Int128(0)) { sum, day in
      (today - 30..<today).contains(day.key) ? sum.addingClamped(day.value) : sum
    }
    let reached = tiers.last {
      Int128($0.fromVolume) * Int128(powerOfTen(Money.scale - 8)) <= volume
    }
    return reached ?? tiers.first ?? FeeSchedule(instrument: .none, maker: 0, taker: 0)
  }

  private mutating func note(
    _ value: Money, _ definition: InstrumentDefinition, at time: Timestamp
  ) {
    guard reporting.contains(definition.quote) else { return }
    let day = FeeWatch.day(time)
    traded[day] = (traded[day] ?? 0).addingClamped(value.units)
  }

  private static func day(_ time: Timestamp) -> Int64 {
    time.floored(to: .day).nanoseconds / Interval.day.nanoseconds
  }
}

extension FeeWatch {
  /// Why fees cannot be computed again; `nil` when they can.
  static func objection(to subject: CheckSubject) -> String? {
    if let lost = subject.lost { return lost.text }
    switch subject.origin {
    case .facts: return "facts only: nothing was traded"
    case .headless: return "its head does not say what fees there were"
    case .live: return "a live run: the venue says what it charges"
    case .simulated: break
    }
    let schedules = subject.names.schedules
    if schedules.contains(where: { $0.currency == .asset }) {
      return "fees in a third asset go by the price that the exchange last saw"
    }
    return nil
  }
}
