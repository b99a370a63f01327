/// Everything that happens, as one value of 64 bytes: a cache line, without references, so that a
/// journal is an array and a replay a loop over it.
///
/// The sequence is not stored: it is the state's plus one, and a batch carries its first. Widest
/// fields come first in every payload; a test pins the size. A fact that needs more room is a run
/// of events with a last-of-run flag.
public struct Event: Equatable, Sendable, BitwiseCopyable {
  /// When we received it, by our clock or by the recording's.
  public var receiveTime: Timestamp
  /// What the venue says: trade time for trades, event time for depth, open for candles; `.none`
  /// where it says nothing.
  public var venueTime: Timestamp
  public var body: EventBody

  public init(receiveTime: Timestamp, venueTime: Timestamp = .none, _ body: EventBody) {
    self.receiveTime = receiveTime
    self.venueTime = venueTime
    self.body = body
  }

  /// A place for an event before there is one.
  public static var blank: Event { Event(receiveTime: .none, .timer(TimerFired(id: 0))) }
}

/// What happened. Cases are grouped by who says so; `EventKind` gives each its id on disk.
public enum EventBody: Equatable, Sendable, BitwiseCopyable {
  // Market.
  case trade(Trade)
  case quote(Quote)
  case depth(Depth)
  case bookSnapshot(BookSnapshot)
  case candle(Candle)
  case funding(Funding)
  case reading(Reading)
  // Venue.
  case accepted(OrderReport)
  case rejected(OrderReport)
  case sent(OrderReport)
  case sendFailed(OrderReport)
  case amended(Amended)
  case fill(Fill)
  case canceled(OrderReport)
  case expired(OrderReport)
  case unknown(OrderReport)
  case balance(AssetAmount)
  case adjustment(AssetAmount)
  case connected(ConnectionReport)
  case disconnected(ConnectionReport)
  case gap(Gap)
  case triggered(OrderReport)
  // Clock.
  case timer(TimerFired)
  case clockStep(ClockStep)
  // Operator.
  case place(OrderTerms)
  case amend(AmendTerms)
  case cancel(CancelTerms)
  case flatten(Flatten)
  case halt(HaltCommand)
  case resume(HaltCommand)
  case configure(Configure)
  case limit(LimitChange)
  case key(KeyChange)
  case execute(ParentTerms)
  // Definitions.
  case instrument(InstrumentDefinition)
  case asset(AssetDefinition)
  case fee(FeeSchedule)
  case text(Text)
  case model(Model)
  case build(LogicVersion)
  case logicVersion(LogicVersion)
  case notice(Notice)
  case filter(ExchangeFilter)
  case latency(LatencyRow)
  // Engine: derived, never facts.
  case signal(Signal)
  case order(Order)
  case amendRequest(AmendTerms)
  case cancelRequest(CancelTerms)
  case refused(Refused)
  case alert(Alert)
  case stateHash(StateHash)
  case request(Order)
  case parent(Parent)
  case parentEnded(ParentReport)
}

/// The kinds of events with their ids on disk, which are never reused.
public enum EventKind: UInt8, Sendable, CaseIterable {
  case trade = 1, quote = 2, depth = 3, bookSnapshot = 4, candle = 5, funding = 6, reading = 7
  case accepted = 16, rejected = 17, sent = 18, sendFailed = 19, amended = 20, fill = 21
  case canceled = 22, expired = 23, unknown = 24, balance = 25, adjustment = 26, connected = 27
  case disconnected = 28, gap = 29, triggered = 30
  case timer = 40, clockStep = 41
  case place = 48, amend = 49, cancel = 50, flatten = 51, halt = 52, resume = 53, configure = 54
  case limit = 55, key = 56, execute = 57
  case instrument = 64, asset = 65, fee = 66, text = 67, model = 68, build = 69
  case logicVersion = 70, notice = 71, filter = 72, latency = 73
  case signal = 80, order = 81, amendRequest = 82, cancelRequest = 83, refused = 84, alert = 85
  case stateHash = 86, request = 87, parent = 88, parentEnded = 89

  /// The name used in files, reports and commands.
  public var name: String { "\(self)" }

  /// Whether events of this kind come from outside; all but the engine's own do.
  public var isFact: Bool { rawValue < EventKind.signal.rawValue }

  /// Whether events of this kind describe the market: what a simulated run takes from a recording.
  public var isMarket: Bool { rawValue <= EventKind.reading.rawValue || self == .gap }

  /// Whether events of this kind have to be known to read the rest.
  public var isDefinition: Bool {
    rawValue >= EventKind.instrument.rawValue && rawValue < EventKind.signal.rawValue
  }
}

