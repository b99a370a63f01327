/// What must be true of every state after every event: one list for tests, for `check` and for a
/// process that watches itself.
///
/// They speak of sums that are exact, so they hold while nothing was ever clamped: a state that counted
/// an overflow has halted, and says itself that its books are no longer exact.

/// A named statement about a state and the event that made it.
public struct Invariant: Sendable {
  /// Lower case, words joined by hyphens: how commands and reports name it.
  public let name: String
  /// What it says, one sentence.
  public let summary: String
  private let find: @Sendable (borrowing State, Event) -> String?

  init(
    _ name: String, _ summary: String,
    _ find: @escaping @Sendable (borrowing State, Event) -> String?
  ) {
    self.name = name
    self.summary = summary
    self.find = find
  }

  /// What is wrong, with its numbers; `nil` when the statement holds. At most O(state).
  /// - Parameter event: the event that was reduced last.
  public func violation(_ state: borrowing State, after event: Event) -> String? {
    state.anomalies.overflows > 0 ? nil : find(state, event)
  }

  /// Every invariant.
  public static let all: [Invariant] = [
    conservation, methodsAgree, lotsAreThePosition, booksAreTheAccount, equityIsItsHoldings,
    ordersAreLive,
  ]
}

extension Invariant {
  static let conservation = Invariant(
    "conservation",
    "In every asset the account, the market, the fees and the deposits sum to zero."
  ) { state, _ in
    for index in state.account.balances.indices {
      let (held, owed) = (state.account.balances[index], state.account.counters[index].owed)
      if held != owed {
        return "asset \(index): the account holds \(held.exactText), its entries sum to "
          + owed.exactText
      }
    }
    return nil
  }

  static let methodsAgree = Invariant(
    "methods-agree",
    "Realised profit less cost is the same by average cost and first in, first out; so is realised "
      + "profit where nothing is held."
  ) { state, _ in
    for index in state.account.positions.indices {
      if let wrong = disagreement(state.account.positions[index], state.account.lots[index]) {
        return "instrument \(index): \(wrong)"
      }
    }
    return nil
  }

  private static func disagreement(_ position: Position, _ lots: FIFOLots) -> String? {
    let (average, fifo) = (position.realised - position.cost, lots.realised - lots.cost)
    if average != fifo {
      return "\(average.exactText) by average cost, \(fifo.exactText) by lots"
    }
    guard position.amount == .zero else { return nil }
    return position.cost == .zero && lots.cost == .zero
      ? nil : "nothing is held and it costs \(position.cost.exactText), \(lots.cost.exactText)"
  }

  static let lotsAreThePosition = Invariant(
    "lots-are-the-position",
    "Open lots are at most \(FIFOLots.capacity), none is empty, all are of the position's side and "
      + "together they are the position and its cost."
  ) { state, _ in
    for index in state.account.lots.indices {
      let (held, lots) = (state.account.positions[index].amount, state.account.lots[index])
      let open = lots.open
      let amount = open.reduce(Money.zero) { $0 + $1.amount }
      let cost = open.reduce(Money.zero) { $0 + $1.cost }
      let fits = open.allSatisfy { $0.amount.units.signum() == held.units.signum() }
      if amount != held || cost != lots.cost || !fits || open.count > FIFOLots.capacity {
        return "instrument \(index): \(open.count) lots of \(amount.exactText) for "
          + "\(held.exactText) that is held, at \(cost.exactText) for \(lots.cost.exactText)"
      }
    }
    return nil
  }

  static let booksAreTheAccount = Invariant(
    "books-are-the-account",
    "In every instrument the books sum to the account: amount, fees, and realised profit less cost "
      + "by either method."
  ) { state, _ in
    guard !state.books.isEmpty else { return nil }
    for index in state.account.positions.indices {
      var (amount, fees) = (
        state.account.positions[index].amount, state.account.positions[index].fees
      )
      var profit = state.account.positions[index].realised - state.account.positions[index].cost
      var fifo = state.account.lots[index].realised - state.account.lots[index].cost
      for book in state.books.all where index < book.positions.count {
        amount -= book.positions[index].amount
        fees -= book.positions[index].fees
        profit -= book.positions[index].realised - book.positions[index].cost
        fifo -= book.lots[index].realised - book.lots[index].cost
      }
      if [amount, fees, profit, fifo].contains(where: { $0 != .zero }) {
        return "instrument \(index): the account has more by \(amount.exactText), fees "
          + "\(fees.exactText), profit \(profit.exactText), by lots \(fifo.exactText)"
      }
    }
    return nil
  }

  static let equityIsItsHoldings = Invariant(
    "equity-is-its-holdings",
    "Equity, kept in step by differences, is the sum of every balance at its value."
  ) { state, _ in
    var sum = Money.zero
    for index in state.account.balances.indices {
      sum += state.value(of: state.account.balances[index], in: AssetID(UInt16(index))) ?? .zero
    }
    return sum == state.account.equity
      ? nil : "equity is \(state.account.equity.exactText), the balances \(sum.exactText)"
  }

  static let ordersAreLive = Invariant(
    "orders-are-live",
    "Live orders are in order of their ids, none of the future, none with less than nothing open."
  ) { state, _ in
    var last = OrderID.none
    for order in state.orders.live {
      if order.id <= last || order.id.raw > state.sequence || order.open < .zero {
        return "order \(order.id.raw) with \(order.open.lots) lots open, after \(last.raw)"
      }
      last = order.id
    }
    return state.orders.live.count <= OrderTable.capacity
      ? nil : "\(state.orders.live.count) orders"
  }
}
