/// What the clock says and what an operator orders. All are facts.

/// A timer that was asked for has fired.
public struct TimerFired: Equatable, Sendable, BitwiseCopyable {
  public var id: UInt32
  public init(id: UInt32) { self.id = id }
}

/// The machine's clock was stepped by this much.
public struct ClockStep: Equatable, Sendable, BitwiseCopyable {
  public var step: Interval
  public init(step: Interval) { self.step = step }
}

/// How an order may trade.
public enum OrderType: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  case market = 0
  case limit = 1
}

/// How long an order lives.
public enum TimeInForce: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  case goodTillCanceled = 0
  case immediateOrCancel = 1
  case fillOrKill = 2
}

/// What is asked of a venue: the part an operator's `place` and the engine's `order` share.
/// `price` is meaningless for a market order. Quantity is positive; the side gives the direction.
public struct OrderTerms: Equatable, Sendable, BitwiseCopyable {
  public var price: Price
  public var quantity: Quantity
  public var instrument: InstrumentID
  public var side: Side
  public var type: OrderType
  public var timeInForce: TimeInForce
  /// Whether it may only shrink a position.
  public var reduceOnly: Bool

  public init(
    instrument: InstrumentID, side: Side, type: OrderType, quantity: Quantity, price: Price = .zero,
    timeInForce: TimeInForce = .goodTillCanceled, reduceOnly: Bool = false
  ) {
    self.price = price
    self.quantity = quantity
    self.instrument = instrument
    self.side = side
    self.type = type
    self.timeInForce = timeInForce
    self.reduceOnly = reduceOnly
  }
}

/// An operator or the engine wants an order changed.
public struct AmendTerms: Equatable, Sendable, BitwiseCopyable {
  public var order: OrderID
  public var price: Price
  public var quantity: Quantity
  /// The sequence of the fact behind it; 0 for an operator's.
  public var cause: Sequence64

  public init(order: OrderID, price: Price, quantity: Quantity, cause: Sequence64 = 0) {
    self.order = order
    self.price = price
    self.quantity = quantity
    self.cause = cause
  }
}

/// An operator or the engine wants an order gone.
public struct CancelTerms: Equatable, Sendable, BitwiseCopyable {
  public var order: OrderID
  public var cause: Sequence64

  public init(order: OrderID, cause: Sequence64 = 0) {
    self.order = order
    self.cause = cause
  }
}

/// Close a position, or every position when the instrument is `.none`.
public struct Flatten: Equatable, Sendable, BitwiseCopyable {
  public var instrument: InstrumentID
  public init(instrument: InstrumentID) { self.instrument = instrument }
}

/// Trading stopped or resumed, and why.
public struct HaltCommand: Equatable, Sendable, BitwiseCopyable {
  public var reason: UInt8
  public init(reason: UInt8) { self.reason = reason }
}

/// The settings that change what a run does. Raw values are journalled and never reused.
public enum Setting: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// A strategy parameter; `index` is its place in the strategy's list, value a `Double`'s bits.
  case strategyParameter = 0
  /// Nanoseconds of a bar; 0 feeds strategies every trade or candle.
  case barInterval = 1
  /// Nanoseconds between two samples of equity.
  case sampleInterval = 2
  /// `AccountKind` raw value.
  case account = 3
  /// The asset that equity and metrics are counted in.
  case reportingAsset = 4
  /// `Sizing` mode raw value in `index`, value in lots or in 10⁻⁶ of equity.
  case sizing = 5
  /// One-way latency of an order in nanoseconds (simulation).
  case latency = 6
  /// `FillRule` raw value (simulation).
  case fillRule = 7
  /// The strategy by its index in the registry of this logic version.
  case strategy = 8
  /// Seed of the simulation's random numbers.
  case seed = 9
  /// An instrument the strategy trades; one event for each, in the order of its members.
  case tradedInstrument = 10
}

/// A setting takes a value.
public struct Configure: Equatable, Sendable, BitwiseCopyable {
  public var value: Int64
  public var index: UInt16
  public var instrument: InstrumentID
  public var setting: Setting

  public init(
    _ setting: Setting, value: Int64, index: UInt16 = 0, instrument: InstrumentID = .none
  ) {
    self.value = value
    self.index = index
    self.instrument = instrument
    self.setting = setting
  }
}

/// The limits of the risk gate. Raw values are journalled and never reused.
public enum LimitKind: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// Largest absolute position value, in 10⁻⁶ of equity.
  case maxPosition = 0
  /// Largest order value, in 10⁻⁶ of equity.
  case maxOrder = 1
  /// Fall of equity from its peak that halts trading, in 10⁻⁶.
  case maxDrawdown = 2
  /// Fall of equity since the start of the UTC day that halts trading, in 10⁻⁶.
  case maxDailyDrawdown = 3
  /// Most live orders at a time.
  case maxOpenOrders = 4
}

/// A risk limit takes a value; negative removes it.
public struct LimitChange: Equatable, Sendable, BitwiseCopyable {
  public var value: Int64
  public var kind: LimitKind

  public init(_ kind: LimitKind, value: Int64) {
    self.value = value
    self.kind = kind
  }
}

/// A key was added, rotated or revoked: its id and a fingerprint, never the secret.
public struct KeyChange: Equatable, Sendable, BitwiseCopyable {
  public var fingerprint: UInt64
  public var id: UInt32
  public var action: UInt8

  public init(id: UInt32, fingerprint: UInt64, action: UInt8) {
    self.fingerprint = fingerprint
    self.id = id
    self.action = action
  }
}
