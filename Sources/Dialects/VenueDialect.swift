/// What every venue's language has in common, sans-I/O: bytes to events, orders to requests.
///
/// A dialect opens no socket and reads no clock. `ConnectionMachine` lives the connection, `MarketIntake`
/// watches what arrives, `RateBudget` and `ClockSkew` what leaves; whoever has the
/// sockets hands bytes in and carries requests out. To add a venue is to write one conformance.
///
/// The protocol was drawn against three: Binance (ids on every update, one key for REST and WebSocket),
/// Coinbase Advanced (a token signed anew for each subscription, one counter over a connection, orders
/// as running totals) and Kraken v2 (a checksum in place of ids, a token for each connection, a dead
/// man's switch). Hence decoding and asking are mutating: counters, books, nonces and tokens live in the
/// dialect.

public import TradingCore

/// A stream of one instrument.
public struct MarketStream: Equatable, Hashable, Sendable {
  public enum Kind: Equatable, Hashable, Sendable {
    case trades
    /// Trades of one order at one price, put together.
    case aggregateTrades
    case quotes
    /// Every change of the book, gathered over 100 ms or, slower, 1 s.
    case depth(isFast: Bool)
    /// The best so many levels as they are.
    case topLevels(Int)
    /// Closed candles of so many seconds.
    case candles(seconds: UInt32)
  }

  public var instrument: InstrumentID
  public var kind: Kind

  public init(_ kind: Kind, of instrument: InstrumentID) {
    (self.kind, self.instrument) = (kind, instrument)
  }
}

/// The sockets and hosts that a venue's language is spoken on.
public enum VenueChannel: Sendable, Equatable, CaseIterable {
  /// Requests over HTTP.
  case rest
  /// Market data.
  case market
  /// Requests and reports of an account.
  case account
}

/// An order with its id, as it is placed.
public struct PlacedOrder: Equatable, Sendable {
  public var id: OrderID
  public var terms: OrderTerms

  public init(_ id: OrderID, _ terms: OrderTerms) { (self.id, self.terms) = (id, terms) }
}

/// What can be asked of a venue.
public enum VenueAction: Equatable, Sendable {
  case ping
  case time
  /// Instruments, filters and limits; of all symbols when none is named.
  case exchangeInformation(symbols: [String])
  /// The book, so many levels a side.
  case snapshot(InstrumentID, levels: Int)
  /// The best bid and ask, and the last trade as far as the same answer tells it.
  case quote(InstrumentID)
  /// Candles of so many seconds that begin at `from` or later and have closed by `to`, at most a page of
  /// them (`VenueProfile.history`). Both moments must be multiples of the length since 1970.
  case candles(InstrumentID, seconds: UInt32, from: Timestamp, to: Timestamp)
  case place(PlacedOrder)
  /// As `place`, but the venue only checks it.
  case test(PlacedOrder)
  /// Orders placed together: two alternatives, or an entry and its exits.
  case placeList([PlacedOrder])
  case cancel(OrderID, InstrumentID)
  case cancelAll(InstrumentID)
  /// Cancels everything unless asked again before this span is over; `nil` ends that. A dead man's
  /// switch, where the venue has one.
  case cancelAllAfter(Interval?)
  /// A smaller quantity in all, filled lots included, that keeps the order's place in the queue.
  case shrink(OrderID, InstrumentID, to: Quantity)
  /// Cancel one and place another, which must be of the same instrument; only if the cancel succeeds.
  case replace(OrderID, by: PlacedOrder)
  /// Where an order stands.
  /// - page: where the search for it goes on, as the answer before told (`VenueOutcome.halfway`); `nil` for its
  ///   beginning.
  case query(OrderID, InstrumentID, page: String? = nil)
  /// Whoever placed them; of all instruments when `nil`.
  case openOrders(InstrumentID?)
  /// Orders open and ended, from the venue's id on.
  case allOrders(InstrumentID, from: Int64)
  /// Our fills from a trade id on.
  case fills(InstrumentID, from: Int64)
  /// The fills of one order, by the venue's id.
  /// - page: where the list goes on, as the answer before told (`VenueOutcome.halfway`); `nil` for its
  ///   beginning.
  case fillsOf(OrderID, InstrumentID, venueOrder: Int64, page: String? = nil)
  /// What the account holds; an asset that is not in the answer it holds nothing of.
  case account
  /// What the account is worth to a venue that lends, and how much of it open positions hold.
  case margin
  /// What was opened on credit and is not closed yet.
  case positions
  /// What the key that signs may do, at a venue that says so.
  case permissions
  /// How much of the account's order limits is used.
  case orderCounts
  /// Signs a WebSocket in, or asks over HTTP for what signs one in.
  case logOn
  /// Reports of the account begin, on a WebSocket.
  case followAccount
}

