/// Where Binance listens. Source: rest-api.md, web-socket-streams.md, web-socket-api.md and
/// testnet/general-info.md.

/// The addresses of one Binance: the exchange, its test network, or anything that speaks its language.
public struct BinanceHosts: Equatable, Sendable {
  /// Up to and without `/v3`.
  public var rest: String
  /// Up to and without `/ws` or `/stream`.
  public var market: String
  /// With the path.
  public var account: String

  /// Addresses of one's own. A slash at an end is taken off.
  public init(rest: String, market: String, account: String) {
    self.rest = BinanceHosts.trimmed(rest)
    self.market = BinanceHosts.trimmed(market)
    self.account = BinanceHosts.trimmed(account)
  }

  private static func trimmed(_ address: String) -> String {
    var address = Substring(address)
    while address.last == "/" { address.removeLast() }
    return String(address)
  }

  /// The exchange.
  public static let main = BinanceHosts(
    rest: "https://api.binance.com/api", market: "wss://stream.binance.com:9443",
    account: "wss://ws-api.binance.com:443/ws-api/v3")

  /// The exchange's hosts that serve nothing but market data.
  public static let dataOnly = BinanceHosts(
    rest: "https://data-api.binance.vision/api", market: "wss://data-stream.binance.vision",
    account: "wss://ws-api.binance.com:443/ws-api/v3")

  /// The test network, whose money is not real.
  public static let testnet = BinanceHosts(
    rest: "https://testnet.binance.vision/api", market: "wss://stream.testnet.binance.vision",
    account: "wss://ws-api.testnet.binance.vision/ws-api/v3")
}
