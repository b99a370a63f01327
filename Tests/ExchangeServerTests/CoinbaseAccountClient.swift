/// A client that trades at the exchange in Coinbase's language, with keys of its own.

import Dialects
import Foundation
import Testing
import TradingCore

@testable import ExchangeServer

/// Two keys that everybody knows, of the kinds that Coinbase takes.
enum CoinbaseTestKey: String, CaseIterable {
  case edwards, p256

  var secret: String {
    switch self {
    case .edwards:
      """
      -----BEGIN PRIVATE KEY-----
      MC4CAQAwBQYDK2VwBCIEIBdd88po714qnfCJWcjJw37D/NzmircijwPLcSvPIWzr
      -----END PRIVATE KEY-----
      """
    case .p256:
      """
      -----BEGIN PRIVATE KEY-----
      MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgBp7gZ8qkxWQwoQFK
      UrqE+OcoWiTV250CBdu3AEOXFMqhRANCAATytrruntzqXrdI9l49+3DravITmCBl
      bH4OnCVm2nhkFTfJqnkMzYOnhCQVbxuroLBB58mMq9iMravlIGhWFI7u
      -----END PRIVATE KEY-----
      """
    }
  }

  var open: String {
    switch self {
    case .edwards:
      """
      -----BEGIN PUBLIC KEY-----
      MCowBQYDK2VwAyEA5a/ICFWlBjyQWf7ytGqxKOlIc0noOaBo7BMxz98GjpA=
      -----END PUBLIC KEY-----
      """
    case .p256:
      """
      -----BEGIN PUBLIC KEY-----
      MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8ra67p7c6l63SPZePftw62ryE5gg
      ZWx+DpwlZtp4ZBU3yap5DM2Dp4QkFW8bq6CwQefJjKvYjK2r5SBoVhSO7g==
      -----END PUBLIC KEY-----
      """
    }
  }

  func signer() throws -> RequestSigner {
    var bytes = Array(secret.utf8)
    return try RequestSigner(Secret(wiping: &bytes))
  }
}

extension DeskFixture {
  /// What clients in Coinbase's language take it for.
  static let coinbaseHost = "127.0.0.1:9000"

  /// The fixture's first account with a key of the other kind beside its own.
  static func coinbase(_ key: CoinbaseTestKey) throws -> DeskFixture {
    var fixture = try DeskFixture()
    let body = ["apiKey": key.rawValue, "publicKey": key.open]
    let json = try JSONSerialization.data(withJSONObject: body)
    #expect(fixture.control("POST", "keys", String(decoding: json, as: UTF8.self)).status == 200)
    return fixture
  }

  /// Sends a request as it came out of a dialect.
  mutating func ask(_ request: VenueRequest) -> HTTPAnswer {
    guard case .http(let method, let target, let headers, let body) = request.payload else {
      return HTTPAnswer(0, [])
    }
    let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
    var lines = Dictionary(uniqueKeysWithValues: headers.map { ($0.name.lowercased(), $0.value) })
    lines["host"] = Self.coinbaseHost
    return desk.answer(
      HTTPCall(
        method: method.rawValue, path: "/api/v3/brokerage" + parts[0],
        query: Array((parts.count > 1 ? parts[1] : "").utf8), body: body, headers: lines), at: now)
  }

  /// Asks for the accounts with a token.
  mutating func accounts(by token: String?) -> HTTPAnswer {
    var headers = ["host": Self.coinbaseHost]
    if let token { headers["authorization"] = "Bearer " + token }
    return desk.answer(
      HTTPCall(method: "GET", path: "/api/v3/brokerage/accounts", headers: headers), at: now)
  }
}

/// A client that trades in Coinbase's language and follows its account.
struct CoinbaseAccountClient: ~Copyable {
  var fixture: DeskFixture
  var dialect: CoinbaseDialect
  private(set) var connection: Int
  private var link: LinkID = 1
  private var lastID: Int64 = 0
  var reports = FrameBatch()

  init(_ key: CoinbaseTestKey = .edwards) throws {
    var exchange = try DeskFixture.coinbase(key)
    let link = try exchange.connect("/")
    let host = DeskFixture.coinbaseHost
    var language = CoinbaseDialect(
      hosts: VenueHosts(
        rest: "http://\(host)/api/v3/brokerage", market: "ws://\(host)", account: "ws://\(host)"),
      orders: ClientOrderIDs(journal: 0xfeed),
      credentials: try Credentials(apiKey: key.rawValue, signer: try key.signer()))
    for (index, code) in ["BTC", "USDT"].enumerated() {
      try language.directory.add(AssetDefinition(asset: AssetID(UInt16(index))), code: code)
    }
    for case .instrument(let definition) in DeskFixture.market {
      try language.directory.add(definition, symbol: "BTC-USDT")
    }
    (fixture, connection) = (exchange, link)
    dialect = language
  }

  /// - Parameter listed: how many a list's page has at most, where it is to be fewer than a dialect asks for.
  mutating func ask(
    _ action: VenueAction, listed: Int? = nil
  ) throws -> (outcome: VenueOutcome, batch: FrameBatch) {
    lastID += 1
    var request = try dialect.request(action, id: lastID, over: .http, at: fixture.now)
    if let listed, case .http(let method, let target, let headers, let body) = request.payload {
      // A token is signed for a path, whatever is asked with it.
      request.payload = .http(
        method, target: target.replacing("limit=1000", with: "limit=\(listed)"), headers: headers,
        body: body)
    }
    let answer = fixture.ask(request)
    var batch = FrameBatch()
    let outcome = try dialect.answer(
      answer.isLost ? nil : VenueResponse(status: answer.status, body: answer.body), to: action,
      at: fixture.now, into: &batch)
    try hear()
    return (outcome, batch)
  }

  /// Follows the account on a new connection.
  mutating func follow() throws -> VenueOutcome? {
    if lastID > 0 {
      connection = try fixture.connect("/")
      link += 1
    }
    lastID += 1
    let request = try dialect.request(.followAccount, id: lastID, over: .webSocket, at: fixture.now)
    guard case .frame(let bytes) = request.payload else { return nil }
    fixture.send(String(decoding: bytes, as: UTF8.self), on: connection)
    return try hear()
  }

  /// Reads what was sent since the last look.
  /// - Returns: what became of the subscription, where it was answered.
  @discardableResult
  mutating func hear() throws -> VenueOutcome? {
    var outcome: VenueOutcome?
    for text in fixture.texts(on: connection) {
      let bytes = Array(text.utf8)
      switch try dialect.decode(bytes.span, on: link, at: fixture.now, into: &reports) {
      case .reply(let id):
        #expect(id == lastID)
        var batch = FrameBatch()
        outcome = try dialect.answer(
          VenueResponse(frame: bytes), to: .followAccount, at: fixture.now, into: &batch)
      case .accountEnded: hasEnded = true
      default: break
      }
    }
    return outcome
  }

  /// Whether reports were missing.
  private(set) var hasEnded = false

  mutating func takeReports() -> [VenueOrderStatus] {
    defer { reports.removeAll() }
    return reports.standings.map(\.status)
  }
}
