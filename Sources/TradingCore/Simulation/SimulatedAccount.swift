/// One account at the simulated exchange, for a server that speaks an exchange's language: facts and
/// requests in, reports out at once, at no latency but the caller's own.
///
/// Each account meets the recorded market by itself. That is what "our orders change nothing in the
/// recording" means for several of them: none sees another's orders, and an order only ever meets
/// orders of its own account, which is what self-trade prevention is about.
public struct SimulatedAccount: Sendable {
  private var exchange = SimulatedExchange()

  public init() {}

  /// Takes a fact: a definition, a filter, a fee, a setting, a balance, or what the market did. Its
  /// reports can be fetched with `nextReport()`.
  /// - Parameter time: the exchange's time, which never goes back.
  public mutating func observe(_ fact: Event, at time: Timestamp) {
    exchange.observe(fact, at: time)
  }

  /// Lets a request arrive. Orders of a list are requested one directly after the other, with
  /// consecutive ids; nothing is reported before the last of them.
  public mutating func request(_ request: OrderRequest, id: OrderID, at time: Timestamp) {
    exchange.submit(id, request, at: time)
    exchange.receiveNext()
  }

  /// The next report that was made and not fetched; its `venueTime` is when.
  public mutating func nextReport() -> Event? {
    exchange.firstReport == nil ? nil : exchange.popReport()
  }

  /// Why an order that stands alone would be rejected now; `nil` when it would be taken.
  public func objection(to terms: OrderTerms, at time: Timestamp) -> RejectReason? {
    exchange.objection(
      to: RestingOrder(id: .none, terms: terms, since: time), in: nil, at: time)
  }

  /// Why an amendment would be refused now; `nil` when it would be made. O(orders).
  public func objection(to amendment: AmendTerms, at time: Timestamp) -> RejectReason? {
    exchange.objection(to: amendment, at: time)
  }

  /// What the account holds of an asset, reserved amounts included.
  public func balance(_ asset: AssetID) -> Money { exchange.account.balance(asset) }

  /// A fill's fee as money of the asset it was paid in.
  public func fee(of fill: Fill) -> Money { exchange.account.feeMoney(fill) }
}
