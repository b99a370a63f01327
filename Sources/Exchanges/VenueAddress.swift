/// A venue's address, taken apart into what a socket needs.

/// Scheme, host, port and path of a URL. Nothing else of a URL is used here.
package struct VenueAddress: Equatable, Sendable, CustomStringConvertible {
  package var isSecure: Bool
  package var host: String
  package var port: Int
  /// Empty, or from its slash on.
  package var path: String

  /// - Throws: `ExchangesError.address` for text that is no `http`, `https`, `ws` or `wss` URL.
  package init(_ url: String) throws(ExchangesError) {
    let parts = url.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let isSecure = Self.schemes[String(parts[0])] else {
      throw .address(url)
    }
    let slash = parts[1].firstIndex(of: "/") ?? parts[1].endIndex
    let place = parts[1][..<slash].split(
      separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let port = place.count == 2 ? Int(place[1]) : isSecure ? 443 : 80
    guard let host = place.first, !host.isEmpty, let port, (1...65_535).contains(port) else {
      throw .address(url)
    }
    self.isSecure = isSecure
    self.host = String(host)
    self.port = port
    path = String(parts[1][slash...])
  }

  private static let schemes = ["http": false, "ws": false, "https": true, "wss": true]

  /// What the `Host` header says.
  var authority: String { port == (isSecure ? 443 : 80) ? host : "\(host):\(port)" }

  package var description: String { "\(host):\(port)" }
}
