/// Why a composed strategy decides what it decides: every number its rules read, and every comparison of
/// the rules that were asked, each with its rule, up to the one that settled it.

extension ComposedStrategy {
  mutating func account(
    of event: Event, _ state: borrowing State, for book: BookID
  ) -> [StrategyAccount] {
    var account = StrategyAccount(Self.name, instrument, book)
    let closed = state.closedBar(instrument)
    if frames.count > 1, !isBehind(closed, event, state) { feed(event, state) }
    guard let bar = closed else { return [account.concluding(.noBar)] }
    let isWarm = see(bar, state)
    if let fault { return [account.concluding(.withoutBars(fault))] }
    guard isWarm else {
      let cold = frames.first { !$0.isWarm } ?? frames[0]
      return [account.concluding(.warmingUp(seen: cold.seen, of: cold.warmUp))]
    }
    let read = plan.rules.flatMap { $0.rule.steps.compactMap(\.place) }
    for (place, name) in plan.names.names.enumerated() where read.contains(place) {
      account.read(name, values[place], .plain)
    }
    for index in rules.indices {
      var rule = rules[index]
      let action = plan.rules[index].action
      account.tell(RuleText(rule, plan.names, at: values).comparisons, of: action.rawValue)
      var stack: ContiguousArray<Double> = []
      guard rule.holds(values, &stack) else { continue }
      return [
        account.decided(by: action.rawValue).concluding(weight(of: action), after: stance)
      ]
    }
    return [account.concluding(.noRule(weight: stance.weight ?? 0))]
  }
}

extension StrategyAccount {
  /// Notes a rule's comparisons; of a crossing the bar before, too.
  fileprivate mutating func tell(_ comparisons: [RuleComparison], of rule: String) {
    for comparison in comparisons {
      if let before = comparison.before, before.isKnown {
        test(
          StrategyAccount.before(comparison.left), before.left, comparison.sign.relationBefore,
          StrategyAccount.before(comparison.right), before.right, .plain, of: rule)
      }
      test(
        comparison.left, comparison.leftValue, comparison.sign.relation, comparison.right,
        comparison.rightValue, .plain, of: rule)
    }
  }

  /// What a side is called at the bar before; a number that is written out was the same.
  private static func before(_ side: String) -> String {
    plainNumber(side) == nil ? side + " before" : side
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
