/// What frames and answers of a venue say, gathered: events for the journal, and what is not an event but
/// has to be acted on.

public import TradingCore

/// What a venue says an account holds of an asset. Not an event by itself: what we hold follows from our
/// fills, and a statement is what reconciliation compares it with.
public struct BalanceStatement: Equatable, Sendable, BitwiseCopyable {
  public var free: Money
  public var locked: Money
  /// When the venue last changed it.
  public var time: Timestamp
  public var asset: AssetID

  /// Free and locked together.
  public var total: Money { free + locked }

  public init(asset: AssetID, free: Money, locked: Money, time: Timestamp) {
    (self.free, self.locked, self.time, self.asset) = (free, locked, time, asset)
  }

  /// The statement as the whole amount, for the start of a journal.
  public var balance: AssetAmount { AssetAmount(asset: asset, amount: total) }
}

/// Where an order stands at the venue.
public enum VenueOrderStatus: UInt8, Sendable, BitwiseCopyable {
  case working = 0
  case partlyFilled = 1
  case filled = 2
  case canceled = 3
  case rejected = 4
  case expired = 5

  /// Whether nothing more will happen to it.
  public var isFinal: Bool { rawValue >= VenueOrderStatus.filled.rawValue }
}

/// An order as the venue sees it now: what an unknown outcome is resolved with, and what reconciliation
/// compares. It is no event, for the fills that led to it have to come first.
public struct OrderStanding: Equatable, Sendable, BitwiseCopyable {
  /// `.none` for an order that is not of this journal.
  public var order: OrderID
  public var venueOrderID: Int64
  public var price: Price
  /// All that was asked for.
  public var quantity: Quantity
  public var filled: Quantity
  public var time: Timestamp
  public var instrument: InstrumentID
  public var side: Side
  public var status: VenueOrderStatus

  public init(
    order: OrderID, venueOrderID: Int64, price: Price, quantity: Quantity, filled: Quantity,
    time: Timestamp, instrument: InstrumentID, side: Side, status: VenueOrderStatus
  ) {
    self.order = order
    self.venueOrderID = venueOrderID
    self.price = price
    self.quantity = quantity
    self.filled = filled
    self.time = time
    self.instrument = instrument
    self.side = side
    self.status = status
  }

  /// What the status says by itself, once every fill is journalled: accepted while it works, canceled,
  /// expired or rejected at its end; `nil` for a filled one, whose last fill says it.
  public var report: EventBody? {
    let report = OrderReport(order: order, venueOrderID: venueOrderID, instrument: instrument)
    switch status {
    case .working, .partlyFilled: return .accepted(report)
    case .canceled: return .canceled(report)
    case .expired: return .expired(report)
    case .rejected: return .rejected(report)
    case .filled: return nil
    }
  }
}

/// One of the account's trades as the venue lists it. Its fill has no order of ours: the venue's own id is
/// what leads to it.
public struct AccountTrade: Equatable, Sendable, BitwiseCopyable {
  public var venueOrderID: Int64
  public var time: Timestamp
  public var fill: Fill

  public init(venueOrderID: Int64, time: Timestamp, fill: Fill) {
    (self.venueOrderID, self.time, self.fill) = (venueOrderID, time, fill)
  }
}

/// Names of what was understood and became no event, with how often each came. Bounded: beyond its
/// capacity names count as "others".
public struct FrameCounts: Equatable, Sendable {
  /// Names kept apart.
  public static let capacity = 64

  /// Names in order of first appearance.
  public private(set) var names: [String] = []
  public private(set) var numbers: [UInt64] = []
  private var bytes: [[UInt8]] = []

  public init() {}

  /// How often a name came.
  public subscript(_ name: String) -> UInt64 {
    names.firstIndex(of: name).map { numbers[$0] } ?? 0
  }

  /// Counts the name at `range`. No allocation for a name that came before. O(names).
  mutating func count(_ text: Span<UInt8>, _ range: Range<Int>) {
    if let known = bytes.firstIndex(where: { Self.equals($0, text, range) }) {
      numbers[known] += 1
    } else {
      count(text.string(range))
    }
  }

