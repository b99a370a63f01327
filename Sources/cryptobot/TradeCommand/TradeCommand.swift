/// `cryptobot trade`: a scenario whose source is a venue or several, live or on paper.

import ArgumentParser
import Dialects
import Exchanges
import Journal
import Research
import Store
import TradingCore

struct TradeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trade",
    abstract: "Trade at one venue or several, live or on paper.",
    discussion: """
      CONFIG is a scenario whose source is a venue, or several:

        source: {venue: {name: binance, testnet: true}}
        instruments: [BTCUSDT]
        strategy: {name: ema-cross, bar: 1m}
        account: spot
        reportIn: USDT
        risk: {maxPosition: 20%, maxDrawdown: 10%}

      Several are `source: {venues: [{name: kraken}, {name: coinbase}]}`; each has its name before its \
      symbols and assets (`instruments: [kraken:BTC/USD, coinbase:BTC-USD]`, `capital: {kraken:USD: 5000, \
      coinbase:USD: 5000}`), for what is held at one cannot pay at another. `reportIn: USD` counts the \
      dollars of all. Live, the run begins when every account is open. A venue that is away holds back its \
      own orders only; a halt, a difference in balances or the end of all keys at one ends the run at all.

      Every fact, decision and report goes into the journal of -o, and an order leaves only when the disk \
      has it. A journal that exists is gone on with: it is replayed first and every decision in it made \
      again; the first that differs ends the run. Then every order that may be alive is looked up, fills \
      that were missed are told, and balances are compared. What no fill and no transfer explains is \
      journalled as an adjustment, trading is halted and the exit code is 77: look into it, then go on \
      with --resume. Accounts are spot: one that holds margin positions, where the venue says so \
      (Kraken), is refused with 77 as well. A run that ends before its first event takes \
      the journal away that it began.

      Orders go to the venue only with --live, or where TRADING_MODE=live stands in the environment or in \
      config.env; otherwise the run is on paper: no key is needed, and orders go to a simulated exchange \
      behind the live feed, the same that `replay` uses, with the scenario's capital, fees, latency and \
      fills.

      What the scenario leaves open comes from the settings (`cryptobot config`): the test network unless \
      BINANCE_TESTNET=false or --no-testnet, DEFAULT_SYMBOL, and the limits RISK_PERCENTAGE, \
      MAX_POSITION_SIZE and MAX_DAILY_DRAWDOWN. A limit that is set is a ceiling: the stricter of it and the \
      scenario's holds, for symbols and books too; a default only fills what the scenario leaves out. What \
      is so changed goes into the journal as --set would have it, so that nothing that reads the journal \
      needs the settings.

      The key comes from CRYPTOBOT_API_KEY and CRYPTOBOT_API_SECRET (a shared secret, or a private \
      key as PEM text; at Coinbase P-256 or Ed25519), at Binance also from BINANCE_API_KEY and \
      BINANCE_SECRET_KEY, in the environment or in config.env; or with --credentials from standard input as two lines: the key's id, \
      then the secret. Where none gives one it comes from the key store (`cryptobot keys --help`), whose \
      passphrase is asked for as there, and the run follows the store: a key that is rotated there is \
      switched to without losing a fill, and one that is revoked signs nothing any more. A run whose keys \
      have all ended halts, says what stays open at the venue, and leaves with exit code 77. Of several \
      venues each has a key of its own: from the store (--key several times, where one has several accounts), \
      Binance's also from BINANCE_API_KEY and BINANCE_SECRET_KEY.

      Ctrl-C or SIGTERM ends the run in order; open orders are canceled unless `cancelOnExit: false` \
      stands at the venue. Kraken has a dead man's switch: when it hears nothing on a live run's account \
      link for 60 s it cancels every order of the account, whoever placed them (`deadMansSwitch: 30s` or \
      `off` at the venue). \
      A run that ends in order takes it back, unless an order did not say that it ended. Binance spot and \
      Coinbase have none: orders of a process that was killed stay open until it is started again.

      Examples:
        cryptobot trade btc.yaml --paper -o paper --for 8h
        CRYPTOBOT_API_KEY=… CRYPTOBOT_API_SECRET=… cryptobot trade btc.yaml --live -o live
        cryptobot trade btc.yaml --live --no-testnet -o live --credentials < key.txt
        CRYPTOBOT_PASSPHRASE_FILE=/run/secrets/keys cryptobot trade btc.yaml --live -o live --key main
        CRYPTOBOT_PASSPHRASE_FILE=/run/secrets/keys cryptobot trade two.yaml --live -o two
        cryptobot replay live
      """)

  @Argument(
    help: "A scenario whose source is a venue or several.",
    completion: .file(extensions: ["yaml", "yml"]))
  var config: String

  @Option(
    name: .shortAndLong, help: "The journal to begin or to go on with, a folder.",
    completion: .directory)
  var output: String

  @Option(name: .customLong("set"), help: "Change a key of the scenario, such as latency=50ms.")
  var changes: [String] = []

  @Flag(help: "Lift the halt that the journal ended with.")
  var resume = false

  @Flag(help: "Read the key from standard input: its id, then on further lines the secret.")
  var credentials = false

  @Option(
    name: .customLong("key"),
    help: "The account in the store: its label, or any of its keys' ids; where a venue has several."
  )
  var keys: [String] = []

  @OptionGroup var store: StoreOptions

  @OptionGroup var settings: ConfigurationOptions

  @OptionGroup var logging: LogOptions

  @OptionGroup var trading: TradingOptions

  @OptionGroup var end: EndOptions

  @OptionGroup var common: CommonFlags

  func run() throws {
    #if Live
      let configured = try Configured(settings, logging, trading.values())
      let configuredRun = try ConfiguredRun(config, setting: changes, configured)
      let log = try RunLog(configured, "trade", venues: configuredRun.venues.map(\.name))
      try log.around { try trade(configuredRun, configured, log) }
    #else
      throw CommandFailure.noNetwork
    #endif
  }
}

