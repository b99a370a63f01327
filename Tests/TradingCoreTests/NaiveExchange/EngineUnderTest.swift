/// The simulated exchange of the engine, driven as `SimulatedSource` drives it.
import Testing

@testable import TradingCore

struct EngineUnderTest: ExchangeUnderTest {
  private var exchange = SimulatedExchange()
  private(set) var reports: [Event] = []
  private var now = Timestamp.distantPast
  private var isInsideRun = false
  /// When the candle closed that was the last thing seen, if it was one.
  private var lastClose: Timestamp?

  init() {}

  mutating func open(_ candles: [Event]) {
    guard exchange.rule == .candle else { return }
    for event in candles {
      guard case .candle(let candle) = event.body else { continue }
      let start = min(event.start(of: candle), event.receiveTime)
      if lastClose != event.receiveTime { receive(by: start) }
      exchange.open(candle, at: start)
    }
  }

  mutating func observe(_ event: Event) {
    let time = exchange.time(of: event)
    let isCandle = event.kind == .candle && exchange.rule == .candle
    if !isInsideRun, !isCandle || lastClose != time { receive(by: time) }
    lastClose = isCandle ? time : nil
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
