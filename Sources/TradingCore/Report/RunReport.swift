/// What a finished run has to say, as plain exact values: the one model behind the terminal, JSON,
/// CSV, HTML and SQLite.
///
/// It stands on the lowest floor because the renderers (`Research`) and the database (`Store`) share
/// a floor and may not know each other; so both read this instead of copying it into each other's
/// structs. It is data only: nothing here computes, formats for a place, or is reached by the engine.
/// Wall-clock figures are kept out, so that two runs of one scenario give equal reports.

/// Everything a run reports. Rows are in order of time; amounts are exact.
public struct RunReport: Equatable, Sendable {
  public var identity: RunIdentity
  public var market: ReportMarket
  public var assumptions: RunAssumptions
  /// Time of the first market event, and of the last event.
  public var firstTime: Timestamp
  public var lastTime: Timestamp
  /// Equity at the start, in the reporting asset.
  public var capital: Money
  public var counts: RunCounts
  public var metrics: [MetricLine] = []
  /// Sampled equity, oldest first; what charts, monthly table and histogram are computed from.
  public var equity: [EquityPoint] = []
  public var orders: [OrderRecord] = []
  public var fills: [FillRecord] = []
  /// Closed round trips in order of their exit; one still open at the end has none.
  public var roundTrips: [RoundTrip] = []
  /// Positions that are not flat at the end.
  public var positions: [PositionRecord] = []
  /// What the account's fills earned; `nil` where nothing was ever folded.
  public var account: BookRecord?
  /// The same for each strategy's book; empty where one strategy ran alone.
  public var books: [BookRecord] = []
  /// Parent orders by algorithm and quote asset; empty where there were none.
  public var executions: [ExecutionRecord] = []
  /// What the account holds of each asset at the end.
  public var balances: [BalanceRecord] = []
  /// What a reader must know before believing the result, most important first.
  public var warnings: [RunWarning] = []

  public init(
    identity: RunIdentity, market: ReportMarket, assumptions: RunAssumptions,
    firstTime: Timestamp, lastTime: Timestamp, capital: Money, counts: RunCounts = RunCounts()
  ) {
    self.identity = identity
    self.market = market
    self.assumptions = assumptions
    self.firstTime = firstTime
    self.lastTime = lastTime
    self.capital = capital
    self.counts = counts
  }
}

/// Which run this is, so that anybody can repeat it and compare.
public struct RunIdentity: Equatable, Sendable {
  /// The run journal's id (hex). It derives from the inputs, so the same run has the same id.
  public var runID: String
  public var scenarioName: String
  /// The scenario as YAML text, as it was run.
  public var scenarioText: String
  public var strategy: String
  public var parameters: [ReportParameter]
  /// Hash of the state after the last event.
  public var fingerprint: UInt64
  /// The run journal's SHA-256 chain head, 64 hex digits; empty when no run journal was written.
  public var chainHead: String
  /// What fed the run: a journal's or generator's name, its id and its chain head (may be empty).
  public var source: String
  public var sourceID: String
  public var sourceChainHead: String
  public var build: String
  public var logicVersion: UInt32

  public init(
    runID: String, scenarioName: String, scenarioText: String = "", strategy: String,
    parameters: [ReportParameter] = [], fingerprint: UInt64, chainHead: String = "",
    source: String, sourceID: String = "", sourceChainHead: String = "", build: String,
    logicVersion: UInt32 = LogicVersion.current.version
  ) {
    self.runID = runID
    self.scenarioName = scenarioName
    self.scenarioText = scenarioText
    self.strategy = strategy
    self.parameters = parameters
    self.fingerprint = fingerprint
    self.chainHead = chainHead
    self.source = source
    self.sourceID = sourceID
    self.sourceChainHead = sourceChainHead
    self.build = build
    self.logicVersion = logicVersion
  }

  /// The fingerprint as 16 hex digits.
  public var fingerprintText: String { hexadecimal(fingerprint) }
}

/// A strategy parameter as it was used.
public struct ReportParameter: Equatable, Sendable {
  public var name: String
  public var value: String
  public var unit: String

  public init(name: String, value: String, unit: String = "") {
    self.name = name
    self.value = value
    self.unit = unit
  }
}

/// What the simulation took for granted, and what the data lacked.
public struct RunAssumptions: Equatable, Sendable {
  /// The fill rule's name, as in a scenario.
  public var fillRule: String
  /// Whether the rule grants fills that a real market may not: every report says so.
  public var isOptimistic: Bool
  /// One-way latency of an order.
  public var latency: Interval
  /// Fees in words, with their tiers: `maker 0.1 %, taker 0.1 % in quote; from 1000000: …`.
  public var fees: String
  /// `spot` or `margin`.
  public var account: String
  /// What else was assumed of the market: legs of latency, queue, impact, volume cap, self trades.
  public var details: [AssumptionLine]
  /// Stretches that the recording says are missing: the first of them, `RunCounts.gaps` has all.
  public var gaps: [GapRecord]
  /// What the importer counted about the data, with its count.
  public var notices: [CountedText]
  /// The stretches of the run that cannot be trusted.
  public var trust = TrustRecord()

  public init(
    fillRule: String, isOptimistic: Bool, latency: Interval, fees: String, account: String,
    details: [AssumptionLine] = [], gaps: [GapRecord] = [], notices: [CountedText] = []
  ) {
    self.fillRule = fillRule
    self.isOptimistic = isOptimistic
    self.latency = latency
    self.fees = fees
    self.account = account
    self.details = details
    self.gaps = gaps
    self.notices = notices
  }
}

/// An assumption in words.
public struct AssumptionLine: Equatable, Sendable {
  /// The stable key for programs: `queue`.
  public var key: String
  public var label: String
  public var text: String

  public init(key: String, label: String, text: String) {
    self.key = key
    self.label = label
    self.text = text
  }
}

/// How many events of what kind the run had.
public struct RunCounts: Equatable, Sendable {
  /// All events of the run journal, ours included.
  public var events: UInt64
  public var marketEvents: UInt64
  public var orders: UInt64
  public var fills: UInt64
  public var cancels: UInt64
  /// Orders the venue turned down.
  public var rejections: UInt64
  /// Gaps the recording names.
  public var gaps: UInt64
  /// Orders our risk gate did not make, by reason; only reasons that occurred.
  public var refusals: [CountedText]

  public init(
    events: UInt64 = 0, marketEvents: UInt64 = 0, orders: UInt64 = 0, fills: UInt64 = 0,
    cancels: UInt64 = 0, rejections: UInt64 = 0, gaps: UInt64 = 0, refusals: [CountedText] = []
  ) {
    self.events = events
    self.marketEvents = marketEvents
    self.orders = orders
    self.fills = fills
    self.cancels = cancels
    self.rejections = rejections
    self.gaps = gaps
    self.refusals = refusals
  }

  /// Orders refused for any reason.
  public var refused: UInt64 { refusals.reduce(0) { $0 + $1.count } }
}

/// A name and how often it occurred.
public struct CountedText: Equatable, Sendable {
  public var text: String
  public var count: UInt64

  public init(_ text: String, _ count: UInt64) {
    self.text = text
    self.count = count
  }
}

/// Something a reader must know before believing a result.
public struct RunWarning: Equatable, Sendable {
  /// A stable name for programs: `noFills`, `warmUp`, `gaps`, `halted`, `optimisticFills`, ….
  public var code: String
  /// One sentence for people: what it is and what to do.
  public var text: String

  public init(code: String, text: String) {
    self.code = code
    self.text = text
  }
}
