/// What the environment says of our settings. A variable that is set and empty says nothing: containers
/// hand on names without values.

#if Live
  import Glibc

  extension Configured {
    /// The keys that are set; a secret's text is not read.
    static func environment() -> [String: String] {
      var found: [String: String] = [:]
      for key in ConfigurationKey.all {
        if key.isSecret {
          if SecretInput.isSet(key.name) { found[key.name] = "set" }
        } else if let value = getenv(key.name), value.pointee != 0 {
          found[key.name] = String(cString: value)
        }
      }
      return found
    }

    /// Names that look like ours and are misspelled.
    static func strangers() -> [String] {
      variableNames().filter { name in
        prefixes.contains { name.hasPrefix($0) } && ConfigurationKey.named(name) == nil
          && !others.contains(name) && ConfigurationKey.hint(for: name) != nil
      }.sorted()
    }

    private static let prefixes = [
      "CRYPTOBOT_", "BINANCE_", "DEFAULT_", "TRADING_", "RISK_", "MAX_",
    ]

    /// Variables of ours that are no settings.
    private static let others = [
      ConfigurationKey.fileVariable, "CRYPTOBOT_KEYS", StoreOptions.variable,
      "CRYPTOBOT_PASSPHRASE", "CRYPTOBOT_PASSPHRASE_FILE", "CRYPTOBOT_NEW_PASSPHRASE",
      "CRYPTOBOT_NEW_PASSPHRASE_FILE",
    ]

    private static func variableNames() -> [String] {
      var names: [String] = []
      var place = 0
      while let entry = environ[place] {
        let name = (0..<strcspn(entry, "=")).map { UInt8(bitPattern: entry[Int($0)]) }
        names.append(String(decoding: name, as: UTF8.self))
        place += 1
      }
      return names
    }
  }
#endif
