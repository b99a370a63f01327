/// `cryptobot exchange`: the simulated exchange on loopback, for any client that speaks Binance's, Kraken's
/// or Coinbase's protocol.

import ArgumentParser
import Dispatch
import ExchangeServer
import Journal
import Research
import TradingCore

struct Exchange: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exchange",
    abstract: "Serve the simulated exchange on loopback, as Binance, Kraken or Coinbase would.",
    discussion: """
      The market is a journal's or a scenario's: its source, fees and fill rule. Every account meets \
      it by itself, as an order does in a backtest; orders change nothing in what others see. When \
      requests are answered, one line of JSON says where: rest, ws, wsApi, kraken, coinbase, \
      apiKey, secret, coinbaseApiKey, coinbaseSecret.

      The same market and the same accounts speak Kraken's WebSocket v2 below kraken (book with checksums, \
      trade, ticker, ohlc; executions and orders) and REST at rest; a pair is both assets with a slash \
      between, and a secret is base64 text. Coinbase's level2, market_trades, ticker, candles, heartbeats \
      and user are at coinbase, its REST at rest; a product is both assets with a dash between. From the \
      first token of Kraken's or request of Coinbase's on an account pays its fees in the quote asset.

      Recorded time is moved to now. --speed says how many recorded seconds go by in one, or max; \
      --history how much of the recording has happened before. --hold waits for POST /control/start.

      Faults, each as KIND[,every=N|,probability=P,seed=N][,times=N][,milliseconds=N][,stream=NAME]: gap, \
      disconnect, slow (market streams), checksum (books in Kraken's language), late-ack, lost-ack, error (answers to orders that were taken), \
      duplicate, reorder (user data), skew (the clock), ban. The same while it runs by POST \
      /control/faults with {"fault": KIND, "every": N, …} or {"seed": N, "faults": [{…}, …]}; GET shows \
      them with their strikes, DELETE ends them. GET /control/sent counts what left, with a digest for \
      each stream; GET /control/ledger has every order, trade and balance of each account; POST \
      /control/balance {"asset": A, "delta": D} pays in or out.

      Examples:
        cryptobot exchange scenarios/volatile-day.yaml
        cryptobot exchange january --port 9000 --speed 10 --history 1h
        cryptobot exchange january --fault gap,every=500,stream=btcusdt@trade --fault lost-ack,times=1
        cryptobot exchange january --accounts desk.yaml

      Some clients insist on TLS: --tls-certificate and --tls-key take PEM files, and the URLs become
      https and wss.

      An accounts file: accounts: [{apiKey: …, secret: … or publicKey: PEM text, balances: {BTC: 1}}]; \
      further keys of an account stand below `keys`, each with `apiKey` and `secret` or `publicKey`. In \
      Coinbase's language P-256 and Ed25519 keys sign, in Binance's secrets, Ed25519 and RSA keys.
      """)

  @Argument(
    help: "A scenario file, or the folder of a journal.",
    completion: .file(extensions: ["yaml", "yml"]))
  var input: String

  @Option(help: "The port; any that is free when left out.")
  var port = 0

  @Option(
    help: "Accounts and their keys, as YAML.", completion: .file(extensions: ["yaml", "yml"]))
  var accounts: String?

  @Option(help: "Recorded seconds in one, a whole number, or max.")
  var speed = "1"

  @Option(help: "How much of the recording has happened when the exchange opens.")
  var history = "0"

  @Option(help: "A fault; may be given several times.")
  var fault: [String] = []

  @Flag(help: "Let the market wait for POST /control/start.")
  var hold = false

  @Option(help: "Request weight that an address has in a minute.")
  var weightLimit: Int64 = 6_000

  @Option(help: "Orders that an account has in ten seconds.")
  var orderLimit: Int64 = 50

  @Option(
    help:
      "Count each key's questions in Kraken's language as for this tier: starter, intermediate or pro."
  )
  var krakenTier: String?

  @Option(help: "A certificate chain as PEM; connections are then encrypted.", completion: .file())
  var tlsCertificate: String?

  @Option(help: "The certificate's private key as PEM.", completion: .file())
  var tlsKey: String?

  func run() throws {
    #if Live
      let market = try ExchangeMarket(input)
      let accounts =
        try self.accounts.map { try AccountsFile.read($0, market) }
        ?? [market.demoAccount]
      let faults = try fault.map { text throws(CommandFailure) in
        guard let fault = Fault(text) else {
          throw CommandFailure(
            .usage, "--fault \(text): no such fault; see `cryptobot exchange --help`")
        }
        return fault
      }
      try serve(market, accounts, FaultPlan(faults))
    #else
      throw CommandFailure.noNetwork
    #endif
  }
}

