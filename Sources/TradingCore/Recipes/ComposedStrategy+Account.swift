/// Why a composed strategy decides what it decides: every number its rules read, and every comparison of
/// the rules that were asked, up to the one that settled it.

extension ComposedStrategy {
  mutating func account(
    of event: Event, _ state: borrowing State, for book: BookID
  ) -> [StrategyAccount] {
    var account = StrategyAccount(Self.name, instrument, book)
    if frames.count > 1 { feed(event, state) }
    guard let bar = state.closedBar(instrument) else { return [account.concluding(.noBar)] }
    let isWarm = see(bar, state)
    if let fault = frames.lazy.compactMap(\.fault).first {
      return [account.concluding(.withoutBars(fault))]
    }
    guard isWarm else {
      let cold = frames.first { !$0.isWarm } ?? frames[0]
      return [account.concluding(.warmingUp(seen: cold.seen, of: cold.warmUp))]
    }
    for (place, name) in plan.names.names.enumerated() where plan.names.place(of: name) == place {
      account.read(name, values[place], .plain)
    }
    for index in rules.indices {
      var rule = rules[index]
      account.tell(RuleText(rule, plan.names, at: values).comparisons)
      var stack: ContiguousArray<Double> = []
      guard rule.holds(values, &stack) else { continue }
      return [account.concluding(weight(of: plan.rules[index].action), after: stance)]
    }
    return [account.concluding(.noRule(weight: stance.weight ?? 0))]
  }
}

extension StrategyAccount {
  /// Notes a rule's comparisons; of a crossing the bar before, too.
  fileprivate mutating func tell(_ comparisons: [RuleComparison]) {
    for comparison in comparisons {
      if let before = comparison.before, before.isKnown {
        test(
          comparison.left + " before", before.left, comparison.sign.relationBefore,
          comparison.right + " before", before.right, .plain)
      }
      test(
        comparison.left, comparison.leftValue, comparison.sign.relation, comparison.right,
        comparison.rightValue, .plain)
    }
  }
}

extension ExpressionSign {
  /// The relation of the sides now.
  fileprivate var relation: Relation {
    switch self {
    case .less, .crossesBelow: .below
    case .lessOrEqual: .atMost
    case .greater, .crossesAbove: .above
    case .greaterOrEqual: .atLeast
    case .equal: .equal
    case .different, .or, .and, .plus, .minus, .times, .over: .unequal
    }
  }

  /// The relation of the sides at the bar before a crossing.
  fileprivate var relationBefore: Relation { self == .crossesAbove ? .atMost : .atLeast }
}
