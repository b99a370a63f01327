/// The settings as they hold for one run of the command, each checked and with its source.

#if Live
  import Dialects
  import TradingCore

  final class Configured: Sendable {
    let file: ConfigurationFile?
    /// In the order of the keys.
    let values: [ConfigurationValue]

    /// Reads environment and file.
    /// - Parameter options: what the command line says, by the names of the keys.
    /// - Throws: `ConfigurationError` for the first value that is not what its key takes.
    init(_ options: [String: String], file named: String?) throws(ConfigurationError) {
      let file = try ConfigurationFile.chosen(named: named)
      self.file = file
      let layers = ConfigurationLayers(
        options: options, environment: Self.environment(), file: file)
      var values: [ConfigurationValue] = []
      for key in ConfigurationKey.all {
        values.append(try Self.value(of: key, in: layers, file))
      }
      self.values = values
      for name in Self.strangers() {
        let hint = ConfigurationKey.hint(for: name) ?? ""
        Output.warn("the environment has \(name), which nobody reads; \(hint)")
      }
    }

    /// A setting as it holds.
    subscript(key: ConfigurationKey) -> ConfigurationValue {
      guard let value = values.first(where: { $0.key.name == key.name }) else {
        preconditionFailure("Configured: \(key.name) is in no list of keys")
      }
      return value
    }

    /// Whether orders go to a venue's test network where no scenario says. An option speaks of any venue,
    /// BINANCE_TESTNET of Binance.
    func isTestnet(of venue: String) -> Bool {
      guard self[.testnet].text == "true" else { return false }
      if case .option = self[.testnet].source { return true }
      return venue == BinanceDialect.name
    }

    /// Whether somebody chose a venue's test network; the default does not count.
    func hasChosenTestnet(of venue: String) -> Bool {
      self[.testnet].source.isChosen && isTestnet(of: venue)
    }

    /// A secret's bytes, once, out of where they were; `nil` where it is not set.
    func take(_ key: ConfigurationKey) -> [UInt8]? {
      switch self[key].source {
      case .environment: return SecretInput.environment(key.name)
      case .file: return file?.takeSecret(key.name)
      case .option, .standard, .none: return nil
      }
    }

    /// The names that hold a venue's key: our own pair where it is the `isOnly` one, or the venue's; `nil`
    /// where neither is set.
    /// - Throws: `CommandFailure` for an id without its secret, or the other way round.
    func keyNames(
      for venue: String, isOnly: Bool
    ) throws(CommandFailure) -> (id: ConfigurationKey, secret: ConfigurationKey)? {
      let own = (id: ConfigurationKey.accountKey, secret: ConfigurationKey.accountSecret)
      let binance = (id: ConfigurationKey.binanceKey, secret: ConfigurationKey.binanceSecret)
      let pairs = (isOnly ? [own] : []) + (venue == BinanceDialect.name ? [binance] : [])
      guard
        let pair = pairs.first(where: {
          self[$0.id].source.isChosen || self[$0.secret].source.isChosen
        })
      else { return nil }
      let (id, secret) = (self[pair.id].source, self[pair.secret].source)
      guard id.word == secret.word || !id.isChosen || !secret.isChosen else {
        throw CommandFailure(
          .refused,
          "\(pair.id.name) is set (\(id.text)) and \(pair.secret.name) elsewhere (\(secret.text)); both halves "
            + "of a key have to come from one place", .configuration)
      }
      for (half, other) in [pair, (pair.secret, pair.id)] where !self[half].source.isChosen {
        throw CommandFailure(
          .refused,
          "\(other.name) is set (\(self[other].source.text)) and \(half.name) is not; a key needs both",
          .configuration
        )
      }
      return pair
    }

    private static func value(
      of key: ConfigurationKey, in layers: ConfigurationLayers, _ file: ConfigurationFile?
    ) throws(ConfigurationError) -> ConfigurationValue {
      guard let (text, layer) = layers.value(of: key) else {
        return ConfigurationValue(key: key, text: nil, source: .none)
      }
      let source = source(layer, of: key, file)
      guard !key.isSecret else { return ConfigurationValue(key: key, text: nil, source: source) }
      guard let canonical = key.kind.canonical(text) else {
        throw .outOfRange(
          name: key.name, value: text, source: source, expected: key.kind.expected)
      }
      return ConfigurationValue(key: key, text: canonical, source: source)
    }

    private static func source(
      _ layer: Int, of key: ConfigurationKey, _ file: ConfigurationFile?
    ) -> ConfigurationSource {
      switch layer {
      case 0: .option(key.option ?? key.name)
      case 1: .environment
      case 2: .file(path: file?.path ?? "", line: file?.lines[key.name] ?? 0)
      default: .standard
      }
    }
  }
#endif
