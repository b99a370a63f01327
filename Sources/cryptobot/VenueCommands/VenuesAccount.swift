/// `cryptobot venues account`: what a venue says that a key's account holds, and what the key may do.

import ArgumentParser
import Dialects
import Exchanges
import Journal
import Research
import Store
import TradingCore

struct VenuesAccount: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "account",
    abstract: "Balances, open orders and margin of a key's account, and what the key may do.",
    discussion: """
      Everything is as the venue says it: assets and orders of markets that nobody trades here as well. \
      An order of a journal that --journal names is shown with the event that placed it.

      Whether the key may place orders is found out by giving the venue one to check, the least that the \
      market of --symbol takes, far below its price; it is never placed. A key that may send money away \
      is warned of, where the venue says so (Coinbase).

      The key is found as `trade --live` finds it: in the settings, else in the key store, or with \
      --credentials on standard input. The exit code is 77 where the venue refuses it, 74 where nobody \
      answers.

      Examples:
        cryptobot venues account kraken
        cryptobot venues account binance --no-testnet --key main --journal live --json
      """)

  @Argument(help: "The venue's name.", completion: .list(VenueRegistry.names))
  var name: String

  @Option(
    name: .customLong("key"),
    help: "The account in the store: its label, or any of its keys' ids.")
  var key: String?

  @Flag(help: "Read the key from standard input: its id, then on further lines the secret.")
  var credentials = false

  @Option(help: "The market whose order the venue checks; else the venue's example.")
  var symbol: String?

  @Option(
    name: .customLong("journal"), help: "A journal whose orders are told from others'.",
    completion: .directory)
  var journals: [String] = []

  @Option(help: "The venue's REST address, instead of its own.")
  var url: String?

  @Option(help: "A PEM file of certificates to trust beside the system's.", completion: .file())
  var ca: String?

  @OptionGroup var store: StoreOptions

  @OptionGroup var settings: ConfigurationOptions

  @Flag(help: "Write JSON with stable keys.")
  var json = false

  func run() throws {
    #if Live
      let entry = try VenueRegistry.entry(name)
      if let ca, !Files.exists(ca) {
        throw CommandFailure(.noInput, "\(ca): no such file; check the path")
      }
      let configured = try Configured(settings.values, file: settings.configFile)
      let hosts = try hosts(configured)
      let origins = try journals.map { try OrderOrigin($0) }
      let key = try runKey(configured)
      let finding = try entry.lookAtAccount(
        at: hosts, key.credentials(), checking: symbol ?? entry.profile.exampleSymbol,
        authority: ca, check: Interrupt.check)
      if finding.listing.permissions?.mayWithdraw == true {
        Output.warn(
          "this key may send money away from \(name); make one that may not, and give that to the engine"
        )
      }
      let words = AccountWords(name, finding, origins)
      try Output.result(json ? words.json.text() : words.text)
    #else
      throw CommandFailure.noNetwork
    #endif
  }
}

#if Live
  extension VenuesAccount {
    private func hosts(_ configured: Configured) throws -> VenueHosts {
      let addresses = try VenueAddresses(
        url.map { [$0] } ?? [], nil, of: [name], isTestnet: settings.testnet == true)
      return try addresses.hosts(of: name, isTestnet: configured.isTestnet(of: name))
    }

    /// Standard input's key, or that of settings and store.
    private func runKey(_ configured: Configured) throws -> RunKey {
      let named = key.map { [$0] } ?? []
      guard credentials else {
        let sources = RunKeys(
          configured: configured, store: store, named: named, announce: { Output.warn($0) })
        return try sources.keys(of: [name])[0]
      }
      guard named.isEmpty else { throw RunKeys.unused(named, "standard input has one") }
      return try RunKey(KeyMaterial.fromStandardInput(), for: name)
    }
  }

  /// A journal, and the orders that were placed from it.
  struct OrderOrigin {
    let folder: String
    private let names: ClientOrderIDs

    /// - Throws: `JournalError` for a folder that is no journal.
    init(_ folder: String) throws {
      self.folder = folder
      let facts = try JournalReader(opening: folder, acceptingOpen: true).facts
      names = ClientOrderIDs(journal: facts.identity.id.low)
    }

    /// The event that placed an order of this name; `nil` for an order that is not the journal's.
    func event(of name: String) -> UInt64? {
      let order = names.order(name)
      return order == .none ? nil : order.raw
    }
  }
#endif
