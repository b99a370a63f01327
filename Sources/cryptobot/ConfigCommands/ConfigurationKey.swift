/// Every setting that does not stand in a scenario, each once: the page of help, `config show`, the checks
/// and the README's table are made of this list. The key store, its passphrase and the folder of CRYPTOBOT_KEYS
/// are not in it: those come by option or environment alone.

import Exchanges
import Research
import TradingCore

/// A setting of the command: its name is that of the environment variable and of the line in config.env.
struct ConfigurationKey: Sendable {
  let name: String
  let kind: ConfigurationKind
  /// What holds where nobody says; `nil` where that is nothing.
  let fallback: String?
  /// One sentence: what it does.
  let help: String
  /// The verbs that read it.
  let readers: [String]
  /// The option that sets it on the command line; `nil` for secrets, which never stand there.
  let option: String?

  init(
    _ name: String, _ kind: ConfigurationKind, default fallback: String? = nil,
    option: String? = nil,
    for readers: [String], _ help: String
  ) {
    (self.name, self.kind, self.fallback) = (name, kind, fallback)
    (self.help, self.readers, self.option) = (help, readers, option)
  }

  /// Whether nobody may see its value.
  var isSecret: Bool { kind == .secret }
}

extension ConfigurationKey {
  static let testnet = ConfigurationKey(
    "BINANCE_TESTNET", .truth, default: "true", option: "--testnet",
    for: ["trade", "record", "doctor"],
    "The test network where the scenario does not say; `record` and `download` go there only where this is set."
  )
  static let binanceKey = ConfigurationKey(
    "BINANCE_API_KEY", .secret, for: ["trade"], "The id of the key to trade with at Binance.")
  static let binanceSecret = ConfigurationKey(
    "BINANCE_SECRET_KEY", .secret, for: ["trade"],
    "Its secret: a shared one, or an Ed25519 or RSA private key as PEM text.")
  static let accountKey = ConfigurationKey(
    "CRYPTOBOT_API_KEY", .secret, for: ["trade"],
    "The same for whatever venue is traded at alone; this pair goes before the venue's own.")
  static let accountSecret = ConfigurationKey(
    "CRYPTOBOT_API_SECRET", .secret, for: ["trade"], "The secret of CRYPTOBOT_API_KEY.")
  static let symbol = ConfigurationKey(
    "DEFAULT_SYMBOL", .symbol, default: "BTCUSDT", option: "--symbol",
    for: ["trade", "record", "download"],
    "What is traded, recorded or downloaded where neither scenario nor command names a symbol.")
  static let mode = ConfigurationKey(
    "TRADING_MODE", .choice(["paper", "live"]), default: "paper", option: "--mode", for: ["trade"],
    "Whether orders go to a simulated exchange or to the venue.")
  static let riskShare = ConfigurationKey(
    "RISK_PERCENTAGE", .share(1...1_000_000), default: "0.02", option: "--risk-percentage",
    for: ["trade"], "Equity that a trade may lose at its stop: `risk.riskPerTrade`.")
  static let positionShare = ConfigurationKey(
    "MAX_POSITION_SIZE", .share(1...1_000_000), default: "0.1", option: "--max-position-size",
    for: ["trade"], "Equity that a position may be worth: `risk.maxPosition`.")
  static let dailyDrawdown = ConfigurationKey(
    "MAX_DAILY_DRAWDOWN", .share(1...1_000_000), default: "0.05", option: "--max-daily-drawdown",
    for: ["trade"], "Fall of equity in a day (UTC) that halts trading: `risk.maxDailyDrawdown`.")
  static let logLevel = ConfigurationKey(
    "LOG_LEVEL",
    .choice(
      ["trace", "debug", "info", "notice", "warning", "error", "critical"], or: ["warn": "warning"]),
    default: "info",
    option: "--log-level", for: ["trade", "record", "download"], "The least that is logged.")
  static let logFormat = ConfigurationKey(
    "LOG_FORMAT", .choice(["text", "json"]), default: "text", option: "--log-format",
    for: ["trade", "record", "download"], "Lines for people or JSON lines.")
  static let logFile = ConfigurationKey(
    "LOG_FILE", .path, option: "--log-file", for: ["trade", "record", "download"],
    "Where the log goes, - for stderr; without it, to stderr where level or format is set, else nowhere."
  )
  static let logFileSize = ConfigurationKey(
    "LOG_FILE_SIZE", .size(1 << 12...1 << 40), default: "16MiB", option: "--log-file-size",
    for: ["trade", "record", "download"], "A log file that is full becomes FILE.1, and that FILE.2."
  )
  static let logFileCount = ConfigurationKey(
    "LOG_FILE_COUNT", .whole(1...1_000), default: "5", option: "--log-file-count",
    for: ["trade", "record", "download"], "Full log files that are kept.")

  /// All of them, in the order they are shown in.
  static let all = [
    testnet, binanceKey, binanceSecret, accountKey, accountSecret, symbol, mode, riskShare,
    positionShare, dailyDrawdown, logLevel, logFormat, logFile, logFileSize, logFileCount,
  ]

  /// The variable that names the file, which cannot stand in the file itself.
  static let fileVariable = "CRYPTOBOT_CONFIG"
  /// The file that is read where nobody names one.
  static let fileName = "config.env"

  /// What other bots call some of these, for a hint where it stands in the file.
  static let otherNames = [
    "BINANCE_API_SECRET": "BINANCE_SECRET_KEY", "BINANCE_KEY": "BINANCE_API_KEY",
    "BINANCE_SECRET": "BINANCE_SECRET_KEY", "API_KEY": "CRYPTOBOT_API_KEY",
    "API_SECRET": "CRYPTOBOT_API_SECRET", "SYMBOL": "DEFAULT_SYMBOL", "MODE": "TRADING_MODE",
    "RISK_PER_TRADE": "RISK_PERCENTAGE",
  ]

  /// The key with a name; `nil` for a stranger.
  static func named(_ name: String) -> ConfigurationKey? { all.first { $0.name == name } }

  /// `did you mean X?` for a name that is none, and nothing where no key is near.
  static func hint(for name: String) -> String? {
    let (name, names) = (name.uppercased(), all.map(\.name))
    let near = otherNames[name] ?? nearestName(to: name, among: names)
    return (near ?? names.first { $0.hasPrefix(name + "_") }).map { "did you mean \($0)?" }
  }
}
