/// Whatever shows a request to people, in every way that Swift has, shows no secret.

import Dialects
import Foundation
import Testing
import TradingCore

/// An error that carries something, as a careless one might.
private struct CarelessError: Error {
  let value: any Sendable
}

@Suite("Secrets out of sight")
struct RedactionTests {
  /// Every way in which Swift shows a value.
  private func everyShow(of value: any Sendable) -> [String] {
    let error = CarelessError(value: value)
    var dumps = ["", "", ""]
    dump(value, to: &dumps[0])
    dump([value], to: &dumps[1])
    dump(error, to: &dumps[2])
    return dumps + [
      String(describing: value), String(reflecting: value), "\(value)", "\([value])",
      "\(Optional(value) as Any)", "\(error)", String(reflecting: error),
      Mirror(reflecting: value).children.map { "\($0)" }.joined() + ".",
    ]
  }

  /// What must not be seen of a request: the key, the secret, and whatever was signed.
  private func secrets(of request: VenueRequest) -> [String] {
    let fixed = [fixtureKey, fixtureSecret, "recvWindow", "1700000000000"]
    switch request.payload {
    case .http(_, let target, _, let body):
      let sent = target + String(decoding: body, as: UTF8.self)
      return fixed + sent.components(separatedBy: "signature=").dropFirst()
    case .frame(let bytes):
      let text = String(decoding: bytes, as: UTF8.self)
      let signature = text.components(separatedBy: "\"signature\":\"").last?.prefix(64) ?? ""
      return fixed + [String(signature), "\(bytes[0]), \(bytes[1])"]
    }
  }

  @Test("no key, signature, query or form is shown, however a request is printed")
  func requests() throws {
    let terms = OrderTerms(
      instrument: InstrumentID(1), side: .sell, type: .market, quantity: Quantity(lots: 1))
    let actions: [(VenueAction, VenueTransport)] = [
      (.place(PlacedOrder(OrderID(7), terms)), .http), (.account, .http),
      (.place(PlacedOrder(OrderID(7), terms)), .webSocket), (.logOn, .webSocket),
    ]
    for (action, transport) in actions {
      var dialect = try fixtureDialect()
      let request = try dialect.request(action, id: 3, over: transport, at: arrival)
      var shown = everyShow(of: request) + everyShow(of: request.payload)
      if case .http(_, _, let headers, _) = request.payload {
        #expect(headers.contains { $0.value == fixtureKey })
        shown += headers.flatMap { everyShow(of: $0) } + everyShow(of: headers)
      }
      let secrets = secrets(of: request)
      #expect(secrets.allSatisfy { $0.count > 5 } && secrets.count > 4)
      for text in shown {
        #expect(!text.isEmpty && secrets.allSatisfy { !text.contains($0) })
      }
    }
  }

  @Test("what is shown still tells which request it is")
  func names() throws {
    var dialect = try fixtureDialect()
    let rest = try dialect.request(.account, id: 3, over: .http, at: arrival)
    #expect("\(rest)" == "GET /v3/account 3")
    #expect("\(rest.payload)" == "GET /v3/account, 0 bytes")
    let socket = try dialect.request(.account, id: 3, over: .webSocket, at: arrival)
    #expect("\(socket)" == "account.status 3")
    #expect("\(HTTPHeader("Retry-After", "7"))" == "Retry-After")
  }
}
