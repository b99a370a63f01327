/// The limits that settings put on a run. One that somebody set is a ceiling, and the stricter of it and the
/// scenario's holds, in every scope; a default only stands in where the scenario says nothing.

#if Live
  import Research
  import TradingCore

  struct RiskCeilings {
    private struct Ceiling {
      let path: String
      let kind: LimitKind
      let setting: ConfigurationValue
      /// Millionths of equity.
      let value: Int64
    }

    private let ceilings: [Ceiling]

    init(_ configured: Configured) {
      let keys: [(String, LimitKind, ConfigurationKey)] = [
        ("riskPerTrade", .riskPerTrade, .riskShare), ("maxPosition", .maxPosition, .positionShare),
        ("maxDailyDrawdown", .maxDailyDrawdown, .dailyDrawdown),
      ]
      ceilings = keys.compactMap { path, kind, key in
        let setting = configured[key]
        return setting.text.flatMap { ConfigurationKind.share($0) }.map {
          Ceiling(path: path, kind: kind, setting: setting, value: $0)
        }
      }
    }

    /// What has to change of a scenario's limits. Those for everything come together where one of them
    /// changes, for `risk: default` is a word, which a key cannot be added to.
    func changes(of limits: [ScenarioLimit]) -> [ConfiguredChange] {
      let general = ceilings.map { ceiling -> (change: ConfiguredChange, isNew: Bool) in
        let own = limits.first { $0.kind == ceiling.kind && $0.symbol == nil && $0.book == nil }
        let holds =
          own.map { !ceiling.setting.source.isChosen || $0.value <= ceiling.value } ?? false
        guard holds, let own else {
          return (ConfiguredChange("risk.\(ceiling.path)", ceiling.setting), true)
        }
        return (ConfiguredChange(scenario: "risk.\(ceiling.path)", millionths: own.value), false)
      }
      let isWord = limits == ScenarioLimit.defaults
      let changed = general.filter { $0.isNew || (isWord && general.contains { $0.isNew }) }
      return changed.map(\.change) + narrower(limits)
    }

    /// The limits of symbols and books that are above a ceiling.
    private func narrower(_ limits: [ScenarioLimit]) -> [ConfiguredChange] {
      limits.compactMap { limit in
        guard limit.symbol != nil || limit.book != nil,
          let ceiling = ceilings.first(where: { $0.kind == limit.kind }),
          ceiling.setting.source.isChosen, limit.value > ceiling.value
        else { return nil }
        let scope = limit.book.map { ["books", $0] } ?? []
        let path = (["risk"] + scope + [limit.symbol, ceiling.path].compactMap { $0 })
        return ConfiguredChange(path.joined(separator: "."), ceiling.setting)
      }
    }

    /// Makes sure that no limit is above a ceiling that somebody set.
    /// - Throws: `CommandFailure`.
    func expect(_ limits: [ScenarioLimit], file: String) throws(CommandFailure) {
      for ceiling in ceilings where ceiling.setting.source.isChosen {
        let own = limits.filter { $0.kind == ceiling.kind }
        guard own.contains(where: { $0.symbol == nil && $0.book == nil }),
          own.allSatisfy({ $0.value <= ceiling.value })
        else {
          throw CommandFailure(
            .badInput,
            "\(file): \(ceiling.setting.key.name) cannot be kept for a symbol or book whose name holds a dot; "
              + "give it a limit of its own at or below \(ceiling.setting.text ?? "")")
        }
      }
    }
  }
#endif
