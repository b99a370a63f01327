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

/// An operator or the engine wants an order changed.
public struct AmendTerms: Equatable, Sendable, BitwiseCopyable {
  public var order: OrderID
  public var price: Price
  /// The whole quantity of the order, what is filled of it included: what is left is this less that.
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
  /// 0 for an operator's own word, else `reconciliation` or `noKey`.
  public var reason: UInt8
  /// The venue holds what the journal does not explain; a person has to look before trading goes on.
  public static let reconciliation: UInt8 = 1
  /// Every key of the account has ended: nothing can be signed, so nothing is traded.
  public static let noKey: UInt8 = 2
  public init(reason: UInt8) { self.reason = reason }
}

/// The settings that change what a run does. Raw values are journalled and never reused.
public enum Setting: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// A strategy parameter; `index` is its place in the strategy's list, value a `Double`'s bits. Where
  /// several strategies run, the high byte of `index` is the book: here, in `sizing` and `strategy`.
  case strategyParameter = 0
  /// Nanoseconds of a bar; 0 feeds strategies every trade or candle.
  case barInterval = 1
  /// Nanoseconds between two samples of equity; it holds from the start, not once orders were placed.
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
  /// `ImpactModel` raw value in `index`, its strength in 10⁻⁶ (simulation).
  case impact = 11
  /// The most that an order may take of what trades, in 10⁻⁶; negative for no cap (simulation).
  case volumeCap = 12
  /// Queue model of `FillRule.bookProbabilistic`: `index` 0 for a power whose exponent is the value in
  /// 10⁻⁶, 1 for a logarithm (simulation).
  case queue = 13
  /// How targets are executed: `ExecutionAlgorithm` raw value in `index`; value the seconds it may take
  /// in bits 0–31, the slices (0 leaves them to the executor) in 32–47, and for `participation` the
  /// share in 10⁻⁴ in 48–62; negative for one order at once.
  case execution = 14
  /// The share of a day's volume in the slot `index` of the day, in 10⁻⁶, for VWAP.
  case volumeProfile = 15
  /// `SelfTrade` raw value for orders that do not say.
  case selfTrade = 16
  /// When trading and performance begin, in nanoseconds since 1970: strategies see what comes before.
  case warmUpEnd = 17
  /// An asset that is worth as much as the reporting asset: the same money at another venue. It holds
  /// until the reporting asset is set again.
  case reportingTwin = 18
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

extension Configure {
  /// Sets what one strategy's book runs with: `strategy`, `strategyParameter` and `sizing` keep their
  /// own place in the low byte of `index` and the book in the high byte.
  public init(_ setting: Setting, value: Int64, place: UInt8 = 0, book: BookID) {
    self.init(setting, value: value, index: UInt16(book.raw) << 8 | UInt16(place))
  }

  /// The book that it is for; 0 for settings that are the whole run's.
  public var book: BookID {
    switch setting {
    case .strategy, .strategyParameter, .sizing: BookID(UInt8(index >> 8))
    case .barInterval, .sampleInterval, .account, .reportingAsset, .latency, .fillRule, .seed,
      .tradedInstrument, .impact, .volumeCap, .queue, .execution, .volumeProfile, .selfTrade,
      .warmUpEnd, .reportingTwin:
      BookID(0)
    }
  }

  /// The low byte of `index`: which parameter, which mode.
  public var place: UInt8 { UInt8(truncatingIfNeeded: index) }
}

