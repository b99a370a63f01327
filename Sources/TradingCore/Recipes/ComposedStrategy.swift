/// A strategy that a scenario composes of named indicators and rules, without Swift.
///
/// At each of its bars, once every indicator answers, it asks the rules `long`, `short` and `exit` in this
/// order. The first that holds decides: the weight, the weight below zero, or nothing held. Where none
/// holds it stays as it is. Indicators on other bars than its own answer by the last of theirs that had
/// ended by then: nothing is seen before it is over.
struct ComposedStrategy: Decider {
  static let name = "composed"
  static let summary = "Long, short or flat by rules over indicators, written in the scenario."

  let plan: ComposedPlan
  let instrument: InstrumentID
  /// What it asks for where it is long.
  let weight: Double
  /// Those of its own bars first.
  private(set) var frames: ContiguousArray<Timeframe> = [Timeframe(nil)]
  /// The numbers that rules read, by place.
  private(set) var values: ContiguousArray<Double>
  private(set) var rules: ContiguousArray<BarRule>
  private(set) var stance = Stance()
  private var stack: ContiguousArray<Double> = []

  /// - Throws: `ParameterError` for values that its indicators do not take.
  init(
    _ plan: ComposedPlan, _ parameters: ParameterValues, _ instrument: InstrumentID
  ) throws(ParameterError) {
    (self.plan, self.instrument) = (plan, instrument)
    weight = plan.weight.value(parameters.values)
    rules = ContiguousArray(plan.rules.map(\.rule))
    values = ContiguousArray(repeating: 0, count: plan.names.names.count - parameters.values.count)
    values += parameters.values
    stack.reserveCapacity(BarRule.mostSteps)
    var place = ComposedPlan.barNames.count
    for formula in plan.indicators {
      let indicator = try formula.make(parameters.values)
      let known = frames.firstIndex { $0.spec == formula.bars }
      if known == nil { frames.append(Timeframe(formula.bars)) }
      frames[known ?? frames.count - 1].add(indicator, at: place)
      place += formula.outputs.count
    }
  }

  var warmUpBars: Int { frames.reduce(1) { max($0, $1.warmUp) } }
  var fault: BarError? { frames.lazy.compactMap(\.fault).first }

  @inline(__always)
  mutating func decide(_ event: Event, _ state: borrowing State, _ decisions: inout Decisions) {
    let bar = state.closedBar(instrument)
    let isBehind = isBehind(bar, event, state)
    if frames.count > 1, !isBehind { feed(event, state) }
    if let bar, see(bar, state), let weight = judge() {
      stance.take(weight, in: instrument, &decisions)
    }
    if isBehind { feed(event, state) }
  }

  /// Whether the fact that showed a bar to be over came after its end: no rule asked at that bar may know
  /// what the fact did to other timeframes.
  @inline(__always)
  func isBehind(_ bar: Bar?, _ event: Event, _ state: borrowing State) -> Bool {
    guard frames.count > 1, let bar, state.settings.barInterval > .zero else { return false }
    return event.start >= bar.start + state.settings.barInterval
  }

  /// Gives a fact to the other timeframes.
  @inline(never)
  mutating func feed(_ event: Event, _ state: borrowing State) {
    // A definition is large: the many facts that make no bars need none.
    guard Timeframe.takes(event.kind), instrument.index < state.instruments.count,
      let definition = state.instruments[instrument.index]
    else { return }
    for index in 1..<frames.count { frames[index].take(event, of: definition, into: &values) }
  }

  /// Takes a bar of its own that has ended.
  /// - Returns: whether all indicators answer.
  @inline(never)
  mutating func see(_ bar: Bar, _ state: borrowing State) -> Bool {
    guard let definition = state.instruments[instrument.index] else { return false }
    let end = bar.start + state.settings.barInterval
    for index in 1..<frames.count { frames[index].close(at: end, of: definition, into: &values) }
    let full = FullBar(bar, of: definition)
    values[0] = full.open
    values[1] = full.high
    values[2] = full.low
    values[3] = full.close
    values[4] = full.volume
    frames[0].take(full, into: &values)
    return frames.allSatisfy { $0.isWarm }
  }

  /// Asks all rules, so that no crossing is missed.
  /// - Returns: the weight that the first of them wants; `nil` where none holds.
  private mutating func judge() -> Double? {
    var decided: ComposedPlan.Action?
    for index in rules.indices where rules[index].holds(values, &stack) {
      decided = decided ?? plan.rules[index].action
    }
    return decided.map(weight(of:))
  }

  func weight(of action: ComposedPlan.Action) -> Double {
    switch action {
    case .long: weight
    case .short: -weight
    case .exit: 0
    }
  }

  func encode(into bytes: inout CanonicalBytes) {
    bytes.append(bytes: Array(Recipe.composed(plan.composition).text.utf8))
    bytes.append(values.count)
    // The sign of what is not a number differs between machines.
    for value in values { bytes.append(value.isNaN ? .nan : value) }
    for frame in frames { frame.encode(into: &bytes) }
    for rule in rules { rule.encode(into: &bytes) }
    stance.encode(into: &bytes)
  }
}
