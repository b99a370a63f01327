/// What an event points at: the fact behind a decision, the order behind a report.

internal import TradingCore

extension EventBody {
  /// The fact behind a decision; `nil` for facts and for fingerprints.
  var cause: Sequence64? {
    switch self {
    case .signal(let signal): signal.cause
    case .order(let order), .request(let order): order.cause
    case .amendRequest(let terms): terms.cause
    case .cancelRequest(let terms): terms.cause
    case .refused(let refusal): refusal.cause
    case .alert(let alert): alert.cause
    case .parent(let parent): parent.cause
    case .trade, .quote, .depth, .bookSnapshot, .candle, .funding, .reading, .accepted, .rejected,
      .sent, .sendFailed, .amended, .fill, .canceled, .expired, .unknown, .balance, .adjustment,
      .connected, .disconnected, .gap, .triggered, .timer, .clockStep, .place, .amend, .cancel,
      .flatten, .halt, .resume, .configure, .limit, .key, .execute, .instrument, .asset, .fee,
      .text, .model, .build, .logicVersion, .notice, .filter, .latency, .stateHash, .parentEnded:
      nil
    }
  }

  /// The order that a report of a venue, or an operator's command, is about; `nil` for all other kinds.
  var reportedOrder: OrderID? {
    get {
      switch self {
      case .accepted(let report), .rejected(let report), .sent(let report), .sendFailed(let report),
        .canceled(let report), .expired(let report), .unknown(let report), .triggered(let report):
        report.order
      case .amended(let change): change.order
      case .fill(let fill): fill.order
      case .amend(let terms): terms.order
      case .cancel(let terms): terms.order
      default: nil
      }
    }
    set {
      guard let newValue else { return }
      switch self {
      case .accepted(let report): self = .accepted(report.of(newValue))
      case .rejected(let report): self = .rejected(report.of(newValue))
      case .sent(let report): self = .sent(report.of(newValue))
      case .sendFailed(let report): self = .sendFailed(report.of(newValue))
      case .canceled(let report): self = .canceled(report.of(newValue))
      case .expired(let report): self = .expired(report.of(newValue))
      case .unknown(let report): self = .unknown(report.of(newValue))
      case .triggered(let report): self = .triggered(report.of(newValue))
      case .amended(var change):
        change.order = newValue
        self = .amended(change)
      case .fill(var fill):
        fill.order = newValue
        self = .fill(fill)
      case .amend(var terms):
        terms.order = newValue
        self = .amend(terms)
      case .cancel(var terms):
        terms.order = newValue
        self = .cancel(terms)
      default: break
      }
    }
  }
}

extension OrderReport {
  /// The same report of another order; a simulated exchange calls an order by our own number.
  fileprivate func of(_ order: OrderID) -> OrderReport {
    let isOurs = venueOrderID > 0 && UInt64(venueOrderID) == self.order.raw
    return OrderReport(
      order: order, venueOrderID: isOurs ? Int64(clamping: order.raw) : venueOrderID,
      instrument: instrument, reason: reason)
  }
}