/// The limits of the risk gate. Raw values are journalled and never reused.
public enum LimitKind: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// Largest absolute position value, in 10⁻⁶ of equity.
  case maxPosition = 0
  /// Largest order value, in 10⁻⁶ of equity; an order that only shrinks a position may have any.
  case maxOrder = 1
  /// Fall of equity from its peak that halts trading, in 10⁻⁶.
  case maxDrawdown = 2
  /// Fall of equity since the start of the UTC day that halts trading, in 10⁻⁶.
  case maxDailyDrawdown = 3
  /// Most live orders at a time.
  case maxOpenOrders = 4
  /// Largest loss of a trade at its stop, in 10⁻⁶ of equity.
  case riskPerTrade = 5
  /// Largest sum of absolute position values, in 10⁻⁶ of equity.
  case grossExposure = 6
  /// Largest absolute value of all positions, longs less shorts, in 10⁻⁶ of equity.
  case netExposure = 7
  /// Most orders placed or amended in a minute of the run's clock.
  case orderRate = 8
  /// Farthest that a limit or a market order's expected price may be from the mark, in 10⁻⁶ of it.
  case priceCollar = 9
  /// Largest absolute value of positions whose returns move together, in 10⁻⁶ of equity.
  case correlatedExposure = 10
  /// Correlation of returns from which two instruments count as one, in 10⁻⁶.
  case correlationThreshold = 11
  /// Volatility of the position per day to which sizes are cut, in 10⁻⁶ of equity.
  case volatilityTarget = 12
  /// Share of the Kelly fraction to which sizes are cut, in 10⁻⁶.
  case kellyFraction = 13
  /// Whether a halt also closes positions: 1 yes.
  case flattenOnHalt = 14
  /// How far from its price an order that names no stop is assumed to be stopped, in 10⁻⁶ of it; a
  /// tenth where nobody says. `riskPerTrade` is measured with it.
  case assumedStop = 15

  /// Whether it can only be set for everything: it looks at equity, which is the whole account's.
  public var isForAccountOnly: Bool {
    switch self {
    case .maxDrawdown, .maxDailyDrawdown, .flattenOnHalt: true
    case .maxPosition, .maxOrder, .maxOpenOrders, .riskPerTrade, .grossExposure, .netExposure,
      .orderRate, .priceCollar, .correlatedExposure, .correlationThreshold, .volatilityTarget,
      .kellyFraction, .assumedStop:
      false
    }
  }
}

/// A risk limit takes a value; negative removes it. The narrowest scope that is set holds: instrument
/// and book, instrument, book, all. A limit of a scope that its kind does not have is not taken, and
/// counted as an anomaly.
public struct LimitChange: Equatable, Sendable, BitwiseCopyable {
  public var value: Int64
  /// `.none` for every instrument.
  public var instrument: InstrumentID
  public var kind: LimitKind
  /// `.all` for every strategy's book.
  public var book: BookID

  public init(
    _ kind: LimitKind, value: Int64, instrument: InstrumentID = .none, book: BookID = .all
  ) {
    self.value = value
    self.instrument = instrument
    self.kind = kind
    self.book = book
  }
}

/// What happened to a key that signs for an account. Raw values are journalled and never reused.
public enum KeyAction: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// It was put into the store.
  case added = 0
  /// From here on requests may be signed with it, and are.
  case activated = 1
  /// Another took its place; until its grace period ends it may still sign.
  case graced = 2
  /// Its grace period or its life is over.
  case expired = 3
  /// An operator ended it.
  case revoked = 4
  /// An operator ended it at once, wherever it was in use.
  case emergencyRevoked = 5
  /// The venue does not take it.
  case refused = 6
  /// What was journalled of it last did not come about: whoever was to do it died before.
  case undone = 7
  /// The store's passphrase was changed; this is about no single key.
  case resealed = 8
}

/// Something happened to a key: its id and a fingerprint, never the secret.
public struct KeyChange: Equatable, Sendable, BitwiseCopyable {
  /// The first eight bytes of the SHA-256 of the id that the venue gave the key.
  public var fingerprint: UInt64
  /// Its number in the store; 0 for a key that came from elsewhere.
  public var id: UInt32
  public var action: KeyAction

  public init(_ action: KeyAction, id: UInt32, fingerprint: UInt64) {
    self.fingerprint = fingerprint
    self.id = id
    self.action = action
  }
}
