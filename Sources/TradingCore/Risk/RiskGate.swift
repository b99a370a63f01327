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

/// What the gate says, with the event that journals it and the numbers behind it.
public enum Verdict: ~Copyable, Sendable {
  case approved(ApprovedOrder, journalAs: EventBody, RiskAssessment)
  case refused(Refused, RiskAssessment)
}

/// Judges requests against the limits in the state; counts unknown orders as live. It remembers nothing
/// but what it said of the first request of a list, which binds the others.
public struct RiskGate: Sendable {
  private var exposures = Exposures()
  private var list = ListVerdict()

  public init() {}

  /// Reviews one of some requests; its approval would be the next event. The requests of a list are to
  /// be reviewed one after the other: at the first all are judged, and pass or fail together.
  /// O(live orders); O(live orders + instruments) under a limit on exposure.
  public mutating func review(
    _ requests: borrowing Requests, at index: Int, cause: Sequence64, _ state: borrowing State
  ) -> Verdict {
    if list.isOver(at: index, cause) { begin(requests, index, cause, state) }
    let request = requests[index]
    if let refusal = list.answer(to: request, state) { return .refused(refusal, list.assessment) }
    let id: OrderID
    let body: EventBody
    switch request {
    case .place(let terms):
      (id, body) = (OrderID(state.sequence + 1), .order(Order(cause: cause, terms: terms)))
    case .amend(var terms):
      terms.cause = cause
      (id, body) = (terms.order, .amendRequest(terms))
    case .cancel(let order):
      (id, body) = (order, .cancelRequest(CancelTerms(order: order, cause: cause)))
    }
    return .approved(ApprovedOrder(id: id, request: request), journalAs: body, list.assessment)
  }

  /// Judges all requests of the list that begins here, until one is refused.
  private mutating func begin(
    _ requests: borrowing Requests, _ first: Int, _ cause: Sequence64, _ state: borrowing State
  ) {
    list = ListVerdict(requests, from: first, cause: cause)
    guard list.isSound(requests) else {
      guard let terms = requests[first].placed else { return }
      return list.refuse(at: first, Refused(terms, cause, .malformed, Int64(list.range.count), 0))
    }
    for index in list.range where list.isPassed {
      if let id = requests[index].changed, !requests.mayChange(state.orders[id], at: index) {
        list.refuse(at: index, Refused(requests[index], cause, .unknownOrder))
      } else if let candidate = list.candidate(requests, at: index, state) {
        judge(candidate, at: index, cause, state)
      }
    }
  }

  private mutating func judge(
    _ candidate: ReviewedOrder, at index: Int, _ cause: Sequence64, _ state: borrowing State
  ) {
    let terms = candidate.terms
    guard terms.instrument.index < state.instruments.count,
      let definition = state.instruments[terms.instrument.index]
    else {
      let id = Int64(terms.instrument.raw)
      return list.refuse(at: index, Refused(terms, cause, .unknownInstrument, id, 0))
    }
    guard let mark = state.markets[terms.instrument.index].mark else {
      return list.refuse(at: index, Refused(terms, cause, .noPrice, 0, 0))
    }
    let review = OrderReview(candidate, definition, mark: mark, state)
    if review.needsExposures(state) { exposures.count(state, without: candidate.uncounted) }
    let judgement = review.judge(terms.quantity, exposures, state)
    var assessment = judgement.assessment
    guard let objection = judgement.objection else {
      assessment.suggested = terms.quantity
      return list.pass(assessment)
    }
    assessment.suggested = largest(review, state)
    var refusal = Refused(terms, cause, objection.reason, objection.value, objection.limit)
    refusal.suggested = assessment.suggested
    list.refuse(at: index, refusal, assessment)
  }

  /// The largest quantity that passes, by halving: what passes stays passing when it gets smaller, but
  /// for the smallest order an instrument takes, which is looked at last. 0 where none passes.
  /// O(64 · review).
  private func largest(_ review: OrderReview, _ state: borrowing State) -> Quantity {
    var low: Int64 = 0
    var high = review.terms.quantity.lots
    while high.subtractingClamped(low) > 1 {
      let middle = low + (high - low) / 2
      let judgement = review.judge(Quantity(lots: middle), exposures, state)
      if judgement.objection == nil || judgement.objection?.reason == .belowMinimum {
        low = middle
      } else {
        high = middle
      }
    }
    let judgement = review.judge(Quantity(lots: low), exposures, state)
    return judgement.objection == nil ? Quantity(lots: low) : .zero
  }
}
