/// Tokens that are what they should be, and tokens that are not: what the exchange takes in Coinbase's
/// language in place of a key.

import Dialects
import Foundation
import Testing
import TradingCore

@testable import ExchangeServer

@Suite("Tokens at the exchange")
struct CoinbaseClaimTests {
  /// What a test changes of a good token.
  struct Change: CustomTestStringConvertible {
    var testDescription: String
    var header: [String: String] = [:]
    var claims: [String: String] = [:]
    /// Seconds from now.
    var times: [String: Int64] = [:]
    var key = CoinbaseTestKey.edwards
    var isTaken = false
  }

  private static func base64(_ data: Data) -> String {
    data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
  }

  private func token(_ change: Change, at now: Timestamp) throws -> String {
    let start = now.nanoseconds / 1_000_000_000
    var header = ["alg": "EdDSA", "typ": "JWT", "kid": "edwards", "nonce": "1"]
    var claims: [String: Any] = [
      "sub": "edwards", "iss": "cdp", "nbf": start, "exp": start + 120,
      "uri": "GET \(DeskFixture.coinbaseHost)/api/v3/brokerage/accounts",
    ]
    header.merge(change.header) { $1 }
    claims.merge(change.claims) { $1 }
    claims.merge(change.times.mapValues { start + $0 }) { $1 }
    let signed =
      try [header, claims as Any].map {
        Self.base64(try JSONSerialization.data(withJSONObject: $0, options: .sortedKeys))
      }
      .joined(separator: ".")
    let signature = try change.key.signer().signature(over: Array(signed.utf8))
    return signed + "." + Self.base64(try #require(Data(base64Encoded: signature)))
  }

  @Test(
    "A token is taken for what it says, from its key, in its time",
    arguments: [
      Change(testDescription: "as it should be", isTaken: true),
      Change(
        testDescription: "just begun", times: ["nbf": 1, "exp": 121], isTaken: true),
      Change(testDescription: "for seconds", times: ["exp": 1], isTaken: true),
      Change(testDescription: "from the future", times: ["nbf": 2, "exp": 122]),
      Change(testDescription: "over", times: ["nbf": -120, "exp": 0]),
      Change(testDescription: "too long", times: ["exp": 121]),
      Change(testDescription: "of another issuer", claims: ["iss": "somebody"]),
      Change(testDescription: "of another subject", claims: ["sub": "p256"]),
      Change(
        testDescription: "for another request",
        claims: ["uri": "POST \(DeskFixture.coinbaseHost)/api/v3/brokerage/orders"]),
      Change(
        testDescription: "for another host",
        claims: ["uri": "GET api.coinbase.com/api/v3/brokerage/accounts"]),
      Change(
        testDescription: "of a stranger", header: ["kid": "stranger"], claims: ["sub": "stranger"]),
      Change(
        testDescription: "in the name of a shared secret", header: ["kid": DeskFixture.key],
        claims: ["sub": DeskFixture.key]),
      Change(testDescription: "with another algorithm's name", header: ["alg": "ES256"]),
      Change(testDescription: "without an algorithm", header: ["alg": "none"]),
      Change(testDescription: "signed by another key", header: ["alg": "ES256"], key: .p256),
    ])
  func tokens(change: Change) throws {
    var fixture = try DeskFixture.coinbase(.edwards)
    let token = try token(change, at: fixture.now)
    let answer = fixture.accounts(by: token)
    #expect(answer.status == (change.isTaken ? 200 : 401))
    #expect(change.isTaken || answer.text == "Unauthorized")
    // Any byte of it that is another one makes it worth nothing.
    var altered = Array(token.utf8)
    altered[altered.count / 2] ^= 1
    #expect(fixture.accounts(by: String(decoding: altered, as: UTF8.self)).status == 401)
    #expect(fixture.accounts(by: nil).status == 401)
    #expect(fixture.accounts(by: "a.b.c").status == 401)
    let signed = fixture.desk.traders[0].keys.map(\.signed)
    #expect(signed == [0, change.isTaken ? 1 : 0])
  }
}
