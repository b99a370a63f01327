/// The options that set what config.env and the environment set as well.

import ArgumentParser

/// For the verbs that reach a venue.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    help: "Settings to read instead of config.env in this folder (CRYPTOBOT_CONFIG).",
    completion: .file())
  var configFile: String?

  @Flag(
    inversion: .prefixedNo,
    help: "The venue's test network, or with --no-testnet the exchange itself (BINANCE_TESTNET).")
  var testnet: Bool?

  /// By the names of the keys.
  var values: [String: String] {
    ConfigurationKey.values([(.testnet, testnet.map { $0 ? "true" : "false" })])
  }
}

/// For those that keep a log as well. Every option's text is checked by the key it stands for.
struct LogOptions: ParsableArguments {
  @Option(help: "The least that is logged, trace to critical (LOG_LEVEL).")
  var logLevel: String?

  @Option(help: "text or json (LOG_FORMAT).", completion: .list(["text", "json"]))
  var logFormat: String?

  @Option(
    help: "Where the log goes, - for stderr (LOG_FILE).", completion: .file())
  var logFile: String?

  @Option(help: "A log file's size, such as 16MiB; then another begins (LOG_FILE_SIZE).")
  var logFileSize: String?

  @Option(help: "Full log files that are kept (LOG_FILE_COUNT).")
  var logFileCount: String?

  /// By the names of the keys.
  var values: [String: String] {
    ConfigurationKey.values([
      (.logLevel, logLevel), (.logFormat, logFormat), (.logFile, logFile),
      (.logFileSize, logFileSize), (.logFileCount, logFileCount),
    ])
  }
}

#if Live
  extension Configured {
    /// Reads what options, environment and file say, for a verb that keeps a log.
    /// - Parameter trading: what `trade` takes beside them.
    /// - Throws: `ConfigurationError`.
    convenience init(
      _ settings: ConfigurationOptions, _ log: LogOptions, _ trading: [String: String] = [:]
    ) throws(ConfigurationError) {
      let options = [log.values, trading].reduce(settings.values) { all, more in
        all.merging(more) { first, _ in first }
      }
      try self.init(options, file: settings.configFile)
    }
  }
#endif

/// What `trade` takes beside them.
struct TradingOptions: ParsableArguments {
  @Flag(help: "Simulate the exchange behind the live feed: --mode paper.")
  var paper = false

  @Flag(help: "Let orders go to the venue: --mode live.")
  var live = false

  @Option(help: "paper or live (TRADING_MODE).", completion: .list(["paper", "live"]))
  var mode: String?

  @Option(help: "The symbol, where the scenario names none (DEFAULT_SYMBOL).")
  var symbol: String?

  @Option(help: "The most of equity that a trade may lose at its stop (RISK_PERCENTAGE).")
  var riskPercentage: String?

  @Option(help: "The most of equity that a position may be worth (MAX_POSITION_SIZE).")
  var maxPositionSize: String?

  @Option(help: "The fall of equity in a day that halts trading (MAX_DAILY_DRAWDOWN).")
  var maxDailyDrawdown: String?

  /// By the names of the keys.
  /// - Throws: `.contradiction` where the mode is said twice.
  func values() throws(ConfigurationError) -> [String: String] {
    let modes = [mode, paper ? "paper" : nil, live ? "live" : nil].compactMap { $0 }
    guard modes.count <= 1 else {
      throw .contradiction("--paper, --live and --mode say the same thing: give one of them")
    }
    return ConfigurationKey.values([
      (.mode, modes.first), (.symbol, symbol), (.riskShare, riskPercentage),
      (.positionShare, maxPositionSize), (.dailyDrawdown, maxDailyDrawdown),
    ])
  }
}

extension ConfigurationKey {
  /// What options say, by the names of the keys.
  fileprivate static func values(_ given: [(ConfigurationKey, String?)]) -> [String: String] {
    Dictionary(given.compactMap { key, text in text.map { (key.name, $0) } }) { first, _ in first }
  }
}
