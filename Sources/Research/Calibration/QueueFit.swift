/// Finds the queue model that best explains when resting orders were filled: each candidate meets the
/// recorded orders again, and its first fills are compared with the recorded ones.

internal import Journal
public import TradingCore

/// The queue model that was fitted.
public struct QueueFit: Equatable, Sendable {
  public var rule: FillRule
  public var queue: QueueRule
  /// The range of exponents that explain the fills equally well; `nil` where no power is best.
  public var exponents: ClosedRange<Double>?
  /// Resting orders that were compared.
  public var orders: Int
  /// Those whose first fill, or lack of one, came within `tolerance` of the recorded one.
  public var explained: Int
  /// Mean distance of the first fills; one that is missing on either side counts as `longest`.
  public var error: Interval
  /// Whether any model explains the fills worse: where none does, the fit says nothing.
  var isTelling: Bool

  /// Fills as near as this count as explained.
  public static let tolerance = Interval(nanoseconds: 10_000_000)
  /// The largest distance that counts.
  public static let longest = Interval.minute
}

struct QueueFitter {
  let journal: String
  let history: OrderHistory
  let feed: Interval
  let settings: [Configure]

  /// A model with what it explains.
  private struct Candidate {
    var rule: FillRule
    var queue: QueueRule
    var replay: OrderReplay
    var fills: [OrderID: Timestamp] = [:]
    var distance = 0.0
    var explained = 0

    var exponent: Double? {
      rule == .bookProbabilistic && queue.shape == .power
        ? Double(queue.exponent) / 1_000_000 : nil
    }
  }

  private static let coarse: [Double] = [0.25, 0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 7, 10]

  /// Tries a coarse choice of models, then exponents about the best. O(events · candidates), twice.
  /// - Throws: `JournalError`.
  func fit(_ isCanceled: () throws -> Void) throws -> QueueFit? {
    let first = try run(
      [
        candidate(.bookConservative, .standard),
        candidate(.bookProbabilistic, QueueRule(.logarithm)),
      ]
        + QueueFitter.coarse.map(power), isCanceled)
    guard let best = first.min(by: { $0.distance < $1.distance }) else { return nil }
    let isTelling = first.contains { $0.distance > best.distance }
    guard isTelling, let exponent = best.exponent else { return result([best], isTelling) }
    let place = QueueFitter.coarse.firstIndex(of: exponent) ?? 0
    let low = place > 0 ? QueueFitter.coarse[place - 1] : exponent / 2
    let high = place + 1 < QueueFitter.coarse.count ? QueueFitter.coarse[place + 1] : exponent * 2
    let finer = (1..<8).flatMap { step -> [Double] in
      let share = Double(step) / 8
      return [low + (exponent - low) * share, exponent + (high - exponent) * share]
    }
    let second = try run(finer.map(power), isCanceled)
    let powers = (first + second).filter { $0.exponent != nil }
    let least = powers.map(\.distance).min() ?? 0
    return result(powers.filter { $0.distance == least }, isTelling)
  }

  private func power(_ exponent: Double) -> Candidate {
    let rule = QueueRule(.power, exponent: Int64((exponent * 1_000_000).rounded()))
    return candidate(.bookProbabilistic, rule)
  }

  private func candidate(_ rule: FillRule, _ queue: QueueRule) -> Candidate {
    var replay = OrderReplay(rule: rule, queue: queue, feed: feed, settings: settings)
    for arrival in history.arrivals {
      replay.submit(arrival.order, arrival.request, arrivingAt: arrival.time)
    }
    return Candidate(rule: rule, queue: queue, replay: replay)
  }

  /// Shows the journal to all candidates at once.
  private func run(
    _ candidates: [Candidate], _ isCanceled: () throws -> Void
  ) throws -> [Candidate] {
    var candidates = candidates
    var reader = try JournalReader(opening: journal, acceptingOpen: true)
    var batch = EventBatch()
    while try reader.next(into: &batch) {
      try isCanceled()
      for index in candidates.indices {
        var fills: [OrderReplay.Fill] = []
        for event in batch.events {
          candidates[index].replay.observe(event) { if $0.liquidity == .maker { fills.append($0) } }
        }
        for fill in fills where candidates[index].fills[fill.order] == nil {
          candidates[index].fills[fill.order] = fill.time
        }
      }
    }
    return candidates.map(measured)
  }

  private func measured(_ candidate: Candidate) -> Candidate {
    var candidate = candidate
    for order in history.orders.sorted(by: { $0.raw < $1.raw }) {
      let distance = QueueFitter.distance(history.firstFills[order], candidate.fills[order])
      candidate.distance += distance.seconds
      if distance <= QueueFit.tolerance { candidate.explained += 1 }
    }
    return candidate
  }

  private static func distance(_ one: Timestamp?, _ other: Timestamp?) -> Interval {
    switch (one, other) {
    case (nil, nil): .zero
    case (let one?, let other?): min(one < other ? other - one : one - other, QueueFit.longest)
    default: QueueFit.longest
    }
  }

  /// The middle of the candidates that explain equally well.
  private func result(_ best: [Candidate], _ isTelling: Bool) -> QueueFit? {
    let sorted = best.sorted { ($0.exponent ?? 0) < ($1.exponent ?? 0) }
    guard let middle = sorted.isEmpty ? nil : sorted[sorted.count / 2] else { return nil }
    let exponents = sorted.compactMap(\.exponent)
    let range = exponents.first.flatMap { low in exponents.last.map { low...$0 } }
    let mean = middle.distance / Double(max(1, history.orders.count))
    return QueueFit(
      rule: middle.rule, queue: middle.queue, exponents: range, orders: history.orders.count,
      explained: middle.explained, error: Interval(nanoseconds: Int64(mean * 1e9)),
      isTelling: isTelling)
  }
}
