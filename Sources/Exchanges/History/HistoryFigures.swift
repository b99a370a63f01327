/// How a download goes, and what came of it.

public import TradingCore

/// The counts of a download.
public struct HistoryFigures: Equatable, Sendable {
  /// What came of one symbol.
  public struct Symbol: Equatable, Sendable {
    public let name: String
    /// Candles that came.
    public internal(set) var candles: UInt64 = 0
    /// Candles of no volume among them.
    public internal(set) var quiet: UInt64 = 0
    /// Numbers whose digits beyond 8 decimals were rounded, half to even.
    public internal(set) var rounded: UInt64 = 0
    /// When the first and the last candle begin; `.none` where none came.
    public internal(set) var first = Timestamp.none
    public internal(set) var last = Timestamp.none

    init(_ name: String) { self.name = name }
  }

  /// The symbols in the plan's order.
  public internal(set) var symbols: [Symbol]
  /// The span as it is asked for: whole candles, closed by the venue's own clock.
  public internal(set) var from: Timestamp
  public internal(set) var to: Timestamp
  /// Up to where all has come.
  public internal(set) var reached: Timestamp
  /// Candles of each symbol that the span has room for.
  public internal(set) var room: UInt64 = 0
  public internal(set) var requests: UInt64 = 0
  /// Requests that had to be asked again.
  public internal(set) var repeats: UInt64 = 0
  /// What went wrong last.
  public internal(set) var trouble: String?

  init(_ plan: HistoryPlan) {
    symbols = plan.symbols.map { Symbol($0) }
    (from, to, reached) = (plan.from, plan.to, plan.from)
  }

  /// Candles that came, of all symbols.
  public var candles: UInt64 { symbols.reduce(0) { $0 + $1.candles } }

  /// How much of the span has come, 0…1.
  public var share: Double {
    let all = Double((to - from).nanoseconds)
    return all > 0 ? Double((reached - from).nanoseconds) / all : 0
  }

  /// What is odd about the candles, as an import says it.
  func notices(_ instruments: [InstrumentID], at time: Timestamp) -> ContiguousArray<Event> {
    var events: ContiguousArray<Event> = []
    for (symbol, instrument) in zip(symbols, instruments) {
      for (code, count) in [
        (NoticeCode.digitsRounded, symbol.rounded), (.zeroQuantity, symbol.quiet),
      ]
      where count > 0 {
        let notice = Notice(code, count: count, instrument: instrument)
        events.append(Event(receiveTime: time, .notice(notice)))
      }
    }
    return events
  }
}
