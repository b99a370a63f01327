/// Every property that `check` knows. A new one is a line here.

internal import TradingCore

public enum PropertyList {
  /// All of them, in the order in which they are reported.
  public static let all: [any Property] =
    watched + [
      Rederives(), Resimulates(), Recovery(), Reencodes(),
      NoLookAhead(.cut), NoLookAhead(.changed), WarmUp(), SplitBlocks(), Heartbeats(),
      RenamedSymbols(), ScaledMarket(), AddedLatency(), PermutedInstruments(), SwappedMoments(),
    ] + MarketMutation.allCases.map { MutatedMarket(mutation: $0) }

  /// Those that are judged at every event of a journal as it is.
  static let watched: [Watched] =
    Invariant.all.map(\.property) + [structure, orderLife, limits, fees]

  /// What must fail, whatever the journal: a check in which it holds proves nothing.
  public static let canary: any Property = Watched(
    name: "canary", summary: "No journal has a last event: must fail.",
    unfit: { $0.events.isEmpty ? "it has no event" : nil },
    make: { CanaryWatch(last: $0.events.count) })

  /// The property of a name, the canary among them.
  public static func named(_ name: String) -> (any Property)? {
    (all + [canary]).first { $0.name == name }
  }

  static let structure = Watched(
    name: "structure",
    summary: "Messages are whole, decisions follow their causes, fingerprints are the state's.",
    unfit: { $0.lost?.text },
    make: { StructureWatch(knowsRules: $0.logicVersion == LogicVersion.current.version) })

  static let orderLife = Watched(
    name: "order-life",
    summary: "Every order goes through legal steps only, and the state agrees after each.",
    unfit: { $0.lost?.text },
    make: { OrderLifeWatch(knowsAllOrders: $0.origin == .simulated) })

  static let limits = Watched(
    name: "limits",
    summary: "No risk limit in force is exceeded, counting unknown orders as live.",
    unfit: LimitWatch.objection, make: { _ in LimitWatch() })

  static let fees = Watched(
    name: "fees",
    summary: "Each fee is what the schedule says of price and quantity, half to even.",
    unfit: FeeWatch.objection, make: { _ in FeeWatch() })
}

/// Says of the last event that it cannot be.
private struct CanaryWatch: StateWatch {
  let last: Int

  mutating func after(
    _ event: Event, _ sequence: Sequence64, _ state: borrowing State
  ) -> Finding? {
    sequence == Sequence64(last) ? Finding("canary", "the journal has a last event") : nil
  }
}
