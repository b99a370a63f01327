/// What a journal with orders says about its venue: latency by leg and kind of request, fees, and how
/// queues shrink; each with its error and the number of samples, and what could not be fitted with the reason.

internal import Journal
public import TradingCore

/// The result of `cryptobot calibrate`.
public struct Calibration: Sendable {
  /// A leg that was fitted.
  public struct Leg: Sendable {
    /// `feed`, `entry` or `response`.
    public var name: String
    public var action: LatencyAction
    public var fit: LegFit
    /// All samples; those that something before them may have held up are left out of the fit.
    public var all: Int
    /// Whether the fit is of samples that nothing held up.
    public var isFree: Bool
  }

  /// How long a stretch of latency over time is at least, unless said otherwise.
  public static let stretch = Interval(nanoseconds: 300_000_000_000)

  public let journal: String
  public let legs: [Leg]
  /// Latency over time, as the rows of a latency table: in the middle of each stretch, by time.
  public let drift: [LatencyRow]
  public let fees: [FeeFit]
  /// `nil` where no resting order can be compared.
  public let queue: QueueFit?
  /// What could not be fitted, and why: one sentence each.
  public let unfitted: [String]
  /// How far the recording can be trusted that was measured.
  let trust: TrustRecord
  let names: Names
  let head: CalibrationHead

  /// Reads a whole journal, and twice more where resting orders can be compared. O(events).
  /// - Parameters:
  ///   - every: how long each stretch is at least of which latency over time is told.
  ///   - progress: called with the events read, after each batch; may throw to stop.
  /// - Throws: `JournalError` where the journal is missing or damaged.
  public init(
    journal path: String, every: Interval = Calibration.stretch,
    progress: (UInt64) throws -> Void = { _ in }
  ) throws {
    var reader = try JournalReader(opening: path, acceptingOpen: true)
    var batch = EventBatch()
    var names = Names()
    var head = CalibrationHead()
    var latency = LatencyMeter(every: every)
    var fees = FeeMeter()
    var history = OrderHistory()
    var count: UInt64 = 0
    var tally = TrustTally()
    while try reader.next(into: &batch) {
      var sequence = batch.firstSequence
      for event in batch.events {
        names.learn(event)
        head.observe(event)
        latency.observe(event, sequence)
        fees.observe(event, names)
        history.observe(event, sequence)
        sequence += 1
      }
      count += UInt64(batch.events.count)
      tally.take(batch)
      _ = tally.takeSpans()
      try progress(count)
    }
    latency.finish()
    journal = path
    drift = latency.drift.rows
    trust = tally.record(after: [], most: 0)
    self.names = names
    self.head = head
    legs = Calibration.legs(latency)
    self.fees = fees.fits(names)
    history.settle()
    var objection = head.objection(history)
    let fitted =
      objection == nil
      ? try QueueFitter(
        journal: path, history: history, feed: head.feed ?? latency.feed.fit?.median ?? .zero,
        settings: head.settings.values.filter { $0.setting == .volumeCap }
      ).fit { try progress(count) } : nil
    if fitted?.isTelling == false {
      objection = "every model explains the fills equally well: the orders met no queue that shrank"
    }
    queue = objection == nil ? fitted : nil
    unfitted =
      Calibration.gaps(legs, self.fees, unpriced: fees.unpriced) + latency.drift.gaps
      + (objection.map { ["queue: \($0)"] } ?? [])
  }

  private static func legs(_ meter: LatencyMeter) -> [Leg] {
    var legs: [Leg] = []
    if let fit = meter.feed.fit {
      legs.append(Leg(name: "feed", action: .any, fit: fit, all: fit.count, isFree: true))
    }
    for action in [LatencyAction.place, .amend, .cancel, .any] {
      let index = Int(action.rawValue)
      for (name, pair) in [("entry", meter.entry[index]), ("response", meter.response[index])] {
        guard let fit = pair.fit else { continue }
        legs.append(
          Leg(name: name, action: action, fit: fit, all: pair.all.count, isFree: pair.isFree))
      }
    }
    return legs
  }

  private static func gaps(
    _ legs: [Leg], _ fees: [FeeFit], unpriced: Int
  ) -> [String] {
    var gaps: [String] = []
    for action in [LatencyAction.place, .amend, .cancel]
    where !legs.contains(where: { $0.name == "entry" && $0.action == action }) {
      gaps.append("latency of \(action): no such request was answered with the venue's time")
    }
    for leg in legs where leg.fit.percentiles[0] < .zero {
      gaps.append(
        "\(leg.name) of \(leg.action) is below zero in some samples: the clocks differ, so the legs "
          + "are off by the difference, though their sum is right")
    }
    for leg in legs where !leg.isFree {
      gaps.append(
        "\(leg.name) of \(leg.action) without waiting: fewer than \(LegPair.fewest) samples had "
          + "nothing before them on the way, so all are taken")
    }
    if fees.isEmpty { gaps.append("fees: the journal has no fills") }
    for (one, other) in [(Liquidity.maker, "takers"), (.taker, "makers")]
    where !fees.isEmpty && !fees.contains(where: { $0.liquidity == one }) {
      gaps.append(
        "fees of \(one)s: the journal has no such fills; those of \(other) stand for them")
    }
    for fit in fees where fit.exact < fit.count {
      gaps.append(
        "a single rate gives \(fit.exact) of \(fit.count) fees: tiers, another basis or a discount "
          + "may be at work; they are not fitted")
    }
    if unpriced > 0 {
      gaps.append("fees of \(unpriced) fills: nothing says what the asset that paid them is worth")
    }
    return gaps
  }

  func leg(_ name: String, _ action: LatencyAction) -> LegFit? {
    legs.first { $0.name == name && $0.action == action }?.fit
  }
}

/// What a scenario about the same journal starts with.
struct CalibrationHead {
  var settings: [Setting: Configure] = [:]
  var capital: [(asset: AssetID, amount: Money)] = []
  /// The feed latency of a run's own exchange; `nil` for a journal that is no run.
  private(set) var feed: Interval?
  private var isMarketSeen = false
  private var hasBooks = false

  mutating func observe(_ event: Event) {
    switch event.body {
    case .configure(let change):
      settings[change.setting] = change
      if change.setting == .fillRule { feed = feed ?? .zero }
    case .latency(let row) where row.action == .any: feed = row.feed
    case .bookSnapshot: (isMarketSeen, hasBooks) = (true, true)
    case .balance(let balance) where !isMarketSeen: capital.append((balance.asset, balance.amount))
    default: if event.kind.isMarket { isMarketSeen = true }
    }
  }

  /// Why no queue can be fitted; `nil` when one can.
  func objection(_ history: OrderHistory) -> String? {
    if !hasBooks { return "the journal has no order book" }
    let count = history.firstFills.count
    return count < CalibrationHead.fewest
      ? "\(count) resting orders were filled, at least \(CalibrationHead.fewest) are needed" : nil
  }

  /// The fewest passive fills that a queue model is fitted to.
  static let fewest = 20
}
