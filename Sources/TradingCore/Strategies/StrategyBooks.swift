/// Several strategies in one run, each trading for a book of its own.
///
/// They see the same facts in a fixed order, book by book, and know nothing of each other: what one
/// holds is its book's, what it may spend is its share. A call through `any Decider` costs each of them
/// some nanoseconds a fact, which one strategy alone never pays.
struct StrategyBooks: Decider {
  private var members: ContiguousArray<Member>

  private struct Member: Sendable {
    var book: BookID
    var decider: any Decider
  }

  /// Gives the deciders the books from 1 on, in their order; there are at most
  /// `StrategyBooks.capacity` of them.
  init(_ deciders: [any Decider]) {
    precondition(deciders.count <= Self.capacity, "StrategyBooks: \(deciders.count) strategies")
    members = []
    for (index, decider) in deciders.enumerated() {
      members.append(Member(book: BookID(UInt8(index + 1)), decider: decider))
    }
  }

  /// The most strategies of a run: book 0 is the operator's.
  static let capacity = BookID.capacity - 1

  var warmUpBars: Int { members.map(\.decider.warmUpBars).max() ?? 0 }
  var fault: BarError? { members.lazy.compactMap(\.decider.fault).first }

  mutating func decide(_ event: Event, _ state: borrowing State, _ decisions: inout Decisions) {
    for index in members.indices {
      decisions.begin(members[index].book)
      members[index].decider.decide(event, state, &decisions)
    }
  }

  mutating func account(
    of event: Event, _ state: borrowing State, for book: BookID
  ) -> [StrategyAccount] {
    var accounts: [StrategyAccount] = []
    for index in members.indices {
      accounts += members[index].decider.account(of: event, state, for: members[index].book)
    }
    return accounts
  }

  func encode(into bytes: inout CanonicalBytes) {
    bytes.append(members.count)
    for member in members { member.decider.encode(into: &bytes) }
  }
}
