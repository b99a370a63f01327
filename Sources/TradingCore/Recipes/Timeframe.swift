/// The indicators of a composed strategy that look at the same bars. Those of the strategy's own bars are
/// given them; another timeframe cuts its own out of trades or candles, and shows a bar when it has ended.

struct Timeframe: Sendable, CanonicallyEncodable {
  private struct Line: Sendable {
    var indicator: AnyIndicator
    /// Where its answers go.
    let place: Int
  }

  /// Its bars; `nil` for the strategy's own.
  let spec: BarSpec?
  /// Bars seen so far.
  private(set) var seen = 0
  /// Bars that all its indicators need.
  private(set) var warmUp = 1
  /// Why it cannot make its bars out of what the market sends.
  private(set) var fault: BarError?
  private var lines: ContiguousArray<Line> = []
  private var maker: BarMaker?
  /// The instrument as it was when the maker began.
  private var grid: InstrumentDefinition?

  init(_ spec: BarSpec?) { self.spec = spec }

  /// An indicator that has seen nothing, and the place of its first answer.
  mutating func add(_ indicator: AnyIndicator, at place: Int) {
    lines.append(Line(indicator: indicator, place: place))
    warmUp = max(warmUp, indicator.warmUp)
  }

  private var isOfTime: Bool { if case .time? = spec { true } else { false } }

  /// Whether every indicator answers.
  var isWarm: Bool { fault == nil && seen >= warmUp }

  /// Shows a bar that has ended to all indicators. O(indicators), allocates nothing.
  mutating func take(_ bar: FullBar, into values: inout ContiguousArray<Double>) {
    seen += 1
    let sample = IndicatorSample(bar: bar)
    for index in lines.indices {
      guard let answer = lines[index].indicator.answer(sample) else { continue }
      for output in 0..<answer.count { values[lines[index].place + output] = answer[output] }
    }
  }

  /// Whether facts of a kind can make bars, or say what bars are counted in.
  static func takes(_ kind: EventKind) -> Bool {
    kind == .trade || kind == .candle || kind == .instrument
  }

  /// Takes a fact of its instrument: of trades and candles its bars are made. O(1) but for what ends.
  mutating func take(
    _ event: Event, of definition: InstrumentDefinition, into values: inout ContiguousArray<Double>
  ) {
    switch event.body {
    case .trade(let trade):
      // A candle that came before the first trade is no reason any more.
      if case .needsTrades? = fault { fault = nil }
      guard prepare(definition) else { return }
      show(maker?.add(trade, at: event.moment), of: definition, into: &values)
    case .candle where !isOfTime:
      // Bars of amounts are made of trades; where those come, candles are nothing to them.
      if grid == nil, let spec { fault = .needsTrades(spec) }
    case .candle(let candle):
      guard prepare(definition) else { return }
      do throws(BarError) {
        let ended = try maker?.add(candle, from: event.start(of: candle))
        show(ended?.before, of: definition, into: &values)
        show(ended?.filled, of: definition, into: &values)
      } catch { fault = error }
    case .instrument:
      // The open bar's ticks and lots may no longer mean what they meant.
      if let grid, !grid.hasGrid(of: definition) { maker = nil }
    default: break
    }
  }

  /// Ends the open bar when it is one of time that ends by then.
  mutating func close(
    at time: Timestamp, of definition: InstrumentDefinition,
    into values: inout ContiguousArray<Double>
  ) {
    show(maker?.close(at: time), of: definition, into: &values)
  }

  private mutating func show(
    _ bar: MarketBar?, of definition: InstrumentDefinition,
    into values: inout ContiguousArray<Double>
  ) {
    if let bar { take(FullBar(bar, of: definition), into: &values) }
  }

  /// Begins with bars; whether there are any.
  private mutating func prepare(_ definition: InstrumentDefinition) -> Bool {
    guard maker == nil, fault == nil, let spec else { return fault == nil }
    do throws(BarError) {
      maker = try BarMaker(spec, of: definition)
      grid = definition
    } catch { fault = error }
    return fault == nil
  }

  func encode(into bytes: inout CanonicalBytes) {
    bytes.append(seen)
    bytes.append(fault != nil)
    bytes.append(maker != nil)
    maker?.encode(into: &bytes)
    bytes.append(lines.count)
    for line in lines { line.indicator.encode(into: &bytes) }
  }
}
