/// The life of every order, by a table that knows nothing of the reducer: which report may follow which,
/// and that the state agrees after each.

internal import TradingCore

struct OrderLifeWatch: StateWatch {
  /// Where an order stands.
  private enum Stage: String {
    case pending, working, canceling, unknown, closed
  }

  private struct Life {
    var stage: Stage
    var whole: Int64
    var filled: Int64 = 0
    /// Whether its quantity is money: how much is left of it only the venue knows.
    var isInQuote: Bool
    var isFilled: Bool { !isInQuote && filled >= whole }
  }

  /// Whether an order that was never placed is a fault, not a stranger's.
  let knowsAllOrders: Bool
  private var lives: [OrderID: Life] = [:]
  private var countedBefore: UInt64 = 0

  init(knowsAllOrders: Bool) { self.knowsAllOrders = knowsAllOrders }

  mutating func before(
    _ event: Event, _ sequence: Sequence64, _ state: borrowing State
  ) -> Finding? {
    countedBefore = OrderLifeWatch.counted(state.anomalies)
    return nil
  }

  /// What the reducer has counted of reports that did not fit.
  private static func counted(_ anomalies: Anomalies) -> UInt64 {
    anomalies.lateReports + anomalies.unknownOrders + anomalies.duplicateFills
      + anomalies.overfills
  }

  mutating func after(
    _ event: Event, _ sequence: Sequence64, _ state: borrowing State
  ) -> Finding? {
    if case .order(let order) = event.body {
      let id = OrderID(sequence)
      lives[id] = Life(
        stage: .pending, whole: order.terms.quantity.lots,
        isInQuote: order.terms.flags.contains(.inQuote))
      return agree(id, state)
    }
    guard let id = event.body.subjectOrder else { return nil }
    let isCounted = OrderLifeWatch.counted(state.anomalies) > countedBefore
    guard let life = lives[id] else { return stranger(id, event, isCounted) }
    if life.stage == .closed {
      return isCounted
        ? nil : Finding("late", "\(event.kind.name) of order \(id.raw), which is over")
    }
    if case .fill = event.body, isCounted, state.orders[id] != nil { return nil }
    guard let next = OrderLifeWatch.next(life.stage, event.body) else {
      return Finding(
        "life cycle", "\(event.kind.name) of order \(id.raw), which is \(life.stage.rawValue)")
    }
    lives[id] = taking(event.body, life, next)
    return agree(id, state)
  }

  private func stranger(_ id: OrderID, _ event: Event, _ isCounted: Bool) -> Finding? {
    guard knowsAllOrders || !isCounted else { return nil }
    return Finding("stranger", "\(event.kind.name) of order \(id.raw), which was never placed")
  }

  /// The legal steps; `nil` for all others.
  private static func next(_ stage: Stage, _ body: EventBody) -> Stage? {
    switch body {
    case .accepted, .triggered: stage == .canceling ? .canceling : .working
    case .unknown: .unknown
    case .rejected, .sendFailed: stage == .working ? nil : .closed
    case .canceled, .expired: .closed
    case .cancelRequest: .canceling
    case .sent, .fill, .amended, .amendRequest: stage
    default: nil
    }
  }

  private func taking(_ body: EventBody, _ life: Life, _ next: Stage) -> Life {
    var life = life
    life.stage = next
    if case .fill(let fill) = body { life.filled = life.filled.addingClamped(fill.quantity.lots) }
    if case .amended(let change) = body { life.whole = change.quantity.lots }
    switch body {
    case .fill where life.isFilled, .amended where life.isFilled: life.stage = .closed
    default: break
    }
    return life
  }

  /// Whether the state has the order as the table does.
  private func agree(_ id: OrderID, _ state: borrowing State) -> Finding? {
    let (stage, status) = (lives[id]?.stage ?? .closed, state.orders[id]?.status)
    let held: Stage =
      switch status {
      case .pending: .pending
      case .working: .working
      case .canceling: .canceling
      case .unknown: .unknown
      case nil: .closed
      }
    guard held != stage else { return nil }
    return Finding(
      "status", "order \(id.raw) is \(stage.rawValue), and the state has it \(held.rawValue)")
  }
}

extension EventBody {
  /// The order that an event changes: a venue's report, or a request of ours.
  fileprivate var subjectOrder: OrderID? {
    switch self {
    case .amendRequest(let terms): terms.order
    case .cancelRequest(let terms): terms.order
    case .amend, .cancel: nil
    default: reportedOrder
    }
  }
}
