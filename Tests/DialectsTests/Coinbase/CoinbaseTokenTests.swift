/// Tokens for Coinbase, against its own library and an independent reader of tokens.

import Dialects
import Foundation
import Testing
import TradingCore

@Suite("Tokens for Coinbase")
struct CoinbaseTokenTests {
  /// What `coinbase_tokens.py` says of one token.
  private struct Verdict: Decodable {
    struct Said: Decodable, Equatable {
      var header: [String: String]
      var claims: [String: String]

      /// Everything but what differs from token to token.
      var constant: [String: String] {
        header.merging(claims) { "\($0) \($1)" }.filter {
          !["nonce", "nbf", "exp"].contains($0.key)
        }
      }
    }
    var verified: Bool
    var ours: Said
    var theirs: Said
  }

  /// Exits with this where the packages cannot be had.
  private static let cannot: Int32 = 77

  private func judge(_ cases: [[String: String]]) throws -> [Verdict]? {
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: file) }
    try JSONSerialization.data(withJSONObject: cases).write(to: file)
    let tests = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let script = tests.appending(path: "EndToEnd/coinbase_tokens.py").path
    do {
      let said = try Tool.run("python3", ["-B", script, file.path])
      return try JSONDecoder().decode([Verdict].self, from: Data(said))
    } catch let failure as Tool.Failure where failure.status == Self.cannot {
      return nil
    }
  }

  @Test("what Coinbase's own library says in a token, ours says, and others verify it")
  func agreement() throws {
    var cases: [[String: String]] = []
    var names: [String] = []
    for form in CoinbaseKey.Form.allCases {
      let key = try CoinbaseKey(form)
      var dialect = try key.dialect()
      let requests: [(VenueRequest, String)] = [
        (
          try dialect.request(.account, id: 1, over: .http, at: arrival),
          "GET api.coinbase.com/api/v3/brokerage/accounts"
        ),
        (try dialect.request(.followAccount, id: 1, over: .webSocket, at: arrival), ""),
      ]
      for (request, use) in requests {
        cases.append([
          "token": request.token, "secret": key.secret, "open": key.open, "use": use,
          "name": CoinbaseKey.name,
        ])
        names.append("\(form) \(use)")
      }
    }
    guard let verdicts = try judge(cases) else {
      try Test.cancel("the packages to compare with cannot be had")
    }
    #expect(verdicts.count == 8)
    for (name, verdict) in zip(names, verdicts) {
      #expect(verdict.verified, "\(name)")
      let (ours, theirs) = (verdict.ours, verdict.theirs)
      let nonce = ours.header["nonce"] ?? ""
      #expect(nonce.count == 32 && hexBytes(nonce) != nil, "\(name)")
      #expect((ours.claims["nbf"], ours.claims["exp"]) == ("1700000000", "1700000120"))
      let (start, end) = (theirs.claims["nbf"] ?? "", theirs.claims["exp"] ?? "")
      #expect((Int(end) ?? 0) - (Int(start) ?? 0) == 120)
      #expect(ours.constant == theirs.constant, "\(name)")
      #expect(Set(ours.header.keys) == Set(theirs.header.keys), "\(name)")
      #expect(Set(ours.claims.keys) == Set(theirs.claims.keys), "\(name)")
    }
  }

  @Test("no two tokens are alike, and each subscription has its own")
  func nonces() throws {
    var dialect = try CoinbaseKey(.ed25519Base64).dialect()
    var tokens = Set<String>()
    for _ in 0..<50 {
      tokens.insert(try dialect.request(.account, id: 1, over: .http, at: arrival).token)
      tokens.insert(
        try dialect.request(.followAccount, id: 1, over: .webSocket, at: arrival).token)
    }
    #expect(tokens.count == 100)
    #expect(tokens.allSatisfy { $0.split(separator: ".").count == 3 })
  }

  @Test(
    "a token is of the host that is asked, and good for as long as a request may be under way",
    arguments: [
      (100, 0, 1), (2_000, 0, 2), (2_000, 1, 3), (2_500, 500, 3), (2_500, 501, 4),
      (120_000, 0, 120), (120_000, 1, 120), (600_000, 0, 120),
    ])
  func ownHost(window: Int64, late: Int64, life: Int64) throws {
    let key = try CoinbaseKey(.ed25519PEM)
    var dialect = CoinbaseDialect(
      hosts: VenueHosts(
        rest: "http://127.0.0.1:9000/api/v3/brokerage", market: "ws://127.0.0.1:9000",
        account: "ws://127.0.0.1:9000"), orders: fixtureOrders,
      credentials: try Credentials(
        apiKey: CoinbaseKey.name, signer: RequestSigner(key.secret.secret)),
      window: Interval(nanoseconds: window * 1_000_000))
    let time = arrival + Interval(nanoseconds: late * 1_000_000)
    let request = try dialect.request(.account, id: 1, over: .http, at: time)
    // The query is not signed.
    let claims = String(decoding: request.token.split(separator: ".")[1].utf8, as: UTF8.self)
    let padded =
      claims.replacing("-", with: "+").replacing("_", with: "/")
      + String(repeating: "=", count: (4 - claims.count % 4) % 4)
    let text = String(decoding: try #require(Data(base64Encoded: padded)), as: UTF8.self)
    #expect(text.contains(#""uri":"GET 127.0.0.1:9000/api/v3/brokerage/accounts""#))
    let start: Int64 = 1_700_000_000
    #expect(text.contains(#""nbf":\#(start),"exp":\#(start + life)"#))
  }

  @Test("a key that no token can be signed with is refused, and no key is asked for by name")
  func otherKeys() throws {
    let shared = "a shared secret of another venue"
    var dialect = try coinbaseDialect(
      try Credentials(apiKey: CoinbaseKey.name, signer: RequestSigner(shared.secret)))
    do throws(DialectError) {
      _ = try dialect.request(.account, id: 1, over: .http, at: arrival)
      Issue.record("a shared secret signed a token")
    } catch {
      #expect("\(error)".contains("P-256") && !"\(error)".contains(shared))
    }
    var open = try coinbaseDialect()
    #expect(throws: DialectError.key("GET /accounts needs one")) {
      _ = try open.request(.account, id: 1, over: .http, at: arrival)
    }
  }

  @Test("no token is shown, however a request is printed")
  func redaction() throws {
    var dialect = try CoinbaseKey(.sec1).dialect()
    let requests = [
      try dialect.request(.account, id: 1, over: .http, at: arrival),
      try dialect.request(.followAccount, id: 1, over: .webSocket, at: arrival),
    ]
    for request in requests {
      var dumped = ""
      dump(request, to: &dumped)
      dump(request.payload, to: &dumped)
      let shown = dumped + "\(request) \(request.payload)" + String(reflecting: request)
      let token = request.token
      #expect(token.count > 100)
      #expect(!shown.contains(token.suffix(40)) && !shown.contains(token.prefix(40)))
    }
  }
}
