/// What is asked of a venue when an order is placed: how it trades, how long it lives, what sets it off
/// and which other orders it belongs to.

/// How an order may trade. Raw values are journalled and never reused.
public enum OrderType: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  case market = 0
  case limit = 1
  /// A market order that waits until the market moves against it to the trigger, or trails it.
  case stop = 2
  /// A limit order that waits as a stop does.
  case stopLimit = 3
  /// A market order that waits until the market moves in its favour to the trigger.
  case takeProfit = 4
  /// A limit order that waits as a take-profit does.
  case takeProfitLimit = 5

  /// Whether it trades at its limit or better, rather than at any price.
  public var hasLimit: Bool { self == .limit || self == .stopLimit || self == .takeProfitLimit }
  /// Whether it waits for a trigger before it can trade.
  public var waitsForTrigger: Bool { rawValue >= OrderType.stop.rawValue }
  /// Whether what sets it off is the market moving against it.
  public var isStop: Bool { self == .stop || self == .stopLimit }
}

/// How long an order lives. Raw values are journalled and never reused.
public enum TimeInForce: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  case goodTillCanceled = 0
  case immediateOrCancel = 1
  case fillOrKill = 2
  /// Until `OrderTerms.expiry`.
  case goodTillDate = 3
}

/// What happens when an order would trade with another of the same account.
public enum SelfTrade: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// They trade.
  case allow = 0
  /// What is left of the arriving order expires.
  case expireTaker = 1
  /// The resting order expires.
  case expireMaker = 2
  case expireBoth = 3
}

/// Yes-or-no parts of an order's terms. Bits are journalled and never reused.
public struct OrderFlags: OptionSet, Hashable, Sendable, BitwiseCopyable {
  public var rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }
  /// It may only shrink a position.
  public static let reduceOnly = OrderFlags(rawValue: 1)
  /// It must rest: an order that would trade at once is rejected.
  public static let postOnly = OrderFlags(rawValue: 2)
  /// `quantity` counts 10⁻⁸ of the quote asset to spend or to earn, instead of lots.
  public static let inQuote = OrderFlags(rawValue: 4)

  private static let selfTradeShift: UInt8 = 4

  /// What to do where it meets an order of the same account: bits 4 and 5.
  public var selfTrade: SelfTrade {
    get { SelfTrade(rawValue: (rawValue >> Self.selfTradeShift) & 3) ?? .allow }
    set { rawValue = (rawValue & 0b1100_1111) | (newValue.rawValue << Self.selfTradeShift) }
  }
}

/// What an order is to the other orders of its list.
public enum ListRole: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// It stands alone.
  case none = 0
  /// One of two of which the first to trade, or to be set off, cancels the other (OCO).
  case alternative = 1
  /// The order whose complete fill places the rest of the list (OTO, bracket).
  case entry = 2
  /// Placed when the entry has filled; two of them are alternatives to each other.
  case exit = 3
  /// Placed only if the order before it could be canceled (cancel-replace).
  case replacement = 4
}

/// Where an order stands in a list of orders that were placed together, one directly after the other:
/// bits 0–2 the role, bits 3–4 how many orders of the list come before it, bit 5 whether it is the last.
public struct ListPlace: Hashable, Sendable, BitwiseCopyable {
  public var rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The most orders in a list.
  public static let capacity = 3

  /// - Parameter offset: orders of the list before this one, 0…2.
  public init(_ role: ListRole, offset: Int, isLast: Bool) {
    precondition((0..<ListPlace.capacity).contains(offset), "ListPlace: offset \(offset)")
    rawValue = role.rawValue | UInt8(offset) << 3 | (isLast ? 32 : 0)
  }

  /// No list.
  public static let alone = ListPlace(rawValue: 0)

  /// `nil` for a role this build does not know.
  public var role: ListRole? { ListRole(rawValue: rawValue & 7) }
  public var offset: Int { Int(rawValue >> 3 & 3) }
  public var isLast: Bool { rawValue & 32 != 0 }
}

/// What is asked of a venue: the part an operator's `place` and the engine's `order` share.
///
/// 39 bytes, so that an order with its cause fits an event. `price` is the limit and means nothing for
/// an order without one. Quantity is positive; the side gives the direction.
public struct OrderTerms: Equatable, Sendable, BitwiseCopyable {
  public var price: Price
  public var quantity: Quantity
  /// The price that sets off an order that waits; for a trailing one the price from which it begins to
  /// trail, zero for at once.
  public var trigger: Price
  /// UTC seconds since 1970 at which a good-till-date order ends, as venues count it; 0 for none.
  public var expirySeconds: UInt32
  public var instrument: InstrumentID
  /// How far a trailing stop stays behind the best price since it began, in 10⁻⁴ of that price; 0 for
  /// an order that does not trail.
  public var trailing: UInt16
  public var side: Side
  public var type: OrderType
  public var timeInForce: TimeInForce
  public var flags: OrderFlags
  /// Of how many parts an iceberg shows one at a time, the last of them smaller; 0 or 1 shows all.
  public var parts: UInt8
  public var list: ListPlace
  /// The strategy's book that the order trades for.
  public var book: BookID

  public init(
    instrument: InstrumentID, side: Side, type: OrderType, quantity: Quantity, price: Price = .zero,
    timeInForce: TimeInForce = .goodTillCanceled, reduceOnly: Bool = false
  ) {
    self.price = price
    self.quantity = quantity
    self.trigger = .zero
    self.expirySeconds = 0
    self.instrument = instrument
    self.trailing = 0
    self.side = side
    self.type = type
    self.timeInForce = timeInForce
    self.flags = reduceOnly ? .reduceOnly : []
    self.parts = 0
    self.list = .alone
    self.book = BookID(0)
  }

  /// Whether it may only shrink a position.
  public var reduceOnly: Bool { flags.contains(.reduceOnly) }

  /// When a good-till-date order ends; `.none` for the others.
  public var expiry: Timestamp {
    guard timeInForce == .goodTillDate else { return .none }
    return Timestamp(nanoseconds: Int64(expirySeconds) * 1_000_000_000)
  }

  /// Lots an order shows of `open`: all, or one part of an iceberg, rounded up.
  public func displayed(of open: Int64) -> Int64 {
    guard parts > 1 else { return open }
    let part = quantity.lots.addingClamped(Int64(parts) - 1) / Int64(parts)
    return min(open, max(1, part))
  }
}

extension OrderTerms: CanonicallyDecodable {
  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(price)
    bytes.append(trigger)
    bytes.append(quantity)
    bytes.append(expirySeconds)
    for number in [instrument.raw, trailing] { bytes.append(number) }
    for byte in [side.rawValue, type.rawValue, timeInForce.rawValue] { bytes.append(byte) }
    for byte in [flags.rawValue, parts, list.rawValue, book.raw] { bytes.append(byte) }
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    (price, trigger) = (try reader.take(), try reader.take())
    quantity = try reader.take()
    expirySeconds = try reader.take()
    (instrument, trailing) = (try reader.take(), try reader.take())
    (side, type) = (try reader.take(), try reader.take())
    timeInForce = try reader.take()
    flags = OrderFlags(rawValue: try reader.take())
    parts = try reader.take()
    list = ListPlace(rawValue: try reader.take())
    book = BookID(try reader.take())
  }
}
