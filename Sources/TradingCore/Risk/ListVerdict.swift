/// What the gate said of a list of requests as a whole: orders that are placed together, or a cancel
/// and its replacement, stand or fall together. A request that stands alone is a list of one.
struct ListVerdict: Sendable {
  /// The places of the list's requests.
  private(set) var range = 0..<0
  private var cause: Sequence64 = 0
  /// The next place to be answered.
  private var next = 0
  private var refusedIndex = 0
  private var refused: Refused?
  /// The numbers of the order that was refused, or else of the first one.
  private var numbers: RiskAssessment?

  init() {}

  /// The list that begins at `first`: up to the order that is marked its last, or the replacement
  /// behind a cancel.
  init(_ requests: borrowing Requests, from first: Int, cause: Sequence64) {
    self.cause = cause
    next = first
    range = first..<requests.endOfList(from: first)
  }

  /// Whether the request at an index begins something new.
  func isOver(at index: Int, _ cause: Sequence64) -> Bool {
    index != next || !range.contains(index) || cause != self.cause
  }

  var isPassed: Bool { refused == nil }
  var assessment: RiskAssessment { numbers ?? RiskAssessment() }

  /// Notes the numbers of an order that passes.
  mutating func pass(_ assessment: RiskAssessment) {
    if numbers == nil { numbers = assessment }
  }

  mutating func refuse(
    at index: Int, _ refusal: Refused, _ assessment: RiskAssessment = RiskAssessment()
  ) {
    refused = refusal
    refusedIndex = index
    numbers = assessment
  }

  /// What is said of the next request: `nil` when it passes.
  mutating func answer(to request: OrderRequest, _ state: borrowing State) -> Refused? {
    defer { next += 1 }
    guard let refused else { return nil }
    if next == refusedIndex { return refused }
    let terms = request.placed ?? request.changed.flatMap { state.orders[$0]?.terms }
    return terms.map { Refused($0, cause, .listRefused, Int64(refused.reason.rawValue), 0) }
      ?? Refused(request, cause, .listRefused)
  }

  /// Whether the requests go together: a replacement stands behind its cancel, and orders that are not
  /// alone make one of the lists there are.
  func isSound(_ requests: borrowing Requests) -> Bool {
    let first = range.lowerBound
    guard let terms = requests[first].placed, terms.list != .alone else { return true }
    return OrderListShape.isSound(count: range.count) { requests[first + $0].placed ?? terms }
  }

  /// The order at an index as it is to be judged; `nil` for a cancel, and for an amend of nothing.
  func candidate(
    _ requests: borrowing Requests, at index: Int, _ state: borrowing State
  ) -> ReviewedOrder? {
    switch requests[index] {
    case .cancel: return nil
    case .amend(let change):
      guard let order = state.orders[change.order] else { return nil }
      var terms = order.terms
      terms.price = change.price
      terms.quantity = change.quantity
      return ReviewedOrder(terms: terms, amended: order)
    case .place(let terms):
      guard index > range.lowerBound, let canceled = requests[range.lowerBound].changed else {
        var candidate = ReviewedOrder(terms: terms, ahead: index - range.lowerBound)
        if terms.list.role == .entry { findStop(requests, for: &candidate) }
        if terms.list.role == .exit {
          candidate.entryQuantity = requests[range.lowerBound].placed?.quantity
        }
        return candidate
      }
      return ReviewedOrder(terms: terms, replaced: state.orders[canceled])
    }
  }

  /// Looks for a stop among the exits behind an entry. One that trails only from a price on protects
  /// nothing before, so it is none.
  private func findStop(_ requests: borrowing Requests, for candidate: inout ReviewedOrder) {
    for index in range.dropFirst() {
      guard let exit = requests[index].placed, exit.type.isStop else { continue }
      if exit.trailing == 0 {
        candidate.stop = exit.trigger
      } else if exit.trigger == .zero {
        candidate.trailing = exit.trailing
      }
    }
  }
}

extension OrderRequest {
  /// The terms of an order that is to be placed.
  var placed: OrderTerms? {
    guard case .place(let terms) = self else { return nil }
    return terms
  }

  /// The live order that is to be amended or canceled.
  var changed: OrderID? {
    switch self {
    case .place: nil
    case .amend(let terms): terms.order
    case .cancel(let id): id
    }
  }
}

extension Refused {
  /// An order that is refused.
  init(
    _ terms: OrderTerms, _ cause: Sequence64, _ reason: RefusalReason, _ value: Int64,
    _ limit: Int64
  ) {
    self.init(
      cause: cause, instrument: terms.instrument, side: terms.side, quantity: terms.quantity,
      reason: reason, value: value, limit: limit)
  }

  /// A change of an order that is not there: its id is the number that was judged.
  init(_ request: OrderRequest, _ cause: Sequence64, _ reason: RefusalReason) {
    self.init(
      cause: cause, instrument: .none, side: .buy, quantity: .zero, reason: reason,
      value: Int64(truncatingIfNeeded: request.changed?.raw ?? 0), limit: 0)
  }
}
