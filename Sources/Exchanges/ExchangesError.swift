/// Why a venue could not be reached, asked or understood, in words that say what to do.

internal import TradingCore

/// What went wrong at one of a run's venues.
public struct VenueFailure: Error, CustomStringConvertible {
  /// The venue's name.
  public let venue: String
  /// What went wrong there.
  public let cause: any Error

  package init(venue: String, cause: any Error) { (self.venue, self.cause) = (venue, cause) }

  /// An error with its venue's name where there are several, else as it is.
  static func of(_ venue: String, _ error: any Error, ofSeveral isSeveral: Bool) -> any Error {
    isSeveral ? VenueFailure(venue: venue, cause: error) : error
  }

  /// The venue's name, then its error.
  public var description: String { "\(venue): \(cause)" }
}

/// What went wrong with a venue, by what a caller has to tell apart.
public enum ExchangesError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A name that is no venue of ours.
  case unknownVenue(String)
  /// A venue that was to be recorded twice into one journal.
  case repeatedVenue(String)
  /// More instruments or assets than a journal has ids for.
  case tooMany(String)
  /// A venue without a test network.
  case noTestNetwork(String)
  /// A symbol that was named twice.
  case repeatedSymbol(String)
  /// A symbol that the venue does not have, in its own words where it gave any.
  case unknownSymbol(String)
  /// A stream that is not one, or that the venue does not have.
  case unknownStream(String)
  /// Candles that the venue does not have any more, or not yet.
  case noHistory(String)
  /// A URL that is none.
  case address(String)
  /// Nobody answers there.
  case unreachable(address: String, reason: String)
  /// The venue answered, and not with what was asked for.
  case answer(String)
  /// An instrument whose grid cannot be taken, and why.
  case grid(symbol: String, reason: String)
  /// Certificates that cannot be read.
  case certificates(path: String, reason: String)
  /// The venue does not take what a request was signed with.
  case key(String)
  /// The venue does not take a subscription, or no key is left to ask it with.
  case refused(String)

  /// One sentence for people.
  public var description: String {
    switch self {
    case .unknownVenue(let name):
      "there is no venue `\(name)`; known: \(VenueRegistry.names.joined(separator: ", "))"
    case .repeatedVenue(let name):
      "\(name) is named twice; name it once, with all its symbols behind it"
    case .tooMany(let what):
      "a journal has ids for \(InstrumentID.capacity) \(what), and these are more; record fewer in one"
    case .noTestNetwork(let name):
      "\(name) has no test network; give addresses of your own, or trade on paper"
    case .repeatedSymbol(let symbol): "\(symbol) is named twice; name it once"
    case .unknownSymbol(let text): text
    case .unknownStream(let text): text
    case .noHistory(let text): text
    case .address(let url): "\(url) is no address such as https://host:port or wss://host:port"
    case .unreachable(let address, let reason):
      "\(address) cannot be reached: \(reason); check the address and the network"
    case .answer(let text): text
    case .grid(let symbol, let reason): "\(symbol): \(reason)"
    case .certificates(let path, let reason):
      "\(path): no PEM certificates can be read there (\(reason)); check the file"
    case .key(let text): text
    case .refused(let text): text
    }
  }
}
