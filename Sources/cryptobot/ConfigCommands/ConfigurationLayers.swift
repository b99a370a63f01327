/// Four layers of settings, one over another: options, environment, config.env, defaults. The order is
/// swift-configuration's own: the first provider that knows a key answers.

#if Live
  import Configuration
  import Synchronization

  /// The layers and which of them answered.
  struct ConfigurationLayers {
    private let reader: ConfigReader
    private let witness: LayerWitness

    /// Stands for a secret, which is never handed around as text.
    private static let placeholder = "set"

    /// - Parameters:
    ///   - options: values of the command line by the keys' names.
    ///   - environment: of the keys' names those that are set; anything for a secret.
    init(
      options: [String: String], environment: [String: String], file: ConfigurationFile?
    ) {
      var fileValues = file?.values ?? [:]
      for name in file?.secretNames ?? [] { fileValues[name] = Self.placeholder }
      let defaults = ConfigurationKey.all.compactMap { key in key.fallback.map { (key.name, $0) } }
      let witness = LayerWitness()
      self.witness = witness
      reader = ConfigReader(
        providers: [
          Self.provider(options), Self.provider(environment), Self.provider(fileValues),
          Self.provider(Dictionary(defaults) { first, _ in first }),
        ], accessReporter: witness)
    }

    /// A layer's value of a key and which layer that is: 0 for options, 3 for defaults.
    func value(of key: ConfigurationKey) -> (text: String, layer: Int)? {
      let text = reader.string(forKey: Self.key(key.name), isSecret: key.isSecret)
      return text.flatMap { text in witness.layer.map { (text, $0) } }
    }

    private static func provider(_ values: [String: String]) -> InMemoryProvider {
      var all: [AbsoluteConfigKey: ConfigValue] = [:]
      for key in ConfigurationKey.all {
        guard let text = values[key.name] else { continue }
        let value = key.isSecret ? placeholder : text
        all[AbsoluteConfigKey(Self.key(key.name))] = ConfigValue(
          .string(value), isSecret: key.isSecret)
      }
      return InMemoryProvider(values: all)
    }

    private static func key(_ name: String) -> ConfigKey {
      ConfigKey(name.lowercased().split(separator: "_").map(String.init))
    }
  }

  /// Notes which provider answered last.
  private final class LayerWitness: AccessReporter {
    private let last = Mutex<Int?>(nil)

    /// The place of the provider that gave the last value; `nil` where none did.
    var layer: Int? { last.withLock { $0 } }

    func report(_ event: AccessEvent) {
      let place = event.providerResults.firstIndex { provider in
        guard case .success(let result) = provider.result else { return false }
        return result.value != nil
      }
      last.withLock { $0 = place }
    }
  }
#endif
