/// Drives the simulated exchange without a source, for tests that compare it with another.
@testable import TradingCore

extension SimulatedExchange {
  /// Sends a request at the exchange's own time.
  mutating func submit(_ id: OrderID, _ request: OrderRequest) { submit(id, request, at: clock) }

  /// Shows a fact at the time we would receive it.
  mutating func observe(_ event: Event) { observe(event, at: event.receiveTime) }

  /// The next report that reaches us no later than `time`, after everything that arrives at the
  /// exchange by then, or by `latest` where that is given, has been matched.
  mutating func nextReport(until time: Timestamp, arrivedBy latest: Timestamp? = nil) -> Event? {
    while let arrival = firstArrival, arrival <= latest ?? time { receiveNext() }
    guard let report = firstReport, report <= time else { return nil }
    clock = max(clock, report)
    return popReport()
  }
}