/// What one frame is.
public enum FrameMeaning: Equatable, Sendable {
  /// Facts, appended to the batch.
  case events
  /// Understood and no fact, or not known: counted by name.
  case counted
  /// The answer to a subscription.
  case subscription(id: Int64, isAccepted: Bool)
  /// The answer to a request, which `answer` reads.
  case reply(id: Int64)
  /// The venue will close the connection.
  case shutdown
  /// The account's reports have ended; they have to be asked for again.
  case accountEnded
}

/// What became of a request.
public enum VenueOutcome: Equatable, Sendable {
  /// It was done; what it brought is in the batch.
  case done
  /// The venue refused it, and nothing happened. A cancel or an amendment refused for `unknownOrder` came
  /// too late: the order has ended, and its report says how.
  case rejected(VenueRejection)
  /// The venue does not know the order.
  case noSuchOrder
  /// An answer brought a part of what was asked for, if anything; the rest can be asked for at once, with `next` as
  /// the question's page. What no part finds was not there when the first one was asked; what one finds was so when
  /// that one was.
  case halfway(next: String)
  /// Too many requests, and nothing happened; `wait` is as long as the venue says, `until` an end it
  /// names.
  case limited(isBan: Bool, wait: Interval?, until: Timestamp?)
  /// Our time is outside the venue's window, and nothing happened: sample its clock again.
  case clockSkew
  /// Key, signature or permission are wrong, and nothing happened.
  case unauthorised(VenueRejection)
  /// It may or may not have happened. Never send it again: query.
  case unknown
}

/// A venue's refusal in its own words and in ours.
public struct VenueRejection: Equatable, Sendable {
  /// The venue's number for it; 0 where it gives none.
  public var code: Int
  public var reason: RejectReason
  /// The venue's text, at most 200 characters.
  public var text: String

  public init(code: Int, reason: RejectReason, text: String) {
    (self.code, self.reason, self.text) = (code, reason, text)
  }
}

/// One venue's language.
public protocol VenueDialect: ~Copyable {
  /// What the venue is and what this dialect can do there.
  static var profile: VenueProfile { get }

  /// A venue's language at some hosts.
  /// - Parameters:
  ///   - orders: makes and reads the names of our orders.
  ///   - credentials: `nil` for market data alone.
  ///   - window: how long after its time a request is still good, where the venue lets one say it.
  init(
    hosts: VenueHosts, orders: ClientOrderIDs, credentials: consuming Credentials?,
    window: Interval)

  /// Refuses a key that nothing here can be signed with, so that nobody stores or switches to one.
  /// - Throws: `DialectError.key` saying which kind the venue takes.
  static func expectKey(_ credentials: borrowing Credentials) throws(DialectError)

  /// Instruments and assets, which grow as they are defined.
  var directory: VenueDirectory { get set }

  /// What the venue allows and expects of a connection.
  var connectionRules: ConnectionRules { get }

  /// Where the venue listens.
  var hosts: VenueHosts { get }

  /// Where a channel is reached: a URL without a trailing slash.
  func address(of channel: VenueChannel) -> String

  /// The frames that subscribe to some streams, each with its id.
  /// - Throws: `DialectError` for a stream the venue has no words for.
  mutating func subscriptions(
    to streams: [MarketStream], firstID: Int64
  ) throws(DialectError) -> [VenueRequest]

  /// Whether the book's snapshot comes with the subscription to its changes. Else it is asked for
  /// (`VenueAction.snapshot`).
  var sendsBooks: Bool { get }

  /// The frames that subscribe to an instrument's book anew, where the venue sends it with the subscription;
  /// their ids begin at `firstID`.
  /// - Throws: `DialectError.undefined` for an instrument that is not in the directory.
  mutating func resubscription(
    to stream: MarketStream, firstID: Int64
  ) throws(DialectError) -> [VenueRequest]

  /// Reads one frame that came on a link at `time`. What a venue counts or checks from a connection's
  /// beginning, a dialect keeps by its link; a number that it has not seen is a new connection. When it
  /// throws, the batch is as it was, and the same frame
  /// can be read again once what is undefined has been added to the directory.
  /// - Throws: `DialectError.malformed` saying where, or `.undefined` naming what.
  mutating func decode(
    _ frame: Span<UInt8>, on link: LinkID, at time: Timestamp, into batch: inout FrameBatch
  ) throws(DialectError) -> FrameMeaning

