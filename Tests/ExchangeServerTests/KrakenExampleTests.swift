/// Example requests of Kraken's clients, none of them written here, are taken by the exchange on loopback.

import Foundation
import Testing

@testable import ExchangeServer

@Suite(.disabled(if: ProcessInfo.processInfo.environment["CRYPTOBOT_SHARED"] == nil))
struct KrakenExampleTests {
  /// Sends an example with what cannot be the same here changed, and returns its answer.
  private static func answer(
    to name: String, _ changes: [String: String], by trader: inout KrakenTrader
  ) throws -> [String: Any] {
    let folder = ProcessInfo.processInfo.environment["CRYPTOBOT_SHARED"] ?? ""
    let path = "\(folder)/data/exchange-payload-fixtures/kraken/\(name).json"
    var text = try String(contentsOfFile: path, encoding: .utf8)
    let token = try trader.token
    for (old, new) in changes.merging(["TESTTOKEN": token], uniquingKeysWith: { $1 }) {
      #expect(text.contains(old), "\(name) has no \(old)")
      text = text.replacing(old, with: new)
    }
    trader.fixture.send(text, on: trader.connection)
    let messages = try trader.fixture.messages(on: trader.connection)
    return try #require(messages.first { $0["method"] != nil })
  }

  @Test func `An example order is placed, amended and canceled`() throws {
    var trader = try KrakenTrader.inSession(DeskFixture())
    let added = try Self.answer(
      to: "ws_add_order_request", ["BTC/USD": "BTC/USDT"], by: &trader)
    #expect(added["success"] as? Bool == true && added["req_id"] as? Int == 42)
    let result = try #require(added["result"] as? [String: Any])
    #expect(result["cl_ord_id"] as? String == "O-20260505-000001")
    let id = try #require(result["order_id"] as? String)
    let same = ["OABCDE-12345-FGHIJ": id]
    let amended = try Self.answer(to: "ws_amend_order_request", same, by: &trader)
    #expect(amended["success"] as? Bool == true && amended["req_id"] as? Int == 43)
    let canceled = try Self.answer(to: "ws_cancel_order_request", same, by: &trader)
    #expect(canceled["success"] as? Bool == true && canceled["req_id"] as? Int == 44)
    let again = try Self.answer(to: "ws_cancel_order_request", same, by: &trader)
    #expect(again["success"] as? Bool == false)
  }

  @Test func `Orders in one request are not taken, and the answer says so`() throws {
    var trader = try KrakenTrader.inSession(DeskFixture())
    let refused = try Self.answer(
      to: "ws_batch_add_request", ["BTC/USD": "BTC/USDT"], by: &trader)
    #expect(refused["success"] as? Bool == false && refused["req_id"] as? Int == 45)
    #expect((refused["error"] as? String)?.isEmpty == false)
  }
}
