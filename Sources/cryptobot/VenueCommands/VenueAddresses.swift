/// Where the venues of a command line listen: their own hosts, their test networks, or addresses that were
/// given.

import ArgumentParser
import Dialects
import Exchanges

/// Addresses by venue.
struct VenueAddresses {
  private var rest: [String: String] = [:]
  private var streams: [String: String] = [:]
  /// - Parameters:
  ///   - isTestnet: whether the command line asks for test networks, beside which no address can be given.
  ///   - rest: addresses, each behind `VENUE=` where there are several venues.
  ///   - streams: as `rest`; a venue has both or none. `nil` where no streams are opened.
  /// - Throws: `ValidationError` for an address of nobody, or one without the other.
  init(
    _ rest: [String], _ streams: [String]?, of venues: [String], isTestnet: Bool
  ) throws(ValidationError) {
    for text in rest { try Self.enter(text, "--url", venues, &self.rest) }
    for text in streams ?? [] { try Self.enter(text, "--stream-url", venues, &self.streams) }
    guard streams == nil || Set(self.rest.keys) == Set(self.streams.keys) else {
      throw ValidationError("--url and --stream-url go together")
    }
    guard !isTestnet || rest.isEmpty else {
      throw ValidationError("--testnet has addresses of its own; leave out --url")
    }
  }

  private static func enter(
    _ text: String, _ option: String, _ venues: [String], _ table: inout [String: String]
  ) throws(ValidationError) {
    let named = venues.first { text.hasPrefix($0 + "=") }
    guard let venue = named ?? (venues.count == 1 ? venues[0] : nil) else {
      throw ValidationError(
        "\(option) \(text): say of which venue it is, as in \(option) \(venues[0])=\(text)")
    }
    guard table[venue] == nil else { throw ValidationError("\(option) of \(venue) is given twice") }
    table[venue] = named == nil ? text : String(text.dropFirst(venue.count + 1))
  }

  /// The hosts of one venue.
  /// - Parameter isTestnet: whether those of its test network, where no addresses were given.
  /// - Throws: `ExchangesError` for an unknown venue, and for a test network where there is none.
  func hosts(of venue: String, isTestnet: Bool) throws(ExchangesError) -> VenueHosts {
    let profile = try VenueRegistry.entry(venue).profile
    if let rest = rest[venue] {
      return profile.hosts(rest: rest, market: streams[venue] ?? profile.hosts.market)
    }
    return isTestnet ? try profile.testNetwork() : profile.hosts
  }
}
