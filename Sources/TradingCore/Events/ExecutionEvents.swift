/// Parent orders: more than is wise to send at once, worked in slices over time or over venues.

/// How a parent order is worked. Raw values are journalled and never reused.
public enum ExecutionAlgorithm: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// Equal slices at equal times.
  case timeWeighted = 0
  /// Slices that follow the day's volume profile.
  case volumeWeighted = 1
  /// One limit order that shows a part of itself at a time.
  case iceberg = 2
  /// A constant share of what the market trades.
  case participation = 3
  /// At once, split over all instruments of the same two assets by displayed depth and fees.
  case route = 4
}

/// What is asked of the executor: 36 bytes.
public struct ParentTerms: Equatable, Sendable, BitwiseCopyable {
  /// Lots in all, positive.
  public var quantity: Quantity
  /// No slice trades beyond it; zero for any price.
  public var limit: Price
  /// How long it may take; what is left then goes at once, or stays undone under a limit.
  public var durationSeconds: UInt32
  /// How many slices, or of how many parts an iceberg is; 0 leaves it to the executor.
  public var slices: UInt16
  /// Share of the traded volume in 10⁻⁴, for `participation`.
  public var participation: UInt16
  public var instrument: InstrumentID
  public var side: Side
  public var algorithm: ExecutionAlgorithm
  public var book: BookID

  public init(
    instrument: InstrumentID, side: Side, quantity: Quantity, algorithm: ExecutionAlgorithm,
    limit: Price = .zero, durationSeconds: UInt32 = 0, slices: UInt16 = 0,
    participation: UInt16 = 0, book: BookID = BookID(0)
  ) {
    self.quantity = quantity
    self.limit = limit
    self.durationSeconds = durationSeconds
    self.slices = slices
    self.participation = participation
    self.instrument = instrument
    self.side = side
    self.algorithm = algorithm
    self.book = book
  }
}

/// A parent order begins. Its id is this event's own sequence, which its children name as their cause.
public struct Parent: Equatable, Sendable, BitwiseCopyable {
  public var cause: Sequence64
  public var terms: ParentTerms

  public init(cause: Sequence64, terms: ParentTerms) {
    self.cause = cause
    self.terms = terms
  }
}

/// How a parent order ended. Raw values are journalled and never reused.
public enum ParentOutcome: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// All of it was filled.
  case filled = 0
  /// Its time was up with something left.
  case expired = 1
  /// An operator or its strategy took it back.
  case canceled = 2
  /// Trading was halted.
  case halted = 3
  /// Its children were refused or rejected too often.
  case failed = 4
}

/// A parent order has ended.
public struct ParentReport: Equatable, Sendable, BitwiseCopyable {
  /// The sequence of its `parent` event.
  public var parent: OrderID
  /// Lots filled.
  public var filled: Quantity
  /// The middle of the best quotes, or the mark, when it began: bid + ask in half ticks.
  public var arrivalHalfTicks: Int64
  /// What the fills cost more than at the arrival price, fees included, in 10⁻⁸ of the quote asset;
  /// negative when they were better. Implementation shortfall of what was done, after A. Perold,
  /// "The implementation shortfall" (1988).
  public var shortfall: Int64
  public var instrument: InstrumentID
  public var outcome: ParentOutcome

  public init(
    parent: OrderID, filled: Quantity, arrivalHalfTicks: Int64, shortfall: Int64,
    instrument: InstrumentID, outcome: ParentOutcome
  ) {
    self.parent = parent
    self.filled = filled
    self.arrivalHalfTicks = arrivalHalfTicks
    self.shortfall = shortfall
    self.instrument = instrument
    self.outcome = outcome
  }
}
