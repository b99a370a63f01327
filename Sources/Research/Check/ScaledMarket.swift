/// Every price twice as high, and twice the money: the same orders and fills, twice the profit and, up to
/// their rounding, twice the fees.
///
/// Two is a power of two, so that judgement in floating point scales without rounding too.

internal import TradingCore

struct ScaledMarket: Property {
  let name = "scale-prices"
  let summary = "Twice every price and twice the money: the same fills, fees twice as high."

  func objection(to subject: CheckSubject) -> String? {
    if let objection = subject.objectionToSimulation { return objection }
    let reporting = ScaledMarket.reportingAsset(subject)
    for definition in subject.names.instruments.compactMap({ $0 }) {
      guard definition.quote == reporting, definition.base != reporting else {
        return "prices are in several assets"
      }
      guard ScaledMarket.doubled(definition).isExact else {
        return "twice the tick is beyond what is exact"
      }
    }
    let hasMoneyOrders = subject.events.contains { event in
      if case .order(let order) = event.body { order.terms.flags.contains(.inQuote) } else { false }
    }
    return hasMoneyOrders ? "orders are for amounts of money" : nil
  }

  func failure(of subject: CheckSubject, _ test: CheckCase) throws -> PropertyFailure? {
    let reporting = ScaledMarket.reportingAsset(subject)
    let memory = EventMemory()
    _ = try subject.engine?.simulate(
      subject.preamble.map { ScaledMarket.doubled($0, reporting) },
      ArrayFeed(subject.market.map { ScaledMarket.doubled($0.event, reporting) }), into: memory)
    let before = try subject.baseline()
    let tapes = (
      DecisionTape(before, isLoose: true), DecisionTape(memory.events, isLoose: true)
    )
    if let failure = DecisionTape.difference(
      tapes.0.withoutMoney, tapes.1.withoutMoney, "scale", "prices and money were doubled")
    {
      return failure
    }
    return ScaledMarket.wrongFee(before, memory.events, reporting)
  }

  /// The first fee of the scaled run that is not twice the other's, up to a unit of rounding.
  private static func wrongFee(
    _ before: [Event], _ after: [Event], _ reporting: AssetID
  ) -> PropertyFailure? {
    let fills = (fills(before), fills(after))
    for (old, new) in zip(fills.0, fills.1) {
      let factor: Int64 = old.fill.feeAsset == reporting ? 2 : 1
      guard (new.fill.fee - factor * old.fill.fee).magnitude > 1 else { continue }
      return PropertyFailure(
        at: old.sequence, "scaled fee",
        "prices and money were doubled, and the fee went from \(old.fill.fee) to \(new.fill.fee)")
    }
    return nil
  }

  private static func fills(_ events: [Event]) -> [(sequence: Sequence64, fill: Fill)] {
    events.enumerated().compactMap { index, event in
      if case .fill(let fill) = event.body { (Sequence64(index) + 1, fill) } else { nil }
    }
  }

  static func reportingAsset(_ subject: CheckSubject) -> AssetID {
    for event in subject.preamble {
      guard case .configure(let change) = event.body, change.setting == .reportingAsset else {
        continue
      }
      return AssetID(UInt16(clamping: change.value))
    }
    return AssetID(0)
  }

  // MARK: Twice as much

  private static func doubled(_ event: Event, _ reporting: AssetID) -> Event {
    var event = event
    switch event.body {
    case .instrument(let definition): event.body = .instrument(doubled(definition))
    case .balance(var balance) where balance.asset == reporting:
      balance.amount = Money(units: balance.amount.units * 2)
      event.body = .balance(balance)
    case .fee(let tier): event.body = .fee(doubled(tier))
    case .filter(var filter) where filter.kind == .notional:
      (filter.low, filter.high) = (filter.low * 2, filter.high * 2)
      event.body = .filter(filter)
    default: break
    }
    return event
  }

  private static func doubled(_ definition: InstrumentDefinition) -> InstrumentDefinition {
    var definition = definition
    let (tick, overflow) = definition.tickMantissa.multipliedReportingOverflow(by: 2)
    definition.tickMantissa = overflow ? 0 : tick
    definition.minNotional *= 2
    return definition
  }

  private static func doubled(_ tier: FeeSchedule) -> FeeSchedule {
    var tier = tier
    tier.fromVolume *= 2
    if tier.basis != .value { (tier.maker, tier.taker) = (tier.maker * 2, tier.taker * 2) }
    return tier
  }
}

extension DecisionTape {
  /// The tape without what was put in.
  fileprivate var withoutMoney: DecisionTape {
    var tape = self
    tape.keep { $0.event.kind != .balance }
    return tape
  }
}
