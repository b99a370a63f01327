/// What to import and how: everything a command line can say about other people's files.

public import Dialects
public import TradingCore

/// The formats that can be imported, by the names commands use.
public enum ImportFormat: String, Sendable, CaseIterable {
  /// Lines of `<receive ns> <Binance websocket JSON>`.
  case binanceRaw = "binance-raw"
  /// Binance's public dump of single trades.
  case binanceTrades = "binance-trades"
  /// Binance's public dump of aggregate trades.
  case binanceAggTrades = "binance-aggtrades"
  /// Binance's public dump of candles.
  case binanceKlines = "binance-klines"
  /// Any CSV of candles or quote bars.
  case ohlcvCSV = "ohlcv-csv"
  /// cryptofeed's raw recordings of Binance.
  case cryptofeedRaw = "cryptofeed-raw"
}

/// What happens at a line that breaks a rule.
public enum ErrorPolicy: String, Sendable, CaseIterable {
  /// The import ends with an error.
  case stop
  /// The line is left out, counted, and a `gap` stands in its place.
  case skip
}

/// Which moment a bar's time column means.
public enum BarStamp: String, Sendable, CaseIterable {
  case open, close
}

/// What a candle file's volume column counts.
public enum VolumeUnit: String, Sendable, CaseIterable {
  /// Lots of the base asset.
  case base
  /// Value in the quote asset; divided by the bar's close, rounded half to even at 8 decimals.
  case quote
}

/// What a candle file does not say about itself.
public struct CandleOptions: Equatable, Sendable {
  /// Column names in file order, as in a header; a name that means nothing is skipped. `nil`: the
  /// header, or time, open, high, low, close, volume where there is none and six columns are.
  public var columns: [String]?
  /// A strptime-like format of %Y %m %d %H %M %S %f; `nil`: ISO 8601 or an epoch by its magnitude.
  public var timeFormat: String?
  /// The UTC day (`2018-04-04` or `20180404`) that times of day count from; `nil`: eight digits in
  /// the file's name.
  public var date: String?
  /// Whether the time column is the bar's open or its close.
  public var stamp: BarStamp = .open
  /// The bar's length in whole seconds; `nil`: the most frequent difference between rows.
  public var interval: Interval?
  /// What the volume column counts.
  public var volume: VolumeUnit = .base

  /// Everything as the file says.
  public init() {}

  /// The whole seconds that a text such as `1s`, `5m`, `4h`, `1d` or `1w` means; `nil` when it means
  /// none.
  public static func interval(_ text: String) -> Interval? {
    guard let interval = Interval(text), interval > .zero,
      interval.nanoseconds % Interval.second.nanoseconds == 0
    else { return nil }
    return interval
  }
}

/// One import: files of one format that together become one feed.
public struct ImportRequest: Sendable {
  /// How the files' lines are read.
  public var format: ImportFormat
  /// Paths in the order that breaks ties; `-` is standard input.
  public var files: [String]
  /// Known instruments; empty: inferred from the data.
  public var instruments: [InstrumentSpec] = []
  /// What happens at a malformed line.
  public var onError: ErrorPolicy = .stop
  /// The symbol of files that do not name it, `ETHBTC` or `ETH/BTC`.
  public var symbol: String?
  /// The base asset, where the symbol does not tell.
  public var base: String?
  /// The quote asset, where the symbol does not tell.
  public var quote: String?
  /// What a candle file does not say about itself.
  public var candles = CandleOptions()

  /// A request with nothing but the necessary.
  public init(format: ImportFormat, files: [String]) {
    self.format = format
    self.files = files
  }
}
