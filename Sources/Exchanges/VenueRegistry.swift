/// The venues, by the names users know them by. To add one is to write its dialect and to add its line here.

public import Dialects
internal import TradingCore

/// A venue that can be recorded and traded at.
public struct VenueEntry: Sendable {
  public let profile: VenueProfile
  /// Refuses a key that the venue cannot be signed to with: throws `DialectError.key`.
  public let expectKey: @Sendable (borrowing Credentials) throws(DialectError) -> Void
  /// Makes what records it.
  let recorder:
    @Sendable (RecordingPlan, RecordingQueue, any VenueWorld) throws(ExchangesError) -> any Recorder
  /// Makes what downloads its past.
  let history:
    @Sendable (HistoryPlan, HistoryDesk, any VenueWorld) throws(ExchangesError) ->
      any HistorySession
  /// Makes what trades at it; it is in nobody's hands yet.
  let account:
    @Sendable (consuming sending Credentials, sending AccountOpening) throws ->
      sending any AccountLink
  /// Begins to look at it, see `VenueProbe`; what is returned has to be kept until it has told.
  let begin:
    @Sendable (VenueHosts, any VenueWorld, @escaping (VenueFinding) -> Void) throws -> AnyObject
  /// Begins to look at a market, see `MarketLook`; as `begin`.
  let beginMarket:
    @Sendable (
      RecordingPlan, Int, any VenueWorld, @escaping (Result<MarketFinding, ExchangesError>) -> Void
    ) throws -> AnyObject
  /// Begins to look at an account there, see `AccountLook`; as `begin`.
  let beginAccount:
    @Sendable (
      VenueHosts, consuming Credentials, _ symbol: String, any VenueWorld,
      @escaping (Result<AccountFinding, any Error>) -> Void
    ) throws -> AnyObject

  static func entry<Dialect: VenueDialect & SendableMetatype & ~Copyable>(
    _: Dialect.Type
  ) -> VenueEntry {
    VenueEntry(
      profile: Dialect.profile,
      expectKey: { credentials throws(DialectError) in try Dialect.expectKey(credentials) },
      recorder: { plan, queue, world throws(ExchangesError) in
        let dialect = Dialect(
          hosts: plan.hosts, orders: ClientOrderIDs(journal: 0), credentials: nil, window: .second)
        return try MarketRecorder(plan, dialect, queue, in: world)
      },
      history: { plan, desk, world throws(ExchangesError) in
        let dialect = Dialect(
          hosts: plan.market.hosts, orders: ClientOrderIDs(journal: 0), credentials: nil,
          window: .second)
        return try CandleDownload(plan, dialect, desk, in: world)
      },
      account: { credentials, opening in
        var dialect = Dialect(
          hosts: opening.plan.hosts, orders: ClientOrderIDs(journal: opening.journal),
          credentials: credentials, window: opening.window)
        let assets = try AssetBook.read(
          opening.definitions, of: opening.plan.place, opening.ids, into: &dialect.directory)
        return try AccountSession(
          dialect, key: opening.key, assets, window: opening.window,
          deadMansSwitch: opening.deadMansSwitch, opening.inbox, opening.board,
          in: opening.world, announce: opening.announce)
      },
      begin: { hosts, world, then in
        let probe = VenueProbe<Dialect>(hosts, in: world, then: then)
        try probe.begin()
        return probe
      },
      beginMarket: { plan, depth, world, then in
        let look = try MarketLook<Dialect>(plan, depth: depth, in: world, then: then)
        look.begin()
        return look
      },
      beginAccount: { hosts, credentials, symbol, world, then in
        let look = try AccountLook<Dialect>(
          hosts, credentials, checking: symbol, in: world, then: then)
        look.goOn()
        return look
      })
  }
}

/// All of them.
public enum VenueRegistry {
  /// In the order they are listed.
  public static let entries: [VenueEntry] = [
    .entry(BinanceDialect.self), .entry(KrakenDialect.self), .entry(CoinbaseDialect.self),
  ]

  /// Their names.
  public static var names: [String] { entries.map(\.profile.name) }

  /// The venue of a name. O(venues).
  /// - Throws: `.unknownVenue`, with the names there are.
  public static func entry(_ name: String) throws(ExchangesError) -> VenueEntry {
    guard let entry = entries.first(where: { $0.profile.name == name }) else {
      throw .unknownVenue(name)
    }
    return entry
  }
}

extension VenueProfile {
  /// The hosts of its test network.
  /// - Throws: `.noTestNetwork` where it has none.
  public func testNetwork() throws(ExchangesError) -> VenueHosts {
    guard let testHosts else { throw .noTestNetwork(name) }
    return testHosts
  }
}
