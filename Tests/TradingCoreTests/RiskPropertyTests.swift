/// Random orders, fills and marks against every limit at once, judged by a second account of the limits
/// that is as simple as it can be; and the same with a gate that forgets one limit, which must be seen.
import Testing

@testable import TradingCore

/// The limits once more: no roundings, no shortcuts, everything counted from the list of live orders.
private struct PlainLimits {
  let state: State
  var equity: Int128 { state.account.equity.units }

  /// Lots if every order of a side is filled, those first that only close, and none of the other.
  func reach(_ instrument: Int, _ side: Side) -> Int128 {
    let held = Int128(state.account.positions[instrument].lots.lots)
    var (closing, growing): (Int128, Int128) = (0, 0)
    for order in state.orders.live
    where order.terms.instrument.index == instrument && order.terms.side == side {
      let lots = Int128(order.open.lots)
      if order.terms.reduceOnly { closing += lots } else { growing += lots }
    }
    let sign = Int128(side.sign)
    return held + sign * (min(closing, max(0, -held * sign)) + growing)
  }

  func value(_ lots: Int128, _ instrument: Int) -> Int128 {
    let mark = Int128(state.markets[instrument].mark?.ticks ?? 0)
    return lots * mark * Int128(state.instruments[instrument]?.tickValue ?? 0)
  }

  /// The largest a limit's number can become, in money units.
  func worst(_ kind: LimitKind) -> Int128 {
    let indices = state.instruments.indices
    let sides = indices.map { [value(reach($0, .buy), $0), value(reach($0, .sell), $0)] }
    let most = sides.map { max($0[0].magnitude, $0[1].magnitude) }
    return switch kind {
    case .maxPosition: Int128(most.max() ?? 0)
    case .grossExposure: Int128(most.reduce(0, +))
    case .netExposure: max(sides.map { $0[0] }.reduce(0, +), -sides.map { $0[1] }.reduce(0, +))
    case .maxOpenOrders: Int128(state.orders.live.count { !$0.terms.reduceOnly })
    default: 0
    }
  }

  func isExceeded(_ kind: LimitKind, _ limit: Int64) -> Bool {
    if kind == .maxOpenOrders { return worst(kind) > Int128(limit) }
    return worst(kind) * 1_000_000 > Int128(limit) * equity
  }
}

@Suite("The gate against random orders")
struct RiskPropertyTests {
  static let inForce: [LimitKind: Int64] = [
    .maxPosition: 300, .grossExposure: 450, .netExposure: 400, .maxOpenOrders: 8,
  ]

  /// A market of three instruments and an account of 1,000, in which orders come and go.
  private struct World {
    var ledger = Ledger(capital: 1_000)
    var random: RandomSource
    var gate = RiskGate()
    var approvals = 0

    init(seed: UInt64, without forgotten: LimitKind? = nil) {
      random = RandomSource(seed: seed, label: "risk world")
      ledger.trade(100)
      for kind in LimitKind.allCases where kind != forgotten {
        if let limit = inForce[kind] { ledger.take(.limit(LimitChange(kind, value: limit))) }
      }
    }

    var state: State { ledger.state }

    mutating func terms() -> OrderTerms {
      let instrument = UInt16(random.below(2))
      let mark: Int64 = instrument == 0 ? 100 : 200
      let isLimit = random.chance(0.5)
      return OrderTerms(
        instrument: InstrumentID(instrument), side: random.chance(0.5) ? .buy : .sell,
        type: isLimit ? .limit : .market,
        quantity: Quantity(lots: random.integer(in: 1...(random.chance(0.1) ? 2_000 : 150))),
        price: Price(ticks: isLimit ? mark + random.integer(in: -20...20) : 0),
        reduceOnly: random.chance(0.1))
    }

    /// Asks for an order, and takes it when it passes.
    mutating func ask(_ terms: OrderTerms) -> (refusal: Refused?, numbers: RiskAssessment) {
      switch gate.review(Requests([.place(terms)]), at: 0, cause: 1, state) {
      case .approved(_, let body, let numbers):
        ledger.take(body)
        approvals += 1
        return (nil, numbers)
      case .refused(let refusal, let numbers): return (refusal, numbers)
      }
    }

    /// Fills part of a live order at the mark, or ends it.
    mutating func answer() {
      guard !state.orders.live.isEmpty else { return }
      let order = state.orders.live[Int(random.below(UInt64(state.orders.live.count)))]
      let report = OrderReport(order: order.id, instrument: order.terms.instrument)
      guard random.chance(0.7) else { return ledger.take(.canceled(report)) }
      var lots = random.integer(in: 1...order.open.lots)
      if order.terms.reduceOnly {
        // A venue cuts a reduce-only fill to what is left to shrink.
        let held = state.position(order.terms.instrument).lots
        guard held != 0, (held > 0) == (order.terms.side == .sell) else {
          return ledger.take(.expired(report))
        }
        lots = min(lots, abs(held))
      }
      ledger.take(
        .fill(
          Fill(
            order: order.id, instrument: order.terms.instrument, side: order.terms.side,
            price: state.markets[order.terms.instrument.index].mark ?? .zero,
            quantity: Quantity(lots: lots), fee: 0, feeAsset: AssetID(1),
            tradeID: Int64(state.sequence), liquidity: .taker)))
    }

    /// The first limit that is exceeded.
    func exceeded() -> LimitKind? {
      let plain = PlainLimits(state: state)
      return LimitKind.allCases.first { kind in
        inForce[kind].map { plain.isExceeded(kind, $0) } ?? false
      }
    }
  }

  @Test(
    "no limit is exceeded by what is approved and filled", arguments: 1...8 as ClosedRange<UInt64>)
  func neverExceeded(seed: UInt64) {
    var world = World(seed: seed)
    for step in 0..<400 {
      _ = world.ask(world.terms())
      if world.random.chance(0.6) { world.answer() }
      let exceeded = world.exceeded()
      #expect(exceeded == nil, "seed \(seed), step \(step)")
      if exceeded != nil { return }
    }
    #expect(world.approvals > 50, "seed \(seed)")
  }

  @Test("a gate that forgets one limit is caught", arguments: Array(inForce.keys))
  func mutants(forgotten: LimitKind) {
    let isCaught = (1...8 as ClosedRange<UInt64>).contains { seed in
      var world = World(seed: seed, without: forgotten)
      for _ in 0..<400 {
        _ = world.ask(world.terms())
        if world.random.chance(0.6) { world.answer() }
        if world.exceeded() == forgotten { return true }
      }
      return false
    }
    #expect(isCaught, "\(forgotten)")
  }

  @Test(
    "the quantity that is suggested passes, and one lot more does not",
    arguments: 1...8 as ClosedRange<UInt64>)
  func suggestions(seed: UInt64) {
    var world = World(seed: seed)
    var refused = 0
    for step in 0..<400 {
      var terms = world.terms()
      let asked = terms.quantity
      if let refusal = world.ask(terms).refusal {
        refused += 1
        #expect(refusal.suggested < asked, "seed \(seed), step \(step)")
        for more in 0...Int64(1) {
          terms.quantity = Quantity(lots: refusal.suggested.lots + more)
          guard terms.quantity.lots > 0 else { continue }
          let passes = RiskLimitTests.ask([terms], world.state).refusal == nil
          #expect(passes == (more == 0), "seed \(seed), step \(step), \(terms)")
        }
      }
      if world.random.chance(0.4) { world.answer() }
    }
    #expect(refused > 50, "seed \(seed)")
  }
}
