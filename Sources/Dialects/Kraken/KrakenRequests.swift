/// What is asked of Kraken over HTTP. Source: docs.kraken.com, REST, "Market Data".

import TradingCore

/// Turns actions into requests.
struct KrakenRequests {
  /// A request that needs no key.
  func open(_ action: VenueAction, id: Int64) throws(DialectError) -> VenueRequest {
    switch action {
    case .ping: return get("SystemStatus", id: id)
    case .time: return get("Time", id: id)
    case .exchangeInformation(let symbols):
      let pairs = PercentEncoding.encode(symbols.joined(separator: ","))
      return get(symbols.isEmpty ? "AssetPairs" : "AssetPairs?pair=" + pairs, id: id)
    case .snapshot:
      throw .inexpressible("Kraken sends a book with its subscription")
    default:
      throw .inexpressible("Kraken is followed for its market data only")
    }
  }

  private func get(_ endpoint: String, id: Int64) -> VenueRequest {
    let path = "/0/public/" + endpoint
    return VenueRequest(
      payload: .http(.get, target: path, headers: [], body: []),
      name: "GET " + path.prefix { $0 != "?" }, id: id, weight: 1, orders: 0)
  }
}
