/// Where a venue listens: the exchange itself, its test network, or anything that speaks its language.

/// The addresses of one venue.
public struct VenueHosts: Equatable, Sendable {
  /// Requests over HTTP.
  public var rest: String
  /// Market data.
  public var market: String
  /// Requests and reports of an account.
  public var account: String

  /// Addresses of one's own, each a URL in front of what the dialect adds. A slash at an end is taken off.
  public init(rest: String, market: String, account: String) {
    self.rest = VenueHosts.trimmed(rest)
    self.market = VenueHosts.trimmed(market)
    self.account = VenueHosts.trimmed(account)
  }

  /// Where a channel is reached.
  public subscript(channel: VenueChannel) -> String {
    switch channel {
    case .rest: rest
    case .market: market
    case .account: account
    }
  }

  static func trimmed(_ address: String) -> String {
    var address = Substring(address)
    while address.last == "/" { address.removeLast() }
    return String(address)
  }
}
