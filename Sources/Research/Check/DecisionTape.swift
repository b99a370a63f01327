/// What a run decided and what became of it, without the sequences: orders are counted, causes left out,
/// so that runs can be compared that differ in facts nobody decides on.

internal import TradingCore

struct DecisionTape {
  struct Entry: Equatable {
    var event: Event
    /// Where it stands in its journal.
    var sequence: Sequence64
  }

  private(set) var entries: [Entry] = []

  /// - Parameters:
  ///   - isLoose: leaves out amounts of money, which a scaled market scales: the numbers of refusals and
  ///     shortfalls, and fees, which are compared by themselves.
  ///   - instrument: what is decided on it alone, its orders counted by themselves.
  init(_ events: [Event], isLoose: Bool = false, of instrument: InstrumentID? = nil) {
    var ordinals: [UInt64: UInt64] = [:]
    for (index, event) in events.enumerated() {
      guard DecisionTape.isDecided(event) else { continue }
      if let instrument, !DecisionTape.isAbout(instrument, event.body, ordinals) { continue }
      let sequence = Sequence64(index) + 1
      switch event.body {
      case .order, .parent: ordinals[sequence] = UInt64(ordinals.count) + 1
      default: break
      }
      var event = event
      event.body = DecisionTape.numbered(event.body) { ordinals[$0] ?? $0 }
      if isLoose { event.body = DecisionTape.loose(event.body) }
      entries.append(Entry(event: event, sequence: sequence))
    }
  }

  private static func isDecided(_ event: Event) -> Bool {
    event.kind != .stateHash && !event.kind.isMarket && !event.kind.isDefinition
  }

  /// Whether an event is about an instrument, or a request about an order of it.
  private static func isAbout(
    _ instrument: InstrumentID, _ body: EventBody, _ orders: [UInt64: UInt64]
  ) -> Bool {
    switch body {
    case .cancelRequest(let terms): orders[terms.order.raw] != nil
    case .amendRequest(let terms): orders[terms.order.raw] != nil
    default: body.instrument == instrument
    }
  }

  /// Leaves out what is not to be compared.
  mutating func keep(_ isKept: (Entry) -> Bool) { entries = entries.filter(isKept) }

  /// The body with orders by their ordinals and without causes.
  private static func numbered(
    _ body: EventBody, _ ordinal: (UInt64) -> UInt64
  ) -> EventBody {
    var body = body
    if let order = body.reportedOrder { body.reportedOrder = OrderID(ordinal(order.raw)) }
    body.mapSequences(cause: { _ in 0 }, order: ordinal)
    return switch body {
    case .accepted(let report): .accepted(report.unnamed)
    case .rejected(let report): .rejected(report.unnamed)
    case .triggered(let report): .triggered(report.unnamed)
    case .canceled(let report): .canceled(report.unnamed)
    case .expired(let report): .expired(report.unnamed)
    default: body
    }
  }

  private static func loose(_ body: EventBody) -> EventBody {
    switch body {
    case .fill(var fill):
      fill.fee = 0
      return .fill(fill)
    case .refused(var refusal):
      (refusal.value, refusal.limit) = (0, 0)
      return .refused(refusal)
    case .parentEnded(var report):
      report.shortfall = 0
      return .parentEnded(report)
    default: return body
    }
  }

  /// The failure of two runs that should be alike; `nil` when they are. The sequence is the first run's.
  static func difference(
    _ first: DecisionTape, _ second: DecisionTape, _ kind: String, _ change: String
  ) -> PropertyFailure? {
    let (left, right) = (first.entries, second.entries)
    let shorter = min(left.count, right.count)
    let place = (0..<shorter).first { left[$0].event != right[$0].event } ?? shorter
    guard place < left.count || place < right.count else { return nil }
    let was = place < left.count ? EventWords.name(left[place].event) : "nothing"
    let now = place < right.count ? EventWords.name(right[place].event) : "nothing"
    let sequence = place < left.count ? left[place].sequence : left.last?.sequence ?? 1
    return PropertyFailure(at: sequence, kind, "\(change), and \(was) became \(now)")
  }
}

extension OrderReport {
  /// The report without the venue's own number of the order.
  fileprivate var unnamed: OrderReport {
    OrderReport(order: order, instrument: instrument, reason: reason)
  }
}
