/// What is held and what every working order may add to it, by instrument: the ground of the limits on
/// exposure. It is scratch memory of the gate, filled when such a limit is in force.
struct Exposures: Sendable {
  /// Lots held, lots that orders may buy and sell, and lots that reduce-only orders may.
  struct Entry: Sendable, BitwiseCopyable {
    var held: Int64 = 0
    var buying: Int64 = 0
    var selling: Int64 = 0
    var covering: Int64 = 0
    var closing: Int64 = 0

    /// Lots if every order on a side is filled and none on the other, the reduce-only ones first: they
    /// grow nothing, but make room for what does.
    func reach(_ side: Side) -> Int128 {
      let held = Int128(held)
      switch side {
      case .buy: return held + min(max(0, -held), Int128(covering)) + Int128(buying)
      case .sell: return held - min(max(0, held), Int128(closing)) - Int128(selling)
      }
    }

    /// The most lots held either way.
    var most: UInt128 { max(reach(.buy).magnitude, reach(.sell).magnitude) }

    mutating func add(_ lots: Int64, _ terms: OrderTerms) {
      switch (terms.side, terms.reduceOnly) {
      case (.buy, false): buying = buying.addingClamped(lots)
      case (.sell, false): selling = selling.addingClamped(lots)
      case (.buy, true): covering = covering.addingClamped(lots)
      case (.sell, true): closing = closing.addingClamped(lots)
      }
    }
  }

  private(set) var entries: ContiguousArray<Entry> = []

  /// Counts everything anew, without one order. O(instruments + live orders); allocates only when there
  /// are more instruments than ever before.
  mutating func count(_ state: borrowing State, without id: OrderID) {
    while entries.count < state.instruments.count { entries.append(Entry()) }
    for index in state.instruments.indices {
      entries[index] = Entry(held: state.position(InstrumentID(UInt16(index))).lots)
    }
    for place in state.orders.live.indices {
      let order = state.orders.live[place]
      let index = order.terms.instrument.index
      guard index < state.instruments.count, order.id != id else { continue }
      entries[index].add(state.orders.countedLots(at: place), order.terms)
    }
  }

  /// The value of a number of lots at the mark in the reporting asset, of either sign; `nil` where it
  /// cannot be told.
  static func value(_ lots: Int128, of index: Int, _ state: borrowing State) -> Money? {
    guard lots != 0 else { return .zero }
    guard let definition = state.instruments[index], let mark = state.markets[index].mark,
      let lots = Int64(exactly: lots), definition.canValue(mark, Quantity(lots: lots))
    else { return nil }
    return state.value(of: definition.notional(mark, Quantity(lots: lots)), in: definition.quote)
  }
}