  /// Counts a name of ours.
  mutating func count(_ name: String) {
    if let known = names.firstIndex(of: name) {
      numbers[known] += 1
      return
    }
    guard names.count < Self.capacity else { return count(others: 1) }
    names.append(name)
    numbers.append(1)
    bytes.append(Array(name.utf8))
  }

  private mutating func count(others number: UInt64) {
    if names.count == Self.capacity {
      names.append("others")
      numbers.append(0)
      bytes.append([])
    }
    numbers[Self.capacity] += number
  }

  private static func equals(_ name: [UInt8], _ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard name.count == range.count else { return false }
    return name.indices.allSatisfy { name[$0] == text[range.lowerBound + $0] }
  }
}

/// What one or more frames and answers said. One value is reused, so its arrays keep their room.
public struct FrameBatch: Sendable {
  /// For the journal, in the order they were said.
  public var events: ContiguousArray<Event> = []
  public var statements: ContiguousArray<BalanceStatement> = []
  public var standings: ContiguousArray<OrderStanding> = []
  public var trades: ContiguousArray<AccountTrade> = []
  /// What was listed for a person to look at.
  public var listing = AccountListing()
  /// The venue's clock, where it was asked for.
  public var venueTime = Timestamp.none
  /// What that time is rounded down to.
  public var venueResolution = FrameBatch.millisecond
  /// The last trade where a ticker tells less of it than an event holds.
  public var lastTrade: LastTrade?
  /// Instruments as the venue describes them.
  public var instruments: [InstrumentSpec] = []
  /// Limits that the venue publishes.
  public var limits: [RateLimit] = []
  /// How much of the limits is used, as the venue counts.
  public var uses: [RateUse] = []
  /// Numbers whose digits beyond 8 decimals were rounded, half to even.
  public var roundedNumbers: UInt64 = 0
  /// Bids at or above the ask, trades and candles of no quantity.
  public var oddMessages: UInt64 = 0
  /// Reports about orders that are not of this journal.
  public var foreignReports: UInt64 = 0
  /// What became no event, by name, over the whole connection.
  public var counts = FrameCounts()

  private static let millisecond = Interval(nanoseconds: 1_000_000)

  public init() {}

  /// Forgets what was said and keeps the counts and the room.
  public mutating func removeAll() {
    events.removeAll(keepingCapacity: true)
    statements.removeAll(keepingCapacity: true)
    standings.removeAll(keepingCapacity: true)
    trades.removeAll(keepingCapacity: true)
    listing = AccountListing()
    (venueTime, venueResolution) = (.none, Self.millisecond)
    lastTrade = nil
    instruments.removeAll()
    limits.removeAll()
    uses.removeAll()
  }
}

extension FrameBatch {
  /// How far a batch had come before a frame or an answer was read.
  struct Mark {
    fileprivate let events: Int
    fileprivate let statements: Int
    fileprivate let standings: Int
    fileprivate let trades: Int
    fileprivate let uses: Int
    fileprivate let roundedNumbers: UInt64
    fileprivate let oddMessages: UInt64
    fileprivate let foreignReports: UInt64
  }

  var mark: Mark {
    Mark(
      events: events.count, statements: statements.count, standings: standings.count,
      trades: trades.count, uses: uses.count, roundedNumbers: roundedNumbers,
      oddMessages: oddMessages, foreignReports: foreignReports)
  }

  /// Takes back what was said since a mark, for it will be said again. Names are counted last, when
  /// nothing can fail any more.
  mutating func takeBack(to mark: Mark) {
    events.removeLast(events.count - mark.events)
    statements.removeLast(statements.count - mark.statements)
    standings.removeLast(standings.count - mark.standings)
    trades.removeLast(trades.count - mark.trades)
    uses.removeLast(uses.count - mark.uses)
    roundedNumbers = mark.roundedNumbers
    oddMessages = mark.oddMessages
    foreignReports = mark.foreignReports
  }

  /// Appends a market message's events and counts what is odd about it. On a fault nothing is appended.
  mutating func append(
    _ message: borrowing Message, of instrument: InstrumentID, on grid: TickAndLot
  ) throws(LineFault) {
    let odd = try message.appendEvents(of: instrument, on: grid, to: &events)
    if !odd.isEmpty { oddMessages += 1 }
    roundedNumbers += UInt64(message.rounded)
  }
}
