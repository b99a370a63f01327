/// What is held and what every working order may add to it, by instrument: the ground of the limits on
/// exposure. It is scratch memory of the gate, filled when such a limit is in force.
struct Exposures: Sendable {
  /// Lots held, and lots that orders may buy and sell; reduce-only orders add to nothing.
  struct Entry: Sendable, BitwiseCopyable {
    var held: Int64 = 0
    var buying: Int64 = 0
    var selling: Int64 = 0

    /// Lots if every order on a side is filled and none on the other.
    func reach(_ side: Side) -> Int128 {
      side == .buy ? Int128(held) + Int128(buying) : Int128(held) - Int128(selling)
    }

    /// The most lots held either way.
    var most: UInt128 { max(reach(.buy).magnitude, reach(.sell).magnitude) }
  }

  private(set) var entries: ContiguousArray<Entry> = []

  /// Counts everything anew, without an order that is being replaced. O(instruments + live orders);
  /// allocates only when there are more instruments than ever before.
  mutating func count(_ state: borrowing State, replaced: OrderID) {
    while entries.count < state.instruments.count { entries.append(Entry()) }
    for index in state.instruments.indices {
      entries[index] = Entry(held: state.position(InstrumentID(UInt16(index))).lots)
    }
    for place in state.orders.live.indices {
      let order = state.orders.live[place]
      let index = order.terms.instrument.index
      guard index < state.instruments.count, !order.terms.reduceOnly, order.id != replaced else {
        continue
      }
      let lots = state.orders.countedLots(at: place)
      switch order.terms.side {
      case .buy: entries[index].buying = entries[index].buying.addingClamped(lots)
      case .sell: entries[index].selling = entries[index].selling.addingClamped(lots)
      }
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
