/// Events with other sequences in them: two runs whose heads are of different length say the same of
/// orders and causes of different numbers.

internal import TradingCore

extension EventBody {
  /// The body with every sequence in it, of causes and of orders, as `number` says.
  func renumbered(_ number: (Sequence64) -> Sequence64) -> EventBody {
    func renamed(_ id: OrderID) -> OrderID { id == .none ? id : OrderID(number(id.raw)) }
    if let order = reportedOrder {
      var body = self
      body.reportedOrder = renamed(order)
      return body
    }
    return switch self {
    case .amendRequest(let terms):
      .amendRequest(
        AmendTerms(
          order: renamed(terms.order), price: terms.price, quantity: terms.quantity,
          cause: number(terms.cause)))
    case .cancelRequest(let terms):
      .cancelRequest(CancelTerms(order: renamed(terms.order), cause: number(terms.cause)))
    default: decisionRenumbered(number, renamed)
    }
  }

  private func decisionRenumbered(
    _ number: (Sequence64) -> Sequence64, _ renamed: (OrderID) -> OrderID
  ) -> EventBody {
    switch self {
    case .signal(var signal):
      signal.cause = number(signal.cause)
      return .signal(signal)
    case .order(var order):
      order.cause = number(order.cause)
      return .order(order)
    case .request(var order):
      order.cause = number(order.cause)
      return .request(order)
    case .refused(var refusal):
      refusal.cause = number(refusal.cause)
      return .refused(refusal)
    case .alert(var alert):
      alert.cause = number(alert.cause)
      return .alert(alert)
    case .parent(var parent):
      parent.cause = number(parent.cause)
      return .parent(parent)
    case .parentEnded(var report):
      report.parent = renamed(report.parent)
      return .parentEnded(report)
    default: return self
    }
  }
}
