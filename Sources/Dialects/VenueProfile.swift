/// What a venue is and what its dialect can do, as people ask before they rely on it. The registry of venues
/// prints it; but for how long a dead man's switch usually waits, nothing decides by it that the dialect does not
/// decide itself.

public import TradingCore

/// What can be done at a venue with an order or an account.
public enum VenueAbility: String, Sendable, CaseIterable {
  case place
  /// The venue checks an order and does not take it.
  case test
  case cancel
  case cancelAll
  /// Everything is canceled unless we go on asking: a dead man's switch.
  case cancelAllAfter
  /// An order's quantity shrinks and its place in the queue stays.
  case shrink
  /// Cancel one and place another in one request.
  case replace
  /// Alternatives, or an entry with its exits, placed together.
  case lists
  /// Reports of the account come by themselves.
  case reports
  /// It lends, and says what an account holds on credit.
  case margin
  /// It says what a key may do.
  case permissions

  /// In words.
  public var title: String {
    switch self {
    case .place: "place orders"
    case .test: "check an order without placing it"
    case .cancel: "cancel an order"
    case .cancelAll: "cancel all orders of an instrument"
    case .cancelAllAfter: "dead man's switch"
    case .shrink: "shrink an order in its place"
    case .replace: "replace an order in one request"
    case .lists: "lists (OCO, OTO)"
    case .reports: "reports of the account"
    case .margin: "say what an account holds on credit"
    case .permissions: "say what a key may do"
    }
  }
}

/// A venue in words and addresses.
public struct VenueProfile: Equatable, Sendable {
  /// The name users and journals know it by.
  public var name: String
  /// Its own name.
  public var title: String
  public var hosts: VenueHosts
  /// Its test network, whose money is not real; `nil` where there is none.
  public var testHosts: VenueHosts?
  /// A symbol as the venue spells it.
  public var exampleSymbol: String
  /// The streams that can be followed, by the names `record` knows.
  public var streams: [String]
  /// What it tells of the past.
  public var history: CandleHistory
  public var abilities: [VenueAbility]
  /// After how long without a sign of life a run's orders are usually canceled there; `nil` where there is no
  /// dead man's switch (`VenueAbility.cancelAllAfter`).
  public var deadMansSwitch: Interval?
  /// What a key consists of.
  public var key: String
  /// What else somebody should know who relies on it, a sentence each.
  public var notes: [String]

  public init(
    name: String, title: String, hosts: VenueHosts, testHosts: VenueHosts?, exampleSymbol: String,
    streams: [String], history: CandleHistory, abilities: [VenueAbility],
    deadMansSwitch: Interval? = nil, key: String,
    notes: [String] = []
  ) {
    (self.name, self.title) = (name, title)
    (self.hosts, self.testHosts) = (hosts, testHosts)
    self.exampleSymbol = exampleSymbol
    self.streams = streams
    self.history = history
    self.abilities = abilities
    self.deadMansSwitch = deadMansSwitch
    self.key = key
    self.notes = notes
  }
}

extension VenueProfile {
  /// Addresses of one's own: those without a path get the venue's.
  /// - Parameter account: as `market` where nobody follows an account.
  public func hosts(rest: String, market: String, account: String? = nil) -> VenueHosts {
    VenueHosts(
      rest: Self.with(rest, pathOf: hosts.rest), market: Self.with(market, pathOf: hosts.market),
      account: account.map { Self.with($0, pathOf: hosts.account) } ?? market)
  }

  private static func with(_ address: String, pathOf own: String) -> String {
    path(of: address).isEmpty ? VenueHosts.trimmed(address) + path(of: own) : address
  }

  /// A URL from the slash behind its host on; empty for none, and for that slash alone.
  private static func path(of address: String) -> Substring {
    var slashes = 0
    for index in address.indices where address[index] == "/" {
      slashes += 1
      if slashes == 3 { return address[index...] == "/" ? "" : address[index...] }
    }
    return ""
  }
}
