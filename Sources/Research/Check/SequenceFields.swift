/// The sequences that decisions speak of: their causes, and the orders they change.

internal import TradingCore

extension EventBody {
  /// Changes every sequence that a decision speaks of.
  /// - Parameters:
  ///   - cause: what a cause becomes.
  ///   - order: what the id of an order or a parent becomes.
  mutating func mapSequences(
    cause: (Sequence64) -> Sequence64, order: (Sequence64) -> Sequence64
  ) {
    switch self {
    case .signal(var signal):
      signal.cause = cause(signal.cause)
      self = .signal(signal)
    case .order(var made):
      made.cause = cause(made.cause)
      self = .order(made)
    case .request(var made):
      made.cause = cause(made.cause)
      self = .request(made)
    case .refused(var refusal):
      refusal.cause = cause(refusal.cause)
      self = .refused(refusal)
    case .amendRequest(var terms):
      (terms.cause, terms.order) = (cause(terms.cause), OrderID(order(terms.order.raw)))
      self = .amendRequest(terms)
    case .cancelRequest(var terms):
      (terms.cause, terms.order) = (cause(terms.cause), OrderID(order(terms.order.raw)))
      self = .cancelRequest(terms)
    case .alert(var alert):
      alert.cause = cause(alert.cause)
      self = .alert(alert)
    case .parent(var parent):
      parent.cause = cause(parent.cause)
      self = .parent(parent)
    case .parentEnded(var report):
      report.parent = OrderID(order(report.parent.raw))
      self = .parentEnded(report)
    default: break
    }
  }
}
