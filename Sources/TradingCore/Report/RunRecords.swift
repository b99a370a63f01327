/// The rows of a report: equity samples, orders, fills, positions, balances, metrics. They keep the
/// integers the engine had; `ReportMarket` turns them into text.

/// Equity at a moment, with what it is compared to.
public struct EquityPoint: Equatable, Sendable {
  public var time: Timestamp
  /// In the reporting asset.
  public var equity: Money
  /// What buy-and-hold would be worth; `nil` before the first price.
  public var benchmark: Money?
  /// The chart instrument's mark; `nil` before the first price.
  public var price: Price?
  /// The chart instrument's signed position.
  public var position: Quantity
  /// The fall from the highest equity up to here as a share of it: 0…, 0.25 is 25 % below. For
  /// judgement and display.
  public var drawdown: Double

  public init(
    time: Timestamp, equity: Money, benchmark: Money? = nil, price: Price? = nil,
    position: Quantity = .zero, drawdown: Double = 0
  ) {
    self.time = time
    self.equity = equity
    self.benchmark = benchmark
    self.price = price
    self.position = position
    self.drawdown = drawdown
  }
}

/// Where an order stood at the end of the run.
public enum OrderOutcome: String, Equatable, Sendable, CaseIterable {
  case open, filled, canceled, expired, rejected, unknown
}

/// An order of the run. Its id is its sequence.
public struct OrderRecord: Equatable, Sendable {
  public var id: OrderID
  public var time: Timestamp
  public var order: Order
  public var filled: Quantity
  public var outcome: OrderOutcome
  /// When the outcome came; `.none` while open.
  public var closedTime: Timestamp

  public init(
    id: OrderID, time: Timestamp, order: Order, filled: Quantity = .zero,
    outcome: OrderOutcome = .open, closedTime: Timestamp = .none
  ) {
    self.id = id
    self.time = time
    self.order = order
    self.filled = filled
    self.outcome = outcome
    self.closedTime = closedTime
  }
}

/// A fill as it was journalled, with its place and the position it led to.
public struct FillRecord: Equatable, Sendable {
  public var sequence: Sequence64
  public var time: Timestamp
  public var fill: Fill
  /// The signed position of the instrument after this fill.
  public var positionAfter: Quantity

  public init(sequence: Sequence64, time: Timestamp, fill: Fill, positionAfter: Quantity) {
    self.sequence = sequence
    self.time = time
    self.fill = fill
    self.positionAfter = positionAfter
  }
}

/// A position at the end of the run, at average cost and lot by lot.
public struct PositionRecord: Equatable, Sendable {
  public var instrument: InstrumentID
  /// Signed amount of the base asset.
  public var amount: Money
  /// What the held amount cost, signed like it, in the quote asset.
  public var cost: Money
  /// The price it is valued at.
  public var mark: Price
  /// Profit of what was closed, before fees, in the quote asset.
  public var realised: Money
  /// Profit of what is held at the mark, before fees; `nil` when it is too large for money.
  public var unrealised: Money?
  /// Realised and unrealised profit first in, first out, where they were told.
  public var realisedByLots: Money?
  public var unrealisedByLots: Money?

  public init(
    instrument: InstrumentID, amount: Money, cost: Money, mark: Price, realised: Money,
    unrealised: Money?
  ) {
    self.instrument = instrument
    self.amount = amount
    self.cost = cost
    self.mark = mark
    self.realised = realised
    self.unrealised = unrealised
  }
}

/// What the account holds of an asset.
public struct BalanceRecord: Equatable, Sendable {
  public var asset: AssetID
  public var amount: Money

  public init(asset: AssetID, amount: Money) {
    self.asset = asset
    self.amount = amount
  }
}

/// Something missing from the recording, where it was noticed.
public struct GapRecord: Equatable, Sendable {
  public var sequence: Sequence64
  public var time: Timestamp
  public var gap: Gap

  public init(sequence: Sequence64, time: Timestamp, gap: Gap) {
    self.sequence = sequence
    self.time = time
    self.gap = gap
  }
}

/// What a metric's number counts.
public enum MetricUnit: String, Equatable, Sendable, CaseIterable {
  /// A share, 0.25 is 25 %.
  case fraction
  /// A bare number.
  case ratio
  /// An amount of the reporting asset.
  case money
  case count
  case seconds
}

/// One metric of the run beside the same metric of buy-and-hold.
public struct MetricLine: Equatable, Sendable {
  /// The stable key: `sharpe`.
  public var name: String
  public var label: String
  public var unit: MetricUnit
  public var strategy: Figure
  public var benchmark: Figure
  public var definition: String

  public init(
    name: String, label: String, unit: MetricUnit, strategy: Figure, benchmark: Figure,
    definition: String
  ) {
    self.name = name
    self.label = label
    self.unit = unit
    self.strategy = strategy
    self.benchmark = benchmark
    self.definition = definition
  }
}

extension RoundTrip {
  /// Profit as a share of the value entered; `nil` when that is zero. For judgement and display.
  public var returnFraction: Double? {
    entryValue == .zero ? nil : profit.approximate / entryValue.magnitude.approximate
  }
}
