/// What a market does: trades, quotes, book levels, candles, funding, readings from outside.
///
/// Field order is widest first so that every payload fits in 47 bytes beside its tag.

/// A trade, or an aggregate of trades at one price by one aggressor.
public struct Trade: Equatable, Sendable, BitwiseCopyable {
  public var price: Price
  public var quantity: Quantity
  /// The venue's id: trade id, or aggregate id when `count` covers several. 0 where it gives none.
  public var id: Int64
  /// The first trade id inside an aggregate; equal to `id` for a single trade.
  public var firstID: Int64
  /// Trades inside: 1 for a single trade; the last id is `firstID` + `count` − 1.
  public var count: UInt32
  public var instrument: InstrumentID
  /// Who crossed the spread: `buy` when the buyer did ("buyer is maker" false).
  public var aggressor: Side
  /// Whether `id` numbers aggregates rather than trades.
  public var isAggregate: Bool

  public init(
    instrument: InstrumentID, price: Price, quantity: Quantity, aggressor: Side, id: Int64,
    firstID: Int64, count: UInt32, isAggregate: Bool
  ) {
    self.price = price
    self.quantity = quantity
    self.id = id
    self.firstID = firstID
    self.count = count
    self.instrument = instrument
    self.aggressor = aggressor
    self.isAggregate = isAggregate
  }

  /// A single trade.
  public init(
    instrument: InstrumentID, price: Price, quantity: Quantity, aggressor: Side, id: Int64
  ) {
    self.init(
      instrument: instrument, price: price, quantity: quantity, aggressor: aggressor, id: id,
      firstID: id, count: 1, isAggregate: false)
  }
}

/// The best bid and ask at one update of the book. A side that is empty has quantity zero.
public struct Quote: Equatable, Sendable, BitwiseCopyable {
  public var bidPrice: Price
  public var bidQuantity: Quantity
  public var askPrice: Price
  public var askQuantity: Quantity
  /// The venue's update id of the book this quote was read from; 0 where it gives none.
  public var updateID: Int64
  public var instrument: InstrumentID

  public init(
    instrument: InstrumentID, bidPrice: Price, bidQuantity: Quantity, askPrice: Price,
    askQuantity: Quantity, updateID: Int64
  ) {
    self.bidPrice = bidPrice
    self.bidQuantity = bidQuantity
    self.askPrice = askPrice
    self.askQuantity = askQuantity
    self.updateID = updateID
    self.instrument = instrument
  }
}

/// Where an event stands in a run (one venue message that became several events), and whether the
/// message held no level at all.
public struct RunFlags: OptionSet, Hashable, Sendable, BitwiseCopyable {
  public var rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }
  public static let first = RunFlags(rawValue: 1)
  public static let last = RunFlags(rawValue: 2)
  /// The message carried no level; price and quantity are zero and mean nothing.
  public static let empty = RunFlags(rawValue: 4)
}

/// One level of an incremental book update: the new absolute quantity at a price, 0 removes it.
public struct Depth: Equatable, Sendable, BitwiseCopyable {
  public var price: Price
  public var quantity: Quantity
  /// The last update id in the message (Binance `u`).
  public var lastUpdateID: Int64
  /// Last minus first update id in the message (Binance `u` − `U`).
  public var updateSpan: UInt32
  public var instrument: InstrumentID
  public var side: Side
  public var flags: RunFlags

  public init(
    instrument: InstrumentID, side: Side, price: Price, quantity: Quantity, lastUpdateID: Int64,
    updateSpan: UInt32, flags: RunFlags
  ) {
    self.price = price
    self.quantity = quantity
    self.lastUpdateID = lastUpdateID
    self.updateSpan = updateSpan
    self.instrument = instrument
    self.side = side
    self.flags = flags
  }

  public var firstUpdateID: Int64 { lastUpdateID &- Int64(updateSpan) }

  /// The level as a book takes it.
  var level: BookLevel {
    BookLevel(
      side: side, price: price, quantity: quantity, firstUpdateID: firstUpdateID,
      lastUpdateID: lastUpdateID, isEmpty: flags.contains(.empty),
      isFirstOfRun: flags.contains(.first), isLastOfRun: flags.contains(.last))
  }
}

/// One level of a full book snapshot; the run's first event clears the book, its last makes it valid.
public struct BookSnapshot: Equatable, Sendable, BitwiseCopyable {
  public var price: Price
  public var quantity: Quantity
  /// The update id the snapshot was taken at (Binance `lastUpdateId`).
  public var updateID: Int64
  public var instrument: InstrumentID
  public var side: Side
  public var flags: RunFlags

  public init(
    instrument: InstrumentID, side: Side, price: Price, quantity: Quantity, updateID: Int64,
    flags: RunFlags
  ) {
    self.price = price
    self.quantity = quantity
    self.updateID = updateID
    self.instrument = instrument
    self.side = side
    self.flags = flags
  }

  /// The level as a book takes it.
  var level: BookLevel {
    BookLevel(
      side: side, price: price, quantity: quantity, firstUpdateID: updateID,
      lastUpdateID: updateID, isEmpty: flags.contains(.empty),
      isFirstOfRun: flags.contains(.first), isLastOfRun: flags.contains(.last))
  }
}

/// A closed bar. Its receive time is the close (open + interval, exclusive); only closed bars are
/// events. `venueTime` is the open.
public struct Candle: Equatable, Sendable, BitwiseCopyable {
  public var open: Price
  public var high: Price
  public var low: Price
  public var close: Price
  /// Traded quantity in lots of the base asset.
  public var volume: Quantity
  public var intervalSeconds: UInt32
  public var instrument: InstrumentID
  /// Fills the largest payload to 47 bytes, so that a body is 48 with its tag and is copied by moves
  /// that do not overlap: with 47, each switch over a copy waited for a failed store forwarding.
  private let padding: UInt8 = 0

  public init(
    instrument: InstrumentID, intervalSeconds: UInt32, open: Price, high: Price, low: Price,
    close: Price, volume: Quantity
  ) {
    self.open = open
    self.high = high
    self.low = low
    self.close = close
    self.volume = volume
    self.intervalSeconds = intervalSeconds
    self.instrument = instrument
  }

  public var interval: Interval {
    Interval(nanoseconds: Int64(intervalSeconds) * 1_000_000_000)
  }
}

/// A perpetual's funding rate.
public struct Funding: Equatable, Sendable, BitwiseCopyable {
  /// The rate in 10⁻⁸ of the position's value; positive: longs pay.
  public var rate: Int64
  public var nextTime: Timestamp
  public var instrument: InstrumentID

  public init(instrument: InstrumentID, rate: Int64, nextTime: Timestamp) {
    self.rate = rate
    self.nextTime = nextTime
    self.instrument = instrument
  }
}

/// A number from outside the market (sentiment, a model's output); finite, judged, never booked.
public struct Reading: Equatable, Sendable, BitwiseCopyable {
  public var value: Double
  public var feature: UInt16
  public var instrument: InstrumentID

  public init(instrument: InstrumentID, feature: UInt16, value: Double) {
    self.value = value
    self.feature = feature
    self.instrument = instrument
  }

  public static func == (left: Self, right: Self) -> Bool {
    left.value.bitPattern == right.value.bitPattern && left.feature == right.feature
      && left.instrument == right.instrument
  }
}
