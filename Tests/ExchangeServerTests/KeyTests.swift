/// Keys of an account that come and go: what each may still do, and what the exchange remembers of it.

import Foundation
import Testing
import TradingCore

@testable import ExchangeServer

@Suite struct KeyTests {
  static let second = "second"

  /// The keys by their ids, as the control endpoint has them.
  private func keys(of fixture: inout DeskFixture) throws -> [String: [String: Any]] {
    let body = try parsed(fixture.control("GET", "keys").body) as? [String: Any]
    let rows = try #require(body?["keys"] as? [[String: Any]])
    return Dictionary(uniqueKeysWithValues: rows.map { ($0["apiKey"] as? String ?? "", $0) })
  }

  private func add(to fixture: inout DeskFixture, _ more: String = "") -> HTTPAnswer {
    fixture.control(
      "POST", "keys",
      #"{"apiKey": "second", "secret": "\#(DeskFixture.secret)", "account": "\#(DeskFixture.key)"\#(more)}"#
    )
  }

  private func end(_ fixture: inout DeskFixture, _ key: String, in milliseconds: Int) {
    let query = Array("apiKey=\(key)&milliseconds=\(milliseconds)".utf8)
    _ = fixture.desk.answer(
      HTTPCall(method: "DELETE", path: "/control/keys", query: query), at: fixture.now)
  }

  @Test func `Another key of an account signs for it until its end, and its end is told`() throws {
    var fixture = try DeskFixture()
    #expect(add(to: &fixture).status == 200)
    _ = try fixture.signed(
      "POST", "order",
      "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&price=50000&quantity=0.1",
      key: Self.second)
    #expect(
      try (parsed(fixture.signed("GET", "openOrders").body) as? [Any])?.count == 1,
      "both are of one account")
    end(&fixture, Self.second, in: 1_000)
    #expect(try fixture.signed("GET", "account", key: Self.second).status == 200)
    fixture.pass(milliseconds: 1_000)
    let late = try fixture.signed("GET", "account", key: Self.second)
    #expect(String(decoding: late.body, as: UTF8.self).contains("-2015"))
    let held = try keys(of: &fixture)
    #expect(held[Self.second]?["signed"] as? Int == 2 && held[Self.second]?["late"] as? Int == 1)
    #expect(held[DeskFixture.key]?["signed"] as? Int == 1 && held[DeskFixture.key]?["end"] == nil)
  }

  @Test func `A user data stream ends with the key that asked for it, another goes on`() throws {
    var fixture = try DeskFixture()
    _ = add(to: &fixture)
    let connection = try fixture.connect("/ws-api/v3")
    fixture.send(try fixture.frame("userDataStream.subscribe.signature"), on: connection)
    _ = fixture.texts(on: connection)
    end(&fixture, Self.second, in: 0)
    #expect(fixture.texts(on: connection) == [])
    end(&fixture, DeskFixture.key, in: 200)
    fixture.pass(milliseconds: 100)
    #expect(!fixture.texts(on: connection).contains { $0.contains("eventStreamTerminated") })
    fixture.pass(milliseconds: 200)
    #expect(fixture.texts(on: connection).contains { $0.contains("eventStreamTerminated") })
  }

  @Test func `A key that is there, or has no secret, or is of nobody's account is not added`()
    throws
  {
    var fixture = try DeskFixture()
    #expect(add(to: &fixture).status == 200)
    #expect(add(to: &fixture).status == 400)
    for body in [
      #"{"apiKey": "third"}"#, #"{"apiKey": "third", "secret": ""}"#,
      #"{"apiKey": "third", "publicKey": "none"}"#,
      #"{"apiKey": "third", "secret": "s", "account": "nobody"}"#, #"{"secret": "s"}"#,
    ] {
      #expect(fixture.control("POST", "keys", body).status >= 400, "\(body)")
    }
    #expect(try keys(of: &fixture).count == 3)
  }
}
