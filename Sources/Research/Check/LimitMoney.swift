/// What an account owns, for whoever keeps the limits by himself: balances from fills and deposits, equity
/// by the marks, and how far it has fallen.

internal import TradingCore

struct LimitMoney {
  private var definitions: [InstrumentDefinition?] = []
  private var decimals: [Int] = []
  private var balances: [Int128] = []
  private var marks: [Int64] = []
  private var reporting = AssetID(0)
  private var isSpot = false
  private var hasOrdered = false
  private var peak = 0.0
  private var dayStart = 0.0
  private var day: Int64 = .min
  /// Whether equity has fallen as far as it may, or an operator halted.
  private(set) var mustStop = false
  /// Everything at its mark, in the reporting asset.
  private(set) var equity = 0.0

  /// What a spot account owes; `nil` when it owes nothing.
  var debt: String? {
    guard isSpot, let asset = balances.firstIndex(where: { $0 < 0 }) else { return nil }
    return "a spot account holds \(Money(units: balances[asset]).exactText) of asset \(asset)"
  }

  /// Books an event. The mark is the state's.
  mutating func take(_ event: Event, _ state: borrowing State) {
    let index = event.body.instrument.index
    if index < state.markets.count {
      marks.extend(to: index, filler: 0)
      marks[index] = state.markets[index].mark?.ticks ?? 0
    }
    switch event.body {
    case .instrument(let definition):
      definitions.extend(to: definition.instrument.index, filler: nil)
      definitions[definition.instrument.index] = definition
    case .asset(let asset):
      decimals.extend(to: asset.asset.index, filler: 8)
      decimals[asset.asset.index] = min(Int(asset.commissionDecimals), Money.scale)
    case .configure(let change): configure(change)
    case .balance(let balance):
      move(balance.amount.units.subtractingClamped(held(balance.asset)), balance.asset)
    case .adjustment(let change): move(change.amount.units, change.asset)
    case .fill(let fill): book(fill)
    case .order: hasOrdered = true
    case .halt: mustStop = true
    default: break
    }
    equity = value()
    if case .resume = event.body { (mustStop, peak, dayStart) = (false, equity, equity) }
  }

  private mutating func configure(_ change: Configure) {
    switch change.setting {
    case .account: isSpot = change.value == Int64(AccountKind.spot.rawValue)
    case .reportingAsset: reporting = AssetID(UInt16(clamping: change.value))
    default: break
    }
  }

  private func held(_ asset: AssetID) -> Int128 {
    asset.index < balances.count ? balances[asset.index] : 0
  }

  private mutating func add(_ units: Int128, _ asset: AssetID) {
    balances.extend(to: asset.index, filler: 0)
    balances[asset.index] = balances[asset.index].addingClamped(units)
  }

  /// What was put in or taken out is neither profit nor loss.
  private mutating func move(_ units: Int128, _ asset: AssetID) {
    add(units, asset)
    let before = equity
    equity = value()
    guard hasOrdered else {
      (peak, dayStart) = (0, 0)
      return
    }
    peak += equity - before
    dayStart += equity - before
  }

  private mutating func book(_ fill: Fill) {
    guard fill.instrument.index < definitions.count,
      let definition = definitions[fill.instrument.index],
      definition.canValue(fill.price, fill.quantity)
    else { return }
    let lots = Int128(fill.quantity.lots) * Int128(fill.side.sign)
    add(lots * definition.lotAmount, definition.base)
    add(-lots * Int128(fill.price.ticks) * Int128(definition.tickValue), definition.quote)
    let places = fill.feeAsset.index < decimals.count ? decimals[fill.feeAsset.index] : 8
    add(-Int128(fill.fee) * Int128(powerOfTen(Money.scale - places)), fill.feeAsset)
  }

  /// Everything at its mark; what has none is worth nothing yet.
  private func value() -> Double {
    var sum = Money(units: held(reporting)).approximate
    for index in definitions.indices where index < marks.count {
      guard let definition = definitions[index], definition.base != reporting else { continue }
      let amount = Money(units: held(definition.base)).approximate
      sum += amount * definition.approximate(Price(ticks: marks[index]))
    }
    return sum
  }

  /// Follows the falls of equity. Nothing is said until all that is held has a mark.
  mutating func watch(_ time: Timestamp, before: Double, _ falls: [(LimitKind, Int64?)]) {
    guard isMarked else { return }
    if peak == 0 { (peak, dayStart) = (equity, equity) }
    let today = time.floored(to: .day).nanoseconds
    if today > day {
      if day != .min { dayStart = before }
      day = today
    }
    peak = max(peak, equity)
    for (kind, limit) in falls {
      let top = kind == .maxDrawdown ? peak : dayStart
      // By a hair, since this is in floating point.
      if let limit, (top - equity) * 1e6 > (Double(limit) + 1e-3) * top { mustStop = true }
    }
  }

  private var isMarked: Bool {
    definitions.indices.allSatisfy { index in
      guard let definition = definitions[index] else { return true }
      return held(definition.base) == 0 || (index < marks.count && marks[index] > 0)
    }
  }

  /// The value of lots of an instrument at its mark, without its sign.
  func value(_ lots: Int64, _ instrument: Int) -> Double {
    guard instrument < marks.count, let definition = definitions[instrument] else { return 0 }
    return Double(lots.magnitude) * Double(marks[instrument])
      * Money(units: Int128(definition.tickValue)).approximate
  }

  /// Lots of an order, or those that its amount of the quote asset buys at the mark.
  func lots(of terms: OrderTerms) -> Int64 {
    let index = terms.instrument.index
    guard terms.flags.contains(.inQuote), index < marks.count, marks[index] > 0,
      let definition = definitions[index]
    else { return terms.quantity.lots }
    let lot = Int128(marks[index]) * Int128(definition.tickValue)
    guard lot > 0 else { return terms.quantity.lots }
    let amount = Int128(terms.quantity.lots) * Int128(powerOfTen(10))
    return Int64(clamping: (amount + lot - 1) / lot)
  }
}

extension Array {
  /// Makes room for an index.
  fileprivate mutating func extend(to index: Int, filler: Element) {
    if index >= count { append(contentsOf: repeatElement(filler, count: index + 1 - count)) }
  }
}