#if Live
  extension Exchange {
    private func serve(
      _ market: ExchangeMarket, _ accounts: [AccountSettings], _ faults: FaultPlan
    ) throws {
      let pace = try pace()
      guard let history = Interval(history) else {
        throw CommandFailure(.usage, "--history \(history): a span such as 30m or 2h")
      }
      var limits = LimitSettings()
      (limits.weight, limits.tenSeconds) = (weightLimit, orderLimit)
      limits.krakenTier = try tier()
      let settings = limits
      let isHeld = hold
      try ExchangeListener.serve(port: port, identity: try identity()) { opening in
        var desk = try ExchangeDesk(
          accounts: accounts, preamble: market.preamble, limits: settings, at: opening)
        desk.faults = faults
        desk.isHeld = isHeld
        let replay = MarketReplay(
          try market.openFeed(), pace: pace, origin: market.firstTime + history, start: opening)
        return ExchangeListener.Offer(desk: desk, replay: replay)
      } ready: { port in
        try Output.result(announcement(port, market))
      } shouldStop: {
        Interrupt.isRequested
      }
    }

    private func identity() throws(CommandFailure) -> ExchangeListener.Identity? {
      switch (tlsCertificate, tlsKey) {
      case (nil, nil): return nil
      case (let certificate?, let key?):
        for path in [certificate, key] where !Files.exists(path) {
          throw CommandFailure(.noInput, "\(path): no such file; check the path")
        }
        return ExchangeListener.Identity(certificates: certificate, key: key)
      default:
        throw CommandFailure(.usage, "--tls-certificate and --tls-key belong together")
      }
    }

    /// The tier that was named.
    private func tier() throws(CommandFailure) -> KrakenTier? {
      guard let krakenTier else { return nil }
      guard let tier = KrakenTier(rawValue: krakenTier) else {
        let names = KrakenTier.allCases.map(\.rawValue).joined(separator: ", ")
        throw CommandFailure(
          .usage, "--kraken-tier \(krakenTier): no such tier; take one of \(names)")
      }
      return tier
    }

    private func pace() throws(CommandFailure) -> Pace {
      if speed == "max" { return .unlimited }
      guard let factor = Int64(speed), (1...1_000_000).contains(factor) else {
        throw CommandFailure(.usage, "--speed \(speed): a whole number from 1, or max")
      }
      return .times(factor)
    }

    /// Where the exchange is; with a demo key where no accounts were given.
    private func announcement(_ port: Int, _ market: ExchangeMarket) -> String {
      let place = "\(tlsKey == nil ? "" : "s")://127.0.0.1:\(port)"
      var members = [
        ("rest", "http" + place), ("ws", "ws" + place), ("wsApi", "ws" + place + "/ws-api/v3"),
        ("kraken", "ws" + place + "/v2"), ("coinbase", "ws" + place),
      ]
      if accounts == nil {
        members += [
          ("apiKey", ExchangeMarket.demoKey), ("secret", ExchangeMarket.demoSecret),
          ("coinbaseApiKey", ExchangeMarket.demoCoinbaseKey),
          ("coinbaseSecret", ExchangeMarket.demoCoinbaseSecret),
        ]
      }
      return JSONValue.object(members.map { ($0.0, .string($0.1)) }).text(pretty: false)
    }
  }
#endif