  /// Signs with other credentials from now on, or with none; what was made with the old ones, such as a
  /// token, is forgotten.
  /// - Returns: the old ones, which are wiped unless they are kept.
  mutating func use(_ credentials: consuming Credentials?) -> Credentials?

  /// How a session asks this; market data's questions go over HTTP whatever is said here.
  func transport(of action: VenueAction) -> VenueTransport

  /// Whether a question or a request can be asked over HTTP too, for when the account's WebSocket is away.
  func isTakenOverHTTP(_ action: VenueAction) -> Bool

  /// Whether signed requests over HTTP have to arrive in the order they were made, as where each has a number
  /// that must rise.
  var isAskedInTurn: Bool { get }

  /// How long what `VenueAction.logOn` brings over HTTP is good for, before it is asked for anew; `nil` where
  /// a session needs no such thing.
  var logOnLife: Interval? { get }

  /// Whether a request that comes too late is answered as one that no known key has signed.
  var refusesLateAsUnsigned: Bool { get }

  /// What the venue counts of a key's requests and tells in no answer.
  var keyLimits: [RateLimit] { get }

  /// Makes a request. `time` is the venue's (`ClockSkew.venueTime`), which a signature covers.
  /// - Throws: `DialectError.inexpressible`, `.unnamed`, `.undefined` or `.key`.
  mutating func request(
    _ action: VenueAction, id: Int64, over transport: VenueTransport, at time: Timestamp
  ) throws(DialectError) -> VenueRequest

  /// Whether one request over this road asks another question as well, or cancels another order as well: one list
  /// of the venue's answers all, or names them.
  /// - Parameter questions: not empty, and such as go together already.
  func areAskedTogether(
    _ questions: [VenueAction], _ other: VenueAction, over transport: VenueTransport
  ) -> Bool

  /// Makes one request for several questions of which one list tells, or for cancels. What comes is read with
  /// `answer` for each of them, and `VenueOutcome.halfway` says of a question that the list did not settle it.
  /// - Parameter questions: two or more, and such as `areAskedTogether`.
  /// - Throws: as `request` does.
  mutating func request(
    together questions: [VenueAction], id: Int64, over transport: VenueTransport, at time: Timestamp
  ) throws(DialectError) -> VenueRequest

  /// Reads what a venue answered to an action, or what is to be made of no answer (`nil`). When it
  /// throws, the batch is as it was but for the use of limits that headers told.
  /// - Throws: `DialectError.undefined` naming what has to be added to the directory, after which the
  ///   same answer can be read again; `.malformed` for one that breaks the venue's rules. For an order
  ///   or a cancel that is as unknown an outcome as no answer: read `nil` in its place.
  mutating func answer(
    _ response: VenueResponse?, to action: VenueAction, at time: Timestamp,
    into batch: inout FrameBatch
  ) throws(DialectError) -> VenueOutcome
}

extension VenueDialect where Self: ~Copyable {
  /// The name users and journals know it by.
  public static var name: String { profile.name }

  /// At the venue's host for it.
  public func address(of channel: VenueChannel) -> String { hosts[channel] }

  /// Books are asked for.
  public var sendsBooks: Bool { false }

  /// All on the account's WebSocket.
  public func transport(of action: VenueAction) -> VenueTransport { .webSocket }

  /// All but what is about a WebSocket itself.
  public func isTakenOverHTTP(_ action: VenueAction) -> Bool {
    action != .followAccount && action != .logOn
  }

  /// Answers tell.
  public var keyLimits: [RateLimit] { [] }

  /// Every question is asked by itself.
  public func areAskedTogether(
    _ questions: [VenueAction], _ other: VenueAction, over transport: VenueTransport
  ) -> Bool { false }

  /// No list tells of several.
  public mutating func request(
    together questions: [VenueAction], id: Int64, over transport: VenueTransport, at time: Timestamp
  ) throws(DialectError) -> VenueRequest {
    throw .inexpressible("\(Self.name) has no list that answers several questions")
  }

  /// Each request is signed for itself.
  public var isAskedInTurn: Bool { false }

  /// Links sign in by themselves.
  public var logOnLife: Interval? { nil }

  /// A refusal for its time has a word of its own.
  public var refusesLateAsUnsigned: Bool { false }

  /// None: books are asked for.
  public mutating func resubscription(
    to stream: MarketStream, firstID: Int64
  ) throws(DialectError) -> [VenueRequest] { [] }
}
