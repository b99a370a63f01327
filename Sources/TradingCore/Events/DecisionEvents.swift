/// What the engine itself decides. These can be derived again from the facts, and each carries the
/// sequence of the fact that caused it.

/// What a strategy asked for.
public enum SignalKind: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// Hold this share of equity: `weightMillionths` in −10⁶…10⁶.
  case target = 0
  /// Quote both sides at `bid` and `ask` with `quantity` each; 0 lots withdraws.
  case quote = 1
  /// A limit order of its own: `side`, `bid` is its price, `quantity`.
  case limit = 2
  /// Take back every order of the instrument.
  case cancel = 3
}

/// A strategy's decision as it was made, before sizing and risk.
public struct Signal: Equatable, Sendable, BitwiseCopyable {
  public var cause: Sequence64
  public var bid: Price
  public var ask: Price
  public var quantity: Quantity
  public var weightMillionths: Int32
  public var instrument: InstrumentID
  public var kind: SignalKind
  public var side: Side

  public init(
    cause: Sequence64, instrument: InstrumentID, kind: SignalKind, weightMillionths: Int32 = 0,
    side: Side = .buy, bid: Price = .zero, ask: Price = .zero, quantity: Quantity = .zero
  ) {
    self.cause = cause
    self.bid = bid
    self.ask = ask
    self.quantity = quantity
    self.weightMillionths = weightMillionths
    self.instrument = instrument
    self.kind = kind
    self.side = side
  }
}

/// An order that the risk gate made. Its id is this event's own sequence.
public struct Order: Equatable, Sendable, BitwiseCopyable {
  public var cause: Sequence64
  public var terms: OrderTerms

  public init(cause: Sequence64, terms: OrderTerms) {
    self.cause = cause
    self.terms = terms
  }
}

/// Why the gate said no. Raw values are journalled and never reused.
public enum RefusalReason: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  case halted = 0
  case maxPosition = 1
  case maxOrder = 2
  case maxOpenOrders = 3
  /// A spot account cannot sell more than it holds.
  case insufficientHolding = 4
  /// A spot account cannot spend more than it has.
  case insufficientFunds = 5
  /// Below the instrument's smallest quantity or value.
  case belowMinimum = 6
  /// No price has been seen yet, so the order cannot be valued.
  case noPrice = 7
  /// No such order is live, or it is another book's.
  case unknownOrder = 8
  case unknownInstrument = 9
  /// A price or quantity that no venue would take: not positive, or too large to value.
  case malformed = 10
  case riskPerTrade = 11
  case grossExposure = 12
  case netExposure = 13
  case orderRate = 14
  case priceCollar = 15
  case correlatedExposure = 16
  /// One of the venue's filters would reject it; `limit` is the `FilterKind`. For sources that reach a
  /// venue and ask its filters before they send; the gate never says it, since the simulated exchange
  /// rejects by its own filters.
  case filter = 17
  /// Another order of its list was refused.
  case listRefused = 18
}

/// An order that was not placed, with the number and the limit that stopped it.
public struct Refused: Equatable, Sendable, BitwiseCopyable {
  public var cause: Sequence64
  /// The number that was judged, in the unit of the limit.
  public var value: Int64
  /// The limit it met.
  public var limit: Int64
  public var quantity: Quantity
  /// The largest quantity that the limit would have let pass; 0 when none would.
  public var suggested: Quantity
  public var instrument: InstrumentID
  public var side: Side
  public var reason: RefusalReason

  public init(
    cause: Sequence64, instrument: InstrumentID, side: Side, quantity: Quantity,
    reason: RefusalReason, value: Int64, limit: Int64, suggested: Quantity = .zero
  ) {
    self.cause = cause
    self.value = value
    self.limit = limit
    self.quantity = quantity
    self.suggested = suggested
    self.instrument = instrument
    self.side = side
    self.reason = reason
  }
}

/// What an alert is about. Raw values are journalled and never reused.
public enum AlertCode: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// A drawdown limit halted trading; `value` is the drawdown in 10⁻⁶.
  case drawdownHalt = 0
  case dailyDrawdownHalt = 1
  /// A strategy said more than fits in one decision; `value` is how many were dropped.
  case decisionsDropped = 2
  /// An amount too large to book halted trading.
  case overflowHalt = 3
  /// Equity fell to zero or below and halted trading; `value` is the fall from the peak in 10⁻⁶.
  case insolvencyHalt = 4
  /// A halt or a `flatten` has closed what was held, or has given up; `value` is how many instruments
  /// still hold something: 0 is flat.
  case flattened = 5
}

/// Something an operator should see.
public struct Alert: Equatable, Sendable, BitwiseCopyable {
  public var cause: Sequence64
  public var value: Int64
  public var code: AlertCode

  public init(_ code: AlertCode, cause: Sequence64, value: Int64) {
    self.cause = cause
    self.value = value
    self.code = code
  }
}

/// The fingerprints after the event before this one, so that a divergence is found by bisection.
public struct StateHash: Equatable, Sendable, BitwiseCopyable {
  public var state: UInt64
  public var strategy: UInt64

  /// Fingerprints are journalled at the first end of a run of events past each multiple of this.
  public static let interval: Sequence64 = 65_536

  public init(state: UInt64, strategy: UInt64) {
    self.state = state
    self.strategy = strategy
  }
}
