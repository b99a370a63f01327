/// What the simulated exchange trades: a journal's or a scenario's market, with the settings, fees and
/// balances that go with it.

import ExchangeServer
import Journal
import Research
import TradingCore

/// A market to be served.
struct ExchangeMarket: Sendable {
  private enum Source: Sendable {
    case journal(String)
    case scenario(Backtest)
  }

  private let source: Source
  /// Settings, fees and new assets as facts; balances are the accounts'.
  let preamble: [Event]
  /// When the market's first event was.
  let firstTime: Timestamp
  /// Codes of assets by id.
  let assetCodes: [String]
  private let capital: [AssetAmount]

  /// A key that everybody knows: the exchange is on loopback and its money is none.
  static let demoKey = "demo7Hq2XvKp9LmZc4RtYw8BnJd3GfSa6EuVx1QiTo5PyMk0CrWj7NhZb2DgLe4A"
  static let demoSecret = "demoQ4tWm8ZrXc2VbNy6KjLp0HgFd9SaUe3IoRi7TqYw1PxMv5CzBn4GhJk6DfLs"

  /// The same for Coinbase's language, which takes no shared secret: an Ed25519 key as Coinbase issues them.
  static let demoCoinbaseKey = "organizations/demo/apiKeys/demo"
  static let demoCoinbaseSecret =
    "F13zymjvXiqd8IlZyMnDfsP83OaKtyKPA8txK88hbOvlr8gIVaUGPJBZ/vK0arEo6UhzSeg5oGjsEzHP3waOkA=="
  private static let demoCoinbasePublicKey = """
    -----BEGIN PUBLIC KEY-----
    MCowBQYDK2VwAyEA5a/ICFWlBjyQWf7ytGqxKOlIc0noOaBo7BMxz98GjpA=
    -----END PUBLIC KEY-----
    """

  /// What an account has of an asset that its scenario gives it nothing of.
  static let usualBase = 100
  static let usualQuote = 1_000_000

  /// - Throws: `CommandFailure`, `ScenarioError`, `JournalError`.
  init(_ input: String) throws {
    if Files.isFolder(input) {
      try self.init(journal: input)
    } else if Files.exists(input) {
      try self.init(scenario: input)
    } else {
      throw CommandFailure(.noInput, "\(input): no such scenario or journal; check the path")
    }
  }

  private init(journal: String) throws {
    let survey = try SourceSurvey(journal: journal, named: journal)
    source = .journal(journal)
    firstTime = survey.firstTime
    assetCodes = (0..<survey.names.assetCount).map { survey.names.code(AssetID(UInt16($0))) ?? "" }
    let rule = survey.defaultFillRule
    let fees = FeeSchedule(
      instrument: .none, maker: 100_000, taker: 100_000, currency: .received)
    preamble = [
      .configure(Configure(.account, value: Int64(AccountKind.spot.rawValue))),
      .configure(Configure(.fillRule, value: Int64(rule.rawValue))), .fee(fees),
    ].map { Event(receiveTime: survey.headTime, $0) }
    capital = ExchangeMarket.usual(survey.names, assetCodes.count)
  }

  private init(scenario file: String) throws {
    let backtest = try Backtest(ScenarioFile.read(file, setting: []), file: file)
    let plan = backtest.plan
    source = .scenario(backtest)
    firstTime = backtest.firstTime
    assetCodes = plan.assetCodes
    var given: [AssetAmount] = []
    var facts: [Event] = []
    for event in plan.preamble {
      switch event.body {
      case .balance(let balance): given.append(balance)
      case .configure(let change) where change.setting == .account: break
      default: facts.append(event)
      }
    }
    preamble = facts
    let usual = ExchangeMarket.usual(plan.survey.names, plan.survey.names.assetCount)
    capital = given + usual.filter { spare in !given.contains { $0.asset == spare.asset } }
  }

  /// Enough of every asset to try things out.
  private static func usual(_ names: Names, _ count: Int) -> [AssetAmount] {
    let quotes = names.instruments.compactMap { $0?.quote }
    return (0..<count).map { number in
      let asset = AssetID(UInt16(number))
      let coins = quotes.contains(asset) ? usualQuote : usualBase
      return AssetAmount(asset: asset, amount: Money(units: Int128(coins) * Money.one.units))
    }
  }

  var demoAccount: AccountSettings {
    let keys = [
      AccountSettings.Key(apiKey: Self.demoKey, credential: .secret(Array(Self.demoSecret.utf8))),
      AccountSettings.Key(
        apiKey: Self.demoCoinbaseKey,
        credential: .publicKey(Array(Self.demoCoinbasePublicKey.utf8))),
    ]
    return AccountSettings(keys: keys, balances: capital)
  }

  /// Balances as an accounts file gives them; what the scenario gives where it gives none.
  func balances(_ given: [String: Money]) throws(CommandFailure) -> [AssetAmount] {
    guard !given.isEmpty else { return capital }
    var balances: [AssetAmount] = []
    for (code, amount) in given.sorted(by: { $0.key < $1.key }) {
      guard let number = assetCodes.firstIndex(of: code) else {
        throw CommandFailure(
          .badInput,
          "balances: the market has no asset \(code); it has "
            + assetCodes.joined(separator: ", "))
      }
      balances.append(AssetAmount(asset: AssetID(UInt16(number)), amount: amount))
    }
    return balances
  }

  /// The market's facts; a scenario's as its backtest meets them, within its period.
  func openFeed() throws -> any Feed {
    switch source {
    case .journal(let path): try JournalFeed(opening: path)
    case .scenario(let backtest): try backtest.openFeed()
    }
  }
}
