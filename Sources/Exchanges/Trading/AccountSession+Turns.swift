/// Requests over HTTP that have to arrive in the order they were signed, because each carries a number that must
/// rise: one leaves when the one before it is answered. Of two that are under way at once, each on a connection of
/// its own, the later could arrive first, and the venue would refuse the other.
///
/// What waits is not signed yet: it leaves with the key and the number of its own time, or not at all.

internal import Dialects
internal import TradingCore

extension AccountSession where Dialect: ~Copyable {
  /// Whether an action has to wait for others before it. The last that is asked of a venue, to cancel everything,
  /// waits for nothing: its number is the highest, so at worst what is under way is refused.
  func mustWait(_ action: VenueAction) -> Bool {
    if case .cancelAll = action { return false }
    return leavesInTurn(action) && (turn != nil || !line.isEmpty)
  }

  private func leavesInTurn(_ action: VenueAction) -> Bool {
    dialect.isAskedInTurn && road(of: action) == .http
  }

  /// Without cancels that would add nothing but a name to a list: of an order whose cancel waits or is under way, or
  /// was taken and whose end is being asked for. A list's answer counts orders, so that a name too many would leave
  /// unknown what became of all.
  func eachOnce(_ actions: [VenueAction]) -> [VenueAction] {
    guard dialect.isAskedInTurn else { return actions }
    let asked = pending.values.flatMap(\.actions) + line.joined()
    var canceled = Set(asked.compactMap(\.canceled))
    return actions.filter { action in
      guard let order = action.canceled, leavesInTurn(action) else { return true }
      return machine.ledger.live[order]?.awaitsEnd != true && canceled.insert(order).inserted
    }
  }

  /// Puts what is asked with one request behind others; what takes orders back only behind its like.
  func wait(_ actions: [VenueAction]) {
    let place = actions[0].isCancel ? line.firstIndex { !$0[0].isCancel } : nil
    line.insert(actions, at: place ?? line.endIndex)
  }

  /// What waits and takes no order back, as if it had been asked just now.
  func questionsInLine(at time: Moment) -> [Pending] {
    line.filter { !$0[0].isCancel }.map {
      Pending(actions: $0, deadline: time.steady, asked: time.steady, key: nil, weight: 0)
    }
  }

  /// Whether a question waits already.
  func isInLine(_ question: VenueAction) -> Bool {
    line.contains { $0.contains { $0.asksTheSame(as: question) } }
  }

  /// A request leaves over HTTP.
  /// - Returns: what ends its turn, which ends by itself after a while: one that hangs holds up the others no
  ///   longer. `nil` where requests need no order.
  func takeTurn() -> (any WorldTimer)? {
    guard dialect.isAskedInTurn else { return nil }
    let late = world.later(Self.turnPatience) { [weak self] in self?.goOn() }
    turn?.cancel()
    turn = late
    return late
  }

  /// It was answered.
  func endTurn(_ ended: (any WorldTimer)?) {
    if let ended, turn === ended { goOn() }
  }

  /// Lets the next leave that is still wanted and can, with all that has come to wait since and goes with it.
  private func goOn() {
    turn?.cancel()
    turn = nil
    while turn == nil, !line.isEmpty {
      let waited = line.joined()
      line = []
      line = groups(of: waited.filter { machine.stillAsks($0) })
      if !line.isEmpty { leave(line.removeFirst(), at: world.moment) }
    }
    flush()
  }

  /// Nothing waits any more.
  func closeLine() {
    turn?.cancel()
    turn = nil
    line.removeAll()
  }
}
