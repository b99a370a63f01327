/// Bars of a journal with indicators beside them, row by row, in memory that does not grow.

public import TradingCore

/// A bar and the answers of all indicators at its end; `nil` while one warms up.
public struct IndicatorRow: Equatable, Sendable {
  public var bar: MarketBar
  /// One for each of the table's columns.
  public var values: [Double?]
}

/// Why a table cannot be made; its description is a sentence for people.
public enum IndicatorTableError: Error, Equatable, CustomStringConvertible {
  case repeated(String)
  case needsBenchmark(String)
  case mixedCandles(Interval, Interval)
  case newGrid(String)
  /// The symbol has trades or candles before its definition.
  case undefined(String)

  public var description: String {
    switch self {
    case .repeated(let label): "`\(label)` is asked for twice"
    case .needsBenchmark(let name):
      "`\(name)` compares two series; name the other symbol with --against"
    case .mixedCandles(let first, let second):
      "the journal has candles of \(first.shortText) and of \(second.shortText) of this symbol; "
        + "import one width alone, or take --of trades"
    case .newGrid(let symbol):
      "the journal changes the tick or lot of \(symbol), and bars cannot span that"
    case .undefined(let symbol):
      "the journal has trades or candles of \(symbol) before it defines its tick and lot; import it "
        + "again with definitions"
    }
  }
}

/// The rows of one instrument, and another's closes for indicators that compare two.
///
/// The benchmark of a bar is the close of the other instrument's last bar, by the same spec, that ended
/// by the bar's end; events of one receive time are all taken first. Bars before the other's first are
/// not seen by the indicators that compare.
public struct IndicatorTable: Sendable {
  /// A heading for each value of a row.
  public let columns: [String]
  /// The instrument's bars.
  public private(set) var main: BarStream
  private var other: BarStream?
  private var indicators: [(input: IndicatorInput, width: Int, indicator: AnyIndicator)] = []
  /// Bars that ended with events received at `heldAt`, which has perhaps not passed.
  private var held: [MarketBar] = []
  private var heldAt = Timestamp.distantPast
  private var benchmark: MarketBar?

  /// - Parameter other: the benchmark's bars; needed by indicators of two series.
  /// - Throws: `IndicatorTableError`, `ParameterError`.
  public init(_ requests: [IndicatorRequest], main: BarStream, other: BarStream?) throws {
    self.main = main
    self.other = other
    columns = requests.flatMap(\.columns)
    for (place, request) in requests.enumerated() {
      if requests[..<place].contains(where: { $0.label == request.label }) {
        throw IndicatorTableError.repeated(request.label)
      }
      if request.entry.input == .pair, other == nil {
        throw IndicatorTableError.needsBenchmark(request.entry.name)
      }
      let indicator = try request.make()
      indicators.append((request.entry.input, request.entry.outputs.count, indicator))
    }
  }

  /// Takes the journal's next event.
  /// - Returns: the rows that are finished by it, the oldest first.
  /// - Throws: what `BarStream.add` throws.
  public mutating func take(_ event: Event, _ names: Names) throws -> [IndicatorRow] {
    let isMain = main.takes(event)
    guard isMain || other?.takes(event) == true else { return [] }
    guard other != nil else { return try main.add(event, names).compactMap { row($0) } }
    let rows = event.receiveTime > heldAt ? finish() : []
    let moment = event.start
    if isMain {
      benchmark = other?.close(at: moment) ?? benchmark
      hold(try main.add(event, names), event)
    } else {
      hold([main.close(at: moment)].compactMap(\.self), event)
      benchmark = try other?.add(event, names).last ?? benchmark
    }
    return rows
  }

  /// The rows of bars that have ended and were held until all of their moment was seen; to be called
  /// after the last event.
  public mutating func finish() -> [IndicatorRow] {
    defer { held.removeAll(keepingCapacity: true) }
    return held.compactMap { bar in
      benchmark = other?.close(at: bar.closeTime) ?? benchmark
      return row(bar)
    }
  }

  private mutating func hold(_ bars: [MarketBar], _ event: Event) {
    held.append(contentsOf: bars)
    heldAt = event.receiveTime
  }

  private mutating func row(_ bar: MarketBar) -> IndicatorRow? {
    guard let definition = main.definition else { return nil }
    let close = benchmark.flatMap { other?.definition?.approximate($0.close) }
    let sample = IndicatorSample(bar: FullBar(bar, of: definition), benchmark: close ?? 0)
    var row = IndicatorRow(bar: bar, values: [])
    row.values.reserveCapacity(columns.count)
    for place in indicators.indices {
      if indicators[place].input == .pair, close == nil {
        row.values += Array(repeating: nil, count: indicators[place].width)
      } else {
        row.values += indicators[place].indicator.update(sample)
      }
    }
    return row
  }
}
