/// What a venue says about our orders, our account and its own connection. All are facts.

/// Why a venue refused an order or a request. Raw values are journalled and never reused.
public enum RejectReason: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  case other = 0
  case insufficientBalance = 1
  case noLiquidity = 2
  case wouldMatch = 3
  case unknownOrder = 4
  case filter = 5
  case marketClosed = 6
  case rateLimit = 7
  /// A waiting order's trigger was already behind the market.
  case wouldTrigger = 8
  /// It met an order of the same account.
  case selfTrade = 9
  /// Its time was up.
  case expiredByDate = 10
  /// Another order of its list traded, was set off or ended.
  case listEnded = 11
  case priceFilter = 12
  case percentPrice = 13
  case lotSize = 14
  case marketLotSize = 15
  case notional = 16
  case icebergParts = 17
  case maxOrders = 18
  case maxAlgoOrders = 19
  case maxIcebergOrders = 20
  case maxPosition = 21
  case trailingDelta = 22
  case maxAmends = 23
  /// It was to shrink a position and there is none left to shrink.
  case reduceOnly = 24
  /// Terms that do not go together.
  case malformed = 25
}

/// A step in an order's life that carries no more than a reason: accepted, rejected, sent, send
/// failed, triggered, canceled, expired, unknown.
public struct OrderReport: Equatable, Sendable, BitwiseCopyable {
  public var order: OrderID
  /// The venue's own id of the order; 0 where it gives none.
  public var venueOrderID: Int64
  public var instrument: InstrumentID
  public var reason: RejectReason

  public init(
    order: OrderID, venueOrderID: Int64 = 0, instrument: InstrumentID, reason: RejectReason = .other
  ) {
    self.order = order
    self.venueOrderID = venueOrderID
    self.instrument = instrument
    self.reason = reason
  }
}

/// An order's price and quantity after the venue changed them, or refused to: the terms that hold.
public struct Amended: Equatable, Sendable, BitwiseCopyable {
  public var order: OrderID
  public var price: Price
  /// The whole quantity of the order, what is filled of it included.
  public var quantity: Quantity
  public var instrument: InstrumentID

  public init(order: OrderID, price: Price, quantity: Quantity, instrument: InstrumentID) {
    self.order = order
    self.price = price
    self.quantity = quantity
    self.instrument = instrument
  }
}

/// Whether a fill rested in the book or took from it.
public enum Liquidity: UInt8, Sendable, BitwiseCopyable {
  case maker = 0
  case taker = 1
}

extension Liquidity: CustomStringConvertible {
  public var description: String { self == .maker ? "maker" : "taker" }
}

/// Part or all of an order was traded.
public struct Fill: Equatable, Sendable, BitwiseCopyable {
  public var order: OrderID
  public var price: Price
  public var quantity: Quantity
  /// The fee in 10^−commissionDecimals of `feeAsset`; negative is a rebate.
  public var fee: Int64
  /// The venue's trade id; in a simulation our own count.
  public var tradeID: Int64
  public var feeAsset: AssetID
  public var instrument: InstrumentID
  public var side: Side
  public var liquidity: Liquidity

  public init(
    order: OrderID, instrument: InstrumentID, side: Side, price: Price, quantity: Quantity,
    fee: Int64, feeAsset: AssetID, tradeID: Int64, liquidity: Liquidity
  ) {
    self.order = order
    self.price = price
    self.quantity = quantity
    self.fee = fee
    self.tradeID = tradeID
    self.feeAsset = feeAsset
    self.instrument = instrument
    self.side = side
    self.liquidity = liquidity
  }
}

/// What an account holds of an asset (`balance`: the whole amount; `adjustment`: a difference that
/// reconciliation found). Before the first order a balance is opening capital; after it what differs from
/// what is known, like every adjustment, was put in or taken out, and is neither profit nor drawdown.
public struct AssetAmount: Equatable, Sendable, BitwiseCopyable {
  public var amount: Money
  public var asset: AssetID
  /// 0 where nobody says; `transferred` or `reconciled`.
  public var reason: UInt8

  /// It was put in, taken out or transferred, and the venue said so.
  public static let transferred: UInt8 = 1
  /// Reconciliation found it: the venue holds what no fill and no transfer that we know of explains.
  public static let reconciled: UInt8 = 2

  public init(asset: AssetID, amount: Money, reason: UInt8 = 0) {
    self.amount = amount
    self.asset = asset
    self.reason = reason
  }
}

/// The streams a recording can hold; a gap names one of them.
public enum StreamKind: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  case any = 0
  case trade = 1
  case quote = 2
  case depth = 3
  case candle = 4
  case account = 5
}

/// A connection to a venue opened or closed.
public struct ConnectionReport: Equatable, Sendable, BitwiseCopyable {
  /// 0 for a journal's only venue; where there are several, which of them, from 1.
  public var venue: UInt16
  public var stream: StreamKind

  public init(venue: UInt16, stream: StreamKind) {
    self.venue = venue
    self.stream = stream
  }

  /// Whether every instrument's stream ends with this connection. Where a journal has several venues, the
  /// gaps behind the report name those that do.
  public var endsAll: Bool { venue == 0 }
}

/// Why something is missing from a recording.
public enum GapReason: UInt8, Sendable, BitwiseCopyable {
  /// The venue's ids jumped.
  case sequence = 0
  /// Lines that could not be read were skipped on the user's word.
  case skippedLines = 1
  /// Our queue was full.
  case overflow = 2
  /// We were disconnected.
  case disconnected = 3
  /// The journal that held the events was damaged.
  case lostRecord = 4
  /// The book that followed from the venue's messages does not have the checksum it sent.
  case checksum = 5
}

/// Something is missing: the instrument, the stream, how many (0 = unknown) and why.
public struct Gap: Equatable, Sendable, BitwiseCopyable {
  public var count: UInt64
  public var instrument: InstrumentID
  public var stream: StreamKind
  public var reason: GapReason

  public init(instrument: InstrumentID, stream: StreamKind, count: UInt64, reason: GapReason) {
    self.count = count
    self.instrument = instrument
    self.stream = stream
    self.reason = reason
  }
}
