/// The only door an order can leave by. `ApprovedOrder` cannot be made anywhere else and cannot be
/// copied, so the compiler proves that no order skips the review and none leaves twice.

/// What somebody wants to ask of a venue. Place, amend and cancel take the same road.
public enum OrderRequest: Equatable, Sendable, BitwiseCopyable {
  case place(OrderTerms)
  case amend(AmendTerms)
  case cancel(OrderID)
}

/// A request that passed the gate and is in the journal. It is consumed by sending it.
public struct ApprovedOrder: ~Copyable, Sendable {
  /// The order that is placed, amended or canceled.
  public let id: OrderID
  public let request: OrderRequest

  fileprivate init(id: OrderID, request: OrderRequest) {
    self.id = id
    self.request = request
  }
}

/// What the gate says, with the event that journals it.
public enum Verdict: ~Copyable, Sendable {
  case approved(ApprovedOrder, journalAs: EventBody)
  case refused(Refused)
}

/// Judges requests against the limits in the state. Pure; counts unknown orders as live.
public struct RiskGate: Sendable {
  public init() {}

  /// Reviews a request whose approval would be the next event. O(live orders).
  public func review(
    _ request: OrderRequest, cause: Sequence64, _ state: borrowing State
  ) -> Verdict {
    switch request {
    case .place(let terms):
      if let refusal = objection(to: terms, cause, state) { return .refused(refusal) }
      let id = OrderID(state.sequence + 1)
      return .approved(
        ApprovedOrder(id: id, request: request),
        journalAs: .order(Order(cause: cause, terms: terms)))
    case .amend(let terms):
      return reviewAmend(terms, cause, state)
    case .cancel(let id):
      guard state.orders[id] != nil else { return .refused(unknownOrder(id, cause)) }
      return .approved(
        ApprovedOrder(id: id, request: request),
        journalAs: .cancelRequest(CancelTerms(order: id, cause: cause)))
    }
  }

  private func reviewAmend(
    _ amend: AmendTerms, _ cause: Sequence64, _ state: borrowing State
  ) -> Verdict {
    guard let order = state.orders[amend.order] else {
      return .refused(unknownOrder(amend.order, cause))
    }
    var terms = order.terms
    terms.price = amend.price
    terms.quantity = amend.quantity
    if let refusal = objection(to: terms, replaced: order, cause, state) {
      return .refused(refusal)
    }
    var journalled = amend
    journalled.cause = cause
    return .approved(
      ApprovedOrder(id: amend.order, request: .amend(amend)), journalAs: .amendRequest(journalled))
  }

  private func unknownOrder(_ id: OrderID, _ cause: Sequence64) -> Refused {
    Refused(
      cause: cause, instrument: .none, side: .buy, quantity: .zero, reason: .unknownOrder,
      value: Int64(truncatingIfNeeded: id.raw), limit: 0)
  }

  /// The first rule an order breaks, or `nil`. Rules go from form to money to limits.
  private func objection(
    to terms: OrderTerms, replaced: LiveOrder? = nil, _ cause: Sequence64,
    _ state: borrowing State
  ) -> Refused? {
    var review = OrderReview(terms: terms, replaced: replaced, cause: cause)
    guard let definition = review.checkForm(state) else { return review.refusal }
    review.checkMinimum(definition)
    review.checkHalt(state)
    review.checkOpenOrders(state)
    review.checkSpot(definition, state)
    review.checkLimits(definition, state)
    return review.refusal
  }
}
