/// One strategy on several instruments: a member for each, which sees only its own facts and gets an
/// equal share of the weight.
struct PerInstrument<Member: Decider>: Decider {
  private var members: ContiguousArray<Member>
  /// Member by instrument id; −1 where the instrument is not traded.
  private var slots: ContiguousArray<Int32>

  /// - Parameter make: a member for an instrument.
  init(
    _ instruments: [InstrumentID],
    _ make: (InstrumentID) throws(ParameterError) -> Member
  ) throws(ParameterError) {
    members = []
    slots = []
    for instrument in instruments {
      while slots.count <= instrument.index { slots.append(-1) }
      slots[instrument.index] = Int32(members.count)
      members.append(try make(instrument))
    }
  }

  var warmUpBars: Int { members.map(\.warmUpBars).max() ?? 0 }
  var fault: BarError? { members.lazy.compactMap(\.fault).first }

  @inline(__always)
  mutating func decide(_ event: Event, _ state: borrowing State, _ decisions: inout Decisions) {
    let instrument = event.body.instrument
    guard instrument.index < slots.count else { return }
    let slot = Int(slots[instrument.index])
    guard slot >= 0 else { return }
    members[slot].decide(event, state, &decisions)
    if members.count > 1 { decisions.shareWeight(among: members.count) }
  }

  mutating func account(
    of event: Event, _ state: borrowing State, for book: BookID
  ) -> [StrategyAccount] {
    let instrument = event.body.instrument
    guard instrument.index < slots.count, slots[instrument.index] >= 0 else { return [] }
    let accounts = members[Int(slots[instrument.index])].account(of: event, state, for: book)
    return members.count > 1 ? accounts.map { $0.sharing(among: members.count) } : accounts
  }

  func encode(into bytes: inout CanonicalBytes) {
    bytes.append(members.count)
    for member in members { member.encode(into: &bytes) }
  }
}

extension PerInstrument where Member: Strategy {
  init(_ values: ParameterValues, _ instruments: [InstrumentID]) throws(ParameterError) {
    try self.init(instruments) { instrument throws(ParameterError) in
      try Member(values, instrument)
    }
  }
}
