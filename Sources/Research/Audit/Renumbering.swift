/// Events with other sequences in them: two runs whose heads are of different length say the same of
/// orders and causes of different numbers.

internal import TradingCore

extension EventBody {
  /// The body with every sequence in it, of causes and of orders, as `number` says.
  func renumbered(_ number: (Sequence64) -> Sequence64) -> EventBody {
    func renamed(_ id: OrderID) -> OrderID { id == .none ? id : OrderID(number(id.raw)) }
    func report(_ report: OrderReport) -> OrderReport {
      var report = report
      // A simulated exchange calls an order by our own number.
      let isOurs = report.venueOrderID > 0 && UInt64(report.venueOrderID) == report.order.raw
      report.order = renamed(report.order)
      if isOurs { report.venueOrderID = Int64(clamping: report.order.raw) }
      return report
    }
    switch self {
    case .accepted(let step): return .accepted(report(step))
    case .rejected(let step): return .rejected(report(step))
    case .sent(let step): return .sent(report(step))
    case .sendFailed(let step): return .sendFailed(report(step))
    case .canceled(let step): return .canceled(report(step))
    case .expired(let step): return .expired(report(step))
    case .unknown(let step): return .unknown(report(step))
    case .triggered(let step): return .triggered(report(step))
    case .amended(var change):
      change.order = renamed(change.order)
      return .amended(change)
    case .fill(var fill):
      fill.order = renamed(fill.order)
      return .fill(fill)
    case .amend(let terms): return .amend(terms.renumbered(number, renamed))
    case .amendRequest(let terms): return .amendRequest(terms.renumbered(number, renamed))
    case .cancel(let terms): return .cancel(terms.renumbered(number, renamed))
    case .cancelRequest(let terms): return .cancelRequest(terms.renumbered(number, renamed))
    default: return decisionRenumbered(number, renamed)
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

extension AmendTerms {
  fileprivate func renumbered(
    _ number: (Sequence64) -> Sequence64, _ renamed: (OrderID) -> OrderID
  ) -> AmendTerms {
    AmendTerms(order: renamed(order), price: price, quantity: quantity, cause: number(cause))
  }
}

extension CancelTerms {
  fileprivate func renumbered(
    _ number: (Sequence64) -> Sequence64, _ renamed: (OrderID) -> OrderID
  ) -> CancelTerms {
    CancelTerms(order: renamed(order), cause: number(cause))
  }
}
