/// A scenario with what the settings say beside it: where it leaves something open, and where a ceiling is
/// stricter. The changes are made as `--set` makes them, so they stand in the journal with the scenario's
/// text, and nothing that reads the journal asks for settings again.

#if Live
  import Dialects
  import Exchanges
  import Research
  import TradingCore

  struct ConfiguredRun {
    let scenario: Scenario
    let venues: [VenueChoice]
    let isPaper: Bool
    /// What the settings changed, with the sources.
    private let changes: [ConfiguredChange]

    /// Reads a scenario and changes it.
    /// - Parameter given: what `--set` says.
    /// - Throws: `ScenarioError`; `CommandFailure` where the source is no venue or a ceiling cannot be set.
    init(_ file: String, setting given: [String], _ configured: Configured) throws {
      isPaper = configured[.mode].text == "paper"
      let bare = try ScenarioFile.read(file, setting: given)
      guard case .venues(let choices) = bare.source else {
        throw CommandFailure(
          .badInput, "\(file): its source is no venue; `cryptobot replay` runs it as a backtest")
      }
      if !isPaper, choices.count > 1 { try Self.expectOneNetwork(choices, file: file) }
      changes =
        try Self.network(choices, configured, file: file) + Self.symbols(bare, configured)
        + RiskCeilings(configured).changes(of: bare.limits)
      scenario = try ScenarioFile.read(file, setting: given + changes.map(\.text))
      guard case .venues(let changed) = scenario.source else {
        preconditionFailure("ConfiguredRun: settings made \(file) another kind of source")
      }
      venues = changed
      try RiskCeilings(configured).expect(scenario.limits, file: file)
    }

    /// Live at several venues each says itself whether it is a test network, and all or none are: one equity
    /// and one set of limits cannot count money that is none beside money that is.
    private static func expectOneNetwork(
      _ choices: [VenueChoice], file: String
    ) throws(CommandFailure) {
      for choice in choices
      where choice.name == BinanceDialect.name && choice.isTestnet == nil && choice.hosts == nil {
        throw CommandFailure(
          .badInput,
          "\(file): of several venues \(choice.name) has to say where it is: `testnet: true` or "
            + "`testnet: false`")
      }
      let kinds: [(words: String, venues: [String])] = [
        ("on a test network", choices.filter { $0.hosts == nil && $0.isTestnet == true }),
        ("at addresses of its own", choices.filter { $0.hosts != nil }),
        ("the exchange itself", choices.filter { $0.hosts == nil && $0.isTestnet != true }),
      ].map { ($0, $1.map(\.name)) }.filter { !$0.venues.isEmpty }
      guard kinds.count == 1 else {
        let all = kinds.map { "\($0.venues.joined(separator: ", ")) is \($0.words)" }
        throw CommandFailure(
          .badInput,
          "\(file): \(all.joined(separator: ", ")): trade at one kind alone, or all on paper")
      }
    }

    /// BINANCE_TESTNET speaks of Binance; the option of whatever venue there is. Of several each says itself
    /// where it is.
    private static func network(
      _ choices: [VenueChoice], _ configured: Configured, file: String
    ) throws(CommandFailure) -> [ConfiguredChange] {
      let setting = configured[.testnet]
      var isOption = false
      if case .option = setting.source { isOption = true }
      guard choices.count == 1, let choice = choices.first else {
        guard isOption else {
          for choice in choices { try expectAgreement(setting, choice, file: file) }
          return []
        }
        throw CommandFailure(
          .usage,
          "\(file) has several venues: say `testnet: true` at those that are to be test networks")
      }
      let isOpen =
        choice.name == BinanceDialect.name && choice.hosts == nil && choice.isTestnet == nil
      guard isOpen || isOption else {
        try expectAgreement(setting, choice, file: file)
        return []
      }
      return [ConfiguredChange("source.venue.testnet", setting)]
    }

    /// Two who name different networks are asked, not guessed at.
    private static func expectAgreement(
      _ setting: ConfigurationValue, _ choice: VenueChoice, file: String
    ) throws(CommandFailure) {
      guard choice.name == BinanceDialect.name, setting.source.isChosen,
        let isTestnet = choice.isTestnet, setting.text != "\(isTestnet)"
      else { return }
      throw CommandFailure(
        .badInput,
        "\(file) says `testnet: \(isTestnet)` and \(setting.key.name) is \(setting.text ?? "") "
          + "(\(setting.source.text)); mend one of them, or say --testnet or --no-testnet",
        .configuration)
    }

    private static func symbols(
      _ scenario: Scenario, _ configured: Configured
    ) -> [ConfiguredChange] {
      scenario.instruments.isEmpty ? [ConfiguredChange("instruments", configured[.symbol])] : []
    }

    /// What is about to run, where, and what the settings changed of it.
    var text: String {
      let places = venues.map { venue in
        venue.name
          + (venue.hosts.map { " (\($0.rest))" }
            ?? (venue.isTestnet == true ? " test network" : ""))
      }
      let head =
        "trade: \(isPaper ? "on paper" : "LIVE") at \(places.joined(separator: ", ")), "
        + scenario.instruments.joined(separator: " ")
      return printable(([head] + changes.map(\.words)).joined(separator: "\n  "))
    }
  }

  /// One change that a setting makes to a scenario.
  struct ConfiguredChange {
    private let path: String
    private let value: String
    private let setting: ConfigurationValue?

    /// - Parameter path: of the scenario's key, "risk.maxPosition".
    init(_ path: String, _ setting: ConfigurationValue) {
      (self.path, self.setting) = (path, setting)
      value = setting.text ?? ""
    }

    /// The scenario's own value, written out because the words around it change.
    init(scenario path: String, millionths: Int64) {
      (self.path, setting) = (path, nil)
      value = ConfigurationKind.text(share: millionths)
    }

    /// As `--set` takes it. The comment says in the journal who made it; where the setting came from does
    /// not stand there, for a run goes on wherever its settings are kept.
    var text: String { "\(path)=\(value)" + (setting.map { " # \($0.key.name)" } ?? "") }

    /// For the person who started the run.
    var words: String {
      "\(path) \(value)" + (setting.map { "  (\($0.key.name), \($0.source.text))" } ?? "")
    }
  }
#endif
