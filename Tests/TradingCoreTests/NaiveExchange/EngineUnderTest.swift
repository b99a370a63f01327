/// The simulated exchange of the engine, driven as `SimulatedSource` drives it.
import Testing

@testable import TradingCore

struct EngineUnderTest: ExchangeUnderTest {
  private var exchange = SimulatedExchange()
  private(set) var reports: [Event] = []
  private var now = Timestamp.distantPast
  private var isInsideRun = false

  init() {}

  mutating func observe(_ event: Event) {
    let time = exchange.time(of: event)
    if exchange.rule == .candle, case .candle(let candle) = event.body {
      let start = min(event.start(of: candle), time)
      receive(by: start)
      exchange.open(candle, at: start)
    }
    if !isInsideRun { receive(by: time) }
    exchange.observe(event, at: time)
    isInsideRun = event.body.isInsideRun
    now = max(now, event.receiveTime)
    takeReports()
  }

  mutating func submit(_ id: OrderID, _ request: OrderRequest) {
    exchange.submit(id, request, at: now)
  }

  mutating func finish() {
    receive(by: exchange.clock)
    takeReports()
  }

  private mutating func receive(by time: Timestamp) {
    while let arrival = exchange.firstArrival, arrival <= time { exchange.receiveNext() }
  }

  private mutating func takeReports() {
    while let report = exchange.popReport() { reports.append(report) }
  }
}

extension ExchangeScript {
  /// Runs the script through the naive exchange and through the engine's.
  func checkAll(_ location: SourceLocation = #_sourceLocation) {
    check(NaiveUnderTest.self, location)
    check(EngineUnderTest.self, location)
  }
}
