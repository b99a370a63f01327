/// What a table of features holds: which features of which markets, when there is a row, and what follows.

public import TradingCore

/// When a table has a row.
public enum FeaturePace: Equatable, Sendable {
  /// At whole multiples of a span since 1970, with all that was received by then; an instant with no event
  /// since the one before has no row.
  case every(Interval)
  /// Behind each trade of the market.
  case trade
  /// Behind each quote of the market.
  case quote
  /// Behind each message of the market's book.
  case book
  /// Behind each trade that ends a bar of the market; never bars of time.
  case bars(BarSpec)

  /// `1s`, `trade`, `quote`, `book`, or bars such as `volume:10`.
  /// - Throws: `BarError` for anything else.
  public init(_ text: String) throws(BarError) {
    switch text {
    case "trade": self = .trade
    case "quote": self = .quote
    case "book": self = .book
    default:
      let spec = try BarSpec(text)
      if case .time(let span) = spec { self = .every(span) } else { self = .bars(spec) }
    }
  }
}

/// A label: how far the middle goes within a horizon. It looks ahead, which is why only tables have it.
public struct FeatureLabel: Equatable, Sendable {
  public let horizon: Interval
  /// `label_return_10s`, with the horizon as it was written.
  public let name: String

  /// A horizon such as `10s`; `nil` for anything else.
  public init?(_ text: String) {
    guard let horizon = Interval(text), horizon > .zero else { return nil }
    self.horizon = horizon
    name = "label_return_\(text)"
  }

  /// What the column means.
  public static let meaning =
    "LOOKS AHEAD: the middle of the last quotes told by the row's time and the horizon, on the middle "
    + "at the row, less 1; none where quotes were lost between, or the journal ends before"
}

/// Everything that decides what a table holds.
public struct FeatureRequest: Sendable {
  public var choices: [FeatureChoice]
  public var pace: FeaturePace
  /// Symbols of the markets; empty: all that have trades, quotes or a book.
  public var symbols: [String]
  /// The first row's sequence or time, and the last one's.
  public var from: FoldLimit
  public var to: FoldLimit
  public var labels: [FeatureLabel]

  public init(
    choices: [FeatureChoice], pace: FeaturePace, symbols: [String] = [], from: FoldLimit = .none,
    to: FoldLimit = .none, labels: [FeatureLabel] = []
  ) {
    self.choices = choices
    self.pace = pace
    self.symbols = symbols
    self.from = from
    self.to = to
    self.labels = labels
  }

  /// The names of all columns of numbers: features, then labels.
  public var names: [String] { choices.flatMap(\.columns).map(\.name) + labels.map(\.name) }

  /// - Throws: `FeatureError.twice` for a column that is there already.
  func expectDistinct() throws(FeatureError) {
    var seen = Set<String>()
    for name in names where !seen.insert(name).inserted { throw .twice(name) }
  }
}

/// Why there is no table.
public enum FeatureError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What was written is no feature with its parameters.
  case spelling(String, reason: String)
  case twice(String)
  case noSuchMarket(String, known: [String])
  /// No trade, quote or level came up to the table's end.
  case noMarket
  /// More rows wait for what follows them than are kept.
  case tooManyWait(label: String)
  /// The market's event of that sequence comes before its definition.
  case undefined(String, at: Sequence64)
  /// The event of that sequence changes the tick or lot of a market whose rows stand behind bars.
  case newGrid(String, at: Sequence64)

  /// Whether it is the request that cannot be, whatever the journal holds.
  public var isUsage: Bool {
    switch self {
    case .spelling, .twice: true
    case .noSuchMarket, .noMarket, .tooManyWait, .undefined, .newGrid: false
    }
  }

  public var description: String {
    switch self {
    case .spelling(let text, let reason): "\(text): \(reason)"
    case .twice(let name): "the column \(name) is asked for twice"
    case .noSuchMarket(let symbol, let known):
      "the journal has no trade, quote or book of \(symbol) up to the table's end; it has "
        + (known.isEmpty ? "none of any market" : known.joined(separator: ", "))
    case .noMarket:
      "the journal has no trade, quote or book up to the table's end; features are of those, and "
        + "`cryptobot indicators` takes candles"
    case .tooManyWait(let label):
      "more than \(FeatureTable.mostWaiting) rows wait for \(label); ask for a shorter horizon or "
        + "fewer rows"
    case .undefined(let symbol, let sequence):
      "event \(sequence) is of \(symbol), whose tick and lot no event before it defines; "
        + "choose other markets with --symbol, or import again with definitions"
    case .newGrid(let symbol, let sequence):
      "event \(sequence) changes the tick or lot of \(symbol), and bars cannot span that; "
        + "end before it with --to \(sequence - 1), or take rows by time"
    }
  }
}

extension FeatureChoice {
  /// A feature as people write it: `ofi`, or `level_ofi:levels=3,window=30`.
  /// - Throws: `FeatureError.spelling` that says what was meant.
  public init(spelled text: String) throws(FeatureError) {
    let spelled = SpelledParameters(text)
    guard let entry = FeatureRegistry.all.first(where: { $0.name == spelled.name }) else {
      let nearest = nearestName(to: spelled.name, among: FeatureRegistry.all.map(\.name))
      let hint = nearest.map { ", did you mean `\($0)`?" } ?? ""
      throw .spelling(text, reason: "there is no feature `\(spelled.name)`\(hint)")
    }
    do throws(ParameterError) {
      self = entry.choose(try spelled.values(of: entry.parameters))
    } catch {
      throw .spelling(text, reason: "\(error)")
    }
  }
}
