/// The flags of `journal import`, turned into what the importer is asked for.

public import ArgumentParser
public import Import

extension ImportFormat: ExpressibleByArgument {}
extension ErrorPolicy: ExpressibleByArgument {}
extension BarStamp: ExpressibleByArgument {}
extension VolumeUnit: ExpressibleByArgument {}

/// What is to be read, and what the files do not say about themselves.
struct ImportOptions: ParsableArguments {
  @Argument(
    help: """
      binance-raw, binance-trades, binance-aggtrades, binance-klines, ohlcv-csv or cryptofeed-raw.
      """)
  var format: ImportFormat

  @Argument(
    help: "Files, plain, .gz or .zip; `-` is standard input. Several merge by receive time.",
    completion: .file())
  var files: [String]

  @Option(
    help: "Grids and limits: the exchange's exchangeInfo as JSON, or a YAML list.",
    completion: .file(extensions: ["json", "yaml", "yml"]))
  var instruments: String?

  @Option(help: "What a line that breaks a rule does: stop, or skip (counted as a gap).")
  var onError = ErrorPolicy.stop

  @Option(help: "The symbol of a file that does not name it: BTCUSDT or BTC/USDT.")
  var symbol: String?

  @Option(help: "The base asset, where the symbol does not tell.")
  var base: String?

  @Option(help: "The quote asset, where the symbol does not tell.")
  var quote: String?

  @OptionGroup(title: "Candle files (ohlcv-csv)")
  var candles: CandleFlags

  /// - Throws: `ValidationError` for a flag that means nothing.
  func request() throws -> ImportRequest {
    var request = ImportRequest(format: format, files: files)
    request.instruments = try instruments.map(InstrumentFile.read) ?? []
    request.onError = onError
    request.symbol = symbol
    request.base = base
    request.quote = quote
    request.candles = try candles.options()
    return request
  }

  /// All settings that change what is imported, as text: part of the journal's identity.
  var settings: String {
    let fields: [(String, String?)] = [
      ("format", format.rawValue), ("onError", onError.rawValue), ("symbol", symbol),
      ("base", base), ("quote", quote), ("columns", candles.columns),
      ("timeFormat", candles.timeFormat), ("date", candles.date),
      ("stamp", candles.stamp.rawValue), ("interval", candles.interval),
      ("volume", candles.volume.rawValue),
    ]
    return fields.map { "\($0.0)=\($0.1 ?? "")\n" }.joined()
  }
}

/// What a candle file does not say about itself.
struct CandleFlags: ParsableArguments {
  @Option(help: "Names of the columns in file order: time,open,high,low,close,volume")
  var columns: String?

  @Option(help: "How times are written, of %Y %m %d %H %M %S; default: ISO 8601 or an epoch.")
  var timeFormat: String?

  @Option(help: "The UTC day that times of day count from; default: eight digits of the file name.")
  var date: String?

  @Option(help: "Whether the time column is a bar's open or its close.")
  var stamp = BarStamp.open

  @Option(help: "A bar's length: 1m, 5m, 1h, 1d; default: the most frequent difference.")
  var interval: String?

  @Option(help: "What the volume column counts: base or quote.")
  var volume = VolumeUnit.base

  func options() throws -> CandleOptions {
    var options = CandleOptions()
    options.columns = columns?.split(separator: ",", omittingEmptySubsequences: false).map(
      String.init)
    options.timeFormat = timeFormat
    options.date = date
    options.stamp = stamp
    options.volume = volume
    if let interval {
      guard let span = CandleOptions.interval(interval) else {
        throw ValidationError("--interval \(interval) is no length such as 1m, 5m, 4h or 1d")
      }
      options.interval = span
    }
    return options
  }
}