#if Live
  extension TradeCommand {
    private func trade(
      _ configuredRun: ConfiguredRun, _ configured: Configured, _ log: RunLog
    ) throws {
      let (scenario, choices) = (configuredRun.scenario, configuredRun.venues)
      let paper = configuredRun.isPaper
      let plans = try recordingPlans(choices, scenario, isPaper: paper)
      let keys = paper ? nil : try runKeys(choices, configured, log)
      if !common.quiet, !common.json { Output.note(configuredRun.text) }
      let moment = try end.read().moment
      let session = try TradingSession(
        plans,
        TradingSession.Ending(
          isRequested: { Interrupt.isRequested || WallClock.now >= moment },
          isUrgent: { Interrupt.isRequested || WallClock.now > moment + Self.openPatience },
          cancelsOrders: choices.map { $0.cancelsOnExit && !paper }),
        check: Interrupt.check)
      defer { session.close() }
      try Interrupt.check()
      let run = try TradeRun(
        scenario, plans, session, file: config, journal: output, isPaper: paper, log: log)
      try run.beforehand {
        try log.begin(
          journal: output, mode: paper ? "paper" : "live", symbols: scenario.instruments)
      }
      let status = TradeStatus(
        choices.map(\.name), isQuiet: common.quiet || common.json, announce: log.announce)
      session.watch = { status.update($0, $1) }
      let outcome: RunOutcome
      if let keys {
        outcome = try run.live(keys, choices, isResuming: resume)
      } else {
        outcome = try run.paper()
      }
      status.clear()
      Interrupt.serve()
      try run.finish(outcome, choices, isJSON: common.json)
    }

    /// How long after the end of a run its account may still be opening.
    private static let openPatience = Interval(nanoseconds: 10_000_000_000)

    /// What is followed at each venue. Where there are several, a symbol stands behind its venue's name.
    private func recordingPlans(
      _ choices: [VenueChoice], _ scenario: Scenario, isPaper: Bool
    ) throws -> [RecordingPlan] {
      guard isPaper || scenario.account == .spot else {
        let names = choices.map(\.name).joined(separator: ", ")
        throw CommandFailure(
          .badInput,
          "\(config): \(names) \(choices.count > 1 ? "have" : "has") `account: spot` only")
      }
      for symbol in scenario.instruments where choices.count > 1 {
        guard choices.contains(where: { symbol.hasPrefix($0.name + ":") }) else {
          throw CommandFailure(
            .badInput,
            "\(config): `instruments`: \(symbol) does not say at which venue; write "
              + "\(choices[0].name):\(symbol)")
        }
      }
      let plans = try choices.map { choice in
        _ = try choice.keptSwitch(config)
        let profile = try VenueRegistry.entry(choice.name).profile
        var hosts = choice.isTestnet == true ? try profile.testNetwork() : profile.hosts
        if let own = choice.hosts {
          hosts = profile.hosts(rest: own.rest, market: own.streams, account: own.account)
        }
        let symbols =
          choices.count == 1 ? scenario.instruments : try symbols(of: choice.name, scenario)
        return try RecordingPlan(
          venue: choice.name, symbols: symbols, streams: choice.streams, hosts: hosts)
      }
      return try RecordingPlan.together(plans)
    }

    private func symbols(
      of venue: String, _ scenario: Scenario
    ) throws(CommandFailure) -> [String] {
      let own = scenario.instruments.filter { $0.hasPrefix(venue + ":") }
      guard !own.isEmpty else {
        throw CommandFailure(
          .badInput,
          "\(config): `instruments` names none of \(venue); write \(venue):SYMBOL, or leave out the venue"
        )
      }
      return own.map { String($0.dropFirst(venue.count + 1)) }
    }

    /// Standard input's key, or those of settings and store.
    private func runKeys(
      _ choices: [VenueChoice], _ configured: Configured, _ log: RunLog
    ) throws -> [RunKey] {
      let sources = RunKeys(
        configured: configured, store: store, named: keys, otherwise: "; --paper needs none",
        announce: log.announce)
      guard credentials else { return try sources.keys(of: choices.map(\.name)) }
      guard keys.isEmpty else { throw RunKeys.unused(keys, "standard input has one") }
      guard choices.count == 1 else {
        throw CommandFailure(
          .usage,
          "--credentials gives one key, and \(config) has \(choices.count) venues: put a key for each into "
            + "the key store with `cryptobot keys add`")
      }
      return try [RunKey(KeyMaterial.fromStandardInput(), for: choices[0].name)]
    }
  }
#endif
