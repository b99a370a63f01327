/// `cryptobot venues market`: what a market looks like now, asked in the open.

import ArgumentParser
import Dialects
import Exchanges
import Research

struct VenuesMarket: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "market",
    abstract: "A market as it is now: rules, best prices, last trade, book.",
    discussion: """
      Asks the venue over HTTP; no key is needed. The rules are the venue's own: the steps of prices and \
      quantities, the smallest and largest order, what the market is open for. The book has asks above and \
      bids below, the best in the middle; beside each level stand the sum of the quantities from the best one \
      on, and what that is worth at those prices, both exact. A quantity that a venue does not tell beside \
      its best prices is left out: it stands in the book. Rules, prices and book are separate answers, so in \
      a market that moves they can be a moment apart.

      Numbers are read to 8 decimals; where a venue tells more, it says how many were rounded.

      --json writes prices, quantities and sums as decimal text with all their digits; the basis points of \
      the spread are a number.

      Examples:
        cryptobot venues market kraken BTC/USD
        cryptobot venues market binance BTCUSDT --levels 50 --json
        cryptobot venues market coinbase BTC-USD --url http://127.0.0.1:9000
      """)

  @Argument(
    help: "A venue (\(VenueRegistry.names.joined(separator: ", "))).",
    completion: .list(VenueRegistry.names))
  var venue: String

  @Argument(help: "A symbol as the venue spells it, in either case.")
  var symbol: String

  @Option(help: "Levels a side of the book, 1 to \(VenuesMarket.mostLevels).")
  var levels = 10

  @Option(help: "The venue's REST address, instead of its own.")
  var url: String?

  @Option(help: "A PEM file of certificates to trust beside the system's.", completion: .file())
  var ca: String?

  @OptionGroup var settings: ConfigurationOptions

  @Flag(help: "Write JSON with stable keys.")
  var json = false

  /// What every venue gives at once.
  private static let mostLevels = 500

  func validate() throws {
    guard (1...Self.mostLevels).contains(levels) else {
      throw ValidationError("--levels \(levels): 1 to \(Self.mostLevels)")
    }
    guard !symbol.isEmpty else {
      throw ValidationError("a symbol is needed, as `venues list` has one for each venue")
    }
  }

  func run() throws {
    #if Live
      let entry = try VenueRegistry.entry(venue)
      if let ca, !Files.exists(ca) {
        throw CommandFailure(.noInput, "\(ca): no such file; check the path")
      }
      let hosts = try hosts()
      let finding = try entry.market(
        symbol, depth: levels, at: hosts, authority: ca, check: Interrupt.check)
      let words = MarketWords(finding, of: entry.profile, at: hosts.rest)
      try Output.result(json ? words.json.text() : words.text)
    #else
      throw CommandFailure.noNetwork
    #endif
  }
}

#if Live
  extension VenuesMarket {
    private func hosts() throws -> VenueHosts {
      let addresses = try VenueAddresses(
        url.map { [$0] } ?? [], nil, of: [venue], isTestnet: settings.testnet == true)
      let configured = try Configured(settings.values, file: settings.configFile)
      return try addresses.hosts(
        of: venue, isTestnet: configured.hasChosenTestnet(of: venue))
    }
  }
#endif