extension EventBody {
  /// The kind, by an exhaustive switch: a new case does not compile until it has an id.
  public var kind: EventKind {
    switch self {
    case .trade: .trade
    case .quote: .quote
    case .depth: .depth
    case .bookSnapshot: .bookSnapshot
    case .candle: .candle
    case .funding: .funding
    case .reading: .reading
    case .accepted: .accepted
    case .rejected: .rejected
    case .sent: .sent
    case .sendFailed: .sendFailed
    case .amended: .amended
    case .fill: .fill
    case .canceled: .canceled
    case .expired: .expired
    case .unknown: .unknown
    case .balance: .balance
    case .adjustment: .adjustment
    case .connected: .connected
    case .disconnected: .disconnected
    case .gap: .gap
    case .triggered: .triggered
    case .timer: .timer
    case .clockStep: .clockStep
    case .place: .place
    case .amend: .amend
    case .cancel: .cancel
    case .flatten: .flatten
    case .halt: .halt
    case .resume: .resume
    case .configure: .configure
    case .limit: .limit
    case .key: .key
    case .execute: .execute
    case .instrument: .instrument
    case .asset: .asset
    case .fee: .fee
    case .text: .text
    case .model: .model
    case .build: .build
    case .logicVersion: .logicVersion
    case .notice: .notice
    case .filter: .filter
    case .latency: .latency
    case .signal: .signal
    case .order: .order
    case .amendRequest: .amendRequest
    case .cancelRequest: .cancelRequest
    case .refused: .refused
    case .alert: .alert
    case .stateHash: .stateHash
    case .request: .request
    case .parent: .parent
    case .parentEnded: .parentEnded
    }
  }

  /// The instrument the event is about; `.none` where it is about none or about all.
  public var instrument: InstrumentID {
    switch self {
    case .trade(let trade): trade.instrument
    case .quote(let quote): quote.instrument
    case .depth(let depth): depth.instrument
    case .bookSnapshot(let level): level.instrument
    case .candle(let candle): candle.instrument
    case .funding(let funding): funding.instrument
    case .reading(let reading): reading.instrument
    case .accepted(let report), .rejected(let report), .sent(let report), .sendFailed(let report),
      .canceled(let report), .expired(let report), .unknown(let report), .triggered(let report):
      report.instrument
    case .amended(let change): change.instrument
    case .fill(let fill): fill.instrument
    case .gap(let gap): gap.instrument
    case .place(let terms): terms.instrument
    case .flatten(let command): command.instrument
    case .configure(let change): change.instrument
    case .limit(let change): change.instrument
    case .execute(let terms): terms.instrument
    case .instrument(let definition): definition.instrument
    case .fee(let schedule): schedule.instrument
    case .notice(let notice): notice.instrument
    case .filter(let filter): filter.instrument
    case .signal(let signal): signal.instrument
    case .order(let order), .request(let order): order.terms.instrument
    case .parent(let parent): parent.terms.instrument
    case .parentEnded(let report): report.instrument
    case .refused(let refusal): refusal.instrument
    case .balance, .adjustment, .connected, .disconnected, .timer, .clockStep, .amend, .cancel,
      .halt, .resume, .key, .asset, .text, .model, .build, .logicVersion, .latency, .amendRequest,
      .cancelRequest, .alert, .stateHash:
      .none
    }
  }

  /// Whether this event came from outside.
  public var isFact: Bool { kind.isFact }

  /// Whether it is an operator's order.
  var isCommand: Bool {
    switch self {
    case .place, .amend, .cancel, .flatten, .halt, .resume, .configure, .limit, .key,
      .execute:
      true
    default: false
    }
  }

  /// Whether more events of the same venue message follow: strategies decide only at a run's end.
  public var isInsideRun: Bool {
    switch self {
    case .depth(let depth): !depth.flags.contains(.last)
    case .bookSnapshot(let level): !level.flags.contains(.last)
    case .text(let text): !text.flags.contains(.last)
    default: false
    }
  }
}

extension Event {
  /// When it happened: by the venue's clock, or by ours where the venue gives no time.
  public var moment: Timestamp {
    @inline(__always) get { venueTime.isNone ? receiveTime : venueTime }
  }

  /// When what it tells of began: a candle at its open, anything else when it happened.
  public var start: Timestamp {
    if case .candle(let candle) = body { return start(of: candle) }
    return moment
  }

  /// The open of a candle that this event brings: the venue's time, or an interval before receipt.
  public func start(of candle: Candle) -> Timestamp {
    venueTime.isNone ? receiveTime - candle.interval : venueTime
  }

  public var kind: EventKind { body.kind }
  public var isFact: Bool { body.isFact }
}
