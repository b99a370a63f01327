/// The simulated exchange of the engine, driven as `SimulatedSource` drives it.
import Testing

@testable import TradingCore

struct EngineUnderTest: ExchangeUnderTest {
  private var exchange = SimulatedExchange()
  private(set) var reports: [Event] = []
  private var isInsideRun = false

  init() {}

  mutating func observe(_ event: Event) {
    if case .candle(let candle) = event.body {
      let start = min(event.start(of: candle), event.receiveTime)
      take(until: start)
      exchange.open(candle, at: start)
    }
    if !isInsideRun { take(until: event.receiveTime) }
    exchange.observe(event)
    isInsideRun = event.body.isInsideRun
  }

  mutating func submit(_ id: OrderID, _ request: OrderRequest) { exchange.submit(id, request) }

  mutating func finish() { take(until: Timestamp(nanoseconds: .max), arrivedBy: exchange.clock) }

  private mutating func take(until time: Timestamp, arrivedBy latest: Timestamp? = nil) {
    while let report = exchange.nextReport(until: time, arrivedBy: latest) {
      reports.append(report)
    }
  }
}

extension ExchangeScript {
  /// Runs the script through the naive exchange and through the engine's.
  /// - Parameter differs: why the engine's is known to answer otherwise.
  func checkAll(differs: Comment? = nil, _ location: SourceLocation = #_sourceLocation) {
    check(NaiveUnderTest.self, location)
    guard let differs else { return check(EngineUnderTest.self, location) }
    withKnownIssue(differs, isIntermittent: true) { check(EngineUnderTest.self, location) }
  }
}
