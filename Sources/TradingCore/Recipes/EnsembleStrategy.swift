/// Several strategies whose wishes become one: each says for itself what it would hold, they vote, and what
/// they want together is asked for, in one book.
///
/// Members see the same facts and know nothing of each other. What one holds is what it last asked for, 0
/// before that; the book's position is the ensemble's alone.
struct EnsembleStrategy: Decider {
  static let name = "ensemble"
  static let summary =
    "Holds what several strategies want together, by mean, majority or all of them."

  /// A strategy that votes.
  struct Member: Sendable {
    let name: String
    var decider: any Decider
    var voice: Voice
  }

  let recipe: Ensemble
  let instrument: InstrumentID
  private(set) var members: ContiguousArray<Member>
  private(set) var stance = Stance()
  /// Room for what a member wants; nothing is kept in it.
  private var unheard = Decisions()

  init(_ recipe: Ensemble, _ instrument: InstrumentID, _ members: [Member]) {
    (self.recipe, self.instrument) = (recipe, instrument)
    self.members = ContiguousArray(members)
  }

  var warmUpBars: Int { members.reduce(0) { max($0, $1.decider.warmUpBars) } }
  var fault: BarError? { members.lazy.compactMap(\.decider.fault).first }

  mutating func decide(_ event: Event, _ state: borrowing State, _ decisions: inout Decisions) {
    var isNew = false
    for index in members.indices where hear(index, event, state, decisions.book) { isNew = true }
    if isNew { stance.take(vote(), in: instrument, &decisions) }
  }

  /// Lets a member look at a fact.
  /// - Returns: whether it asked for a weight.
  mutating func hear(
    _ index: Int, _ event: Event, _ state: borrowing State, _ book: BookID
  ) -> Bool {
    unheard.removeAll()
    unheard.begin(book)
    members[index].decider.decide(event, state, &unheard)
    guard let millionths = unheard.lastTarget else { return false }
    members[index].voice.weight = Double(millionths) / 1_000_000
    return true
  }

  /// What the members want together.
  func vote() -> Double { recipe.vote.weight(of: members.lazy.map { $0.voice }) }

  func encode(into bytes: inout CanonicalBytes) {
    bytes.append(bytes: Array(Recipe.ensemble(recipe).text.utf8))
    for member in members {
      member.decider.encode(into: &bytes)
      bytes.append(member.voice.weight)
    }
    stance.encode(into: &bytes)
  }
}

extension Decisions {
  /// The last weight that was asked for, in 10⁻⁶; every member of an ensemble asks for no more.
  fileprivate var lastTarget: Int32? {
    for index in (0..<count).reversed() {
      if case .signal(let signal) = self[index], signal.kind == .target {
        return signal.weightMillionths
      }
    }
    return nil
  }
}

extension EnsembleStrategy {
  /// What each member wants and why, and what they want together.
  mutating func account(
    of event: Event, _ state: borrowing State, for book: BookID
  ) -> [StrategyAccount] {
    var account = StrategyAccount(Self.name, instrument, book)
    var silent: [StrategyConclusion] = []
    for index in members.indices {
      var copy = members[index].decider
      let said = copy.account(of: event, state, for: book)
      _ = hear(index, event, state, book)
      account.read(members[index].name, members[index].voice.weight, .weight)
      for member in said {
        account.adopt(member, of: members[index].name)
        if member.isBeforeDeciding { silent.append(member.conclusion) }
      }
    }
    // Where no member decided anything, that is why the ensemble does not either.
    if let first = silent.first, silent.count == members.count {
      return [account.concluding(first)]
    }
    return [account.concluding(vote(), after: stance)]
  }
}

extension NamedNumber {
  /// Its name with that of its member in front.
  fileprivate func named(within member: String) -> String {
    isWrittenOut ? name : "\(member).\(name)"
  }
}

extension StrategyAccount {
  /// Takes over what a member read and compared, under the member's name.
  fileprivate mutating func adopt(_ member: StrategyAccount, of name: String) {
    for number in member.numbers { read("\(name).\(number.name)", number.value, number.unit) }
    for test in member.tests {
      let rule = test.rule.map { "\(name).\($0)" } ?? name
      self.test(
        test.left.named(within: name), test.left.value, test.relation,
        test.right.named(within: name), test.right.value, test.left.unit, of: rule)
    }
  }

  /// Whether its strategy did not come to decide.
  fileprivate var isBeforeDeciding: Bool {
    switch conclusion {
    case .noBar, .warmingUp, .withoutBars: true
    default: false
    }
  }
}
