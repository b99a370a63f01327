/// `cryptobot doctor`: whether this machine, its settings, its keys and the way to its venues are fit to trade.

import ArgumentParser
import Exchanges
import Research

struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Check disk, clock, permissions, keys and the way to the venues.",
    discussion: """
      Says of each check what was found, in figures, and what to do where that is not well. The exit code is \
      1 where a check fails; a warning is no failure.

        settings  environment and config.env are understood, and no secret lies open
        disk      where journals go: space, and what a write with fsync takes
        clock     whether the kernel keeps it, and how far it is from each venue's
        keys      the key store opens, its keys are in force and not due; with CRYPTOBOT_PASSPHRASE or \
      CRYPTOBOT_PASSPHRASE_FILE also whether that is its passphrase
        venue     REST answers with its time, a WebSocket opens: where `trade` would go, so Binance's test \
      network unless --no-testnet or BINANCE_TESTNET=false
        versions  this build and the libraries it runs with

      Examples:
        cryptobot doctor
        cryptobot doctor binance kraken --journals /srv/journals --json
        cryptobot doctor binance --url http://127.0.0.1:9000 --stream-url ws://127.0.0.1:9000
      """)

  @Argument(
    help:
      "Venues to ask (\(VenueRegistry.names.joined(separator: ", "))); else the first of these.",
    completion: .list(VenueRegistry.names))
  var venues: [String] = []

  @Option(help: "Where journals go, a folder.", completion: .directory)
  var journals = "."

  @Option(help: "A venue's REST address, instead of its own; VENUE=URL where there are several.")
  var url: [String] = []

  @Option(help: "The address of its streams, which goes with --url.")
  var streamUrl: [String] = []

  @Option(help: "A PEM file of certificates to trust beside the system's.", completion: .file())
  var ca: String?

  @OptionGroup var store: StoreOptions

  @OptionGroup var settings: ConfigurationOptions

  @Flag(help: "Write JSON with stable keys.")
  var json = false

  func run() throws {
    #if Live
      let asked = venues.isEmpty ? Array(VenueRegistry.names.prefix(1)) : venues
      let addresses = try VenueAddresses(
        url, streamUrl, of: asked, isTestnet: settings.testnet == true)
      let (configured, settingsFinding) = SettingsCheck.look(settings)
      var findings = [settingsFinding] + DiskCheck(folder: journals).findings
      findings.append(ClockCheck.kernel)
      findings += KeyStoreCheck(store).findings
      for venue in asked {
        findings += VenueCheck(venue, addresses, configured, authority: ca).findings
        try Interrupt.check()
      }
      findings.append(VersionCheck.finding)
      try Output.result(
        json
          ? JSONValue.object([
            ("isWell", .bool(!findings.hasFailed)), ("checks", .array(findings.map(\.json))),
          ]).text() : findings.text)
      if findings.hasFailed { throw CommandFailure(.no, "") }
    #else
      throw CommandFailure.noNetwork
    #endif
  }
}
