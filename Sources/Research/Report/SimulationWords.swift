/// What a run assumed of its market beyond the fill rule, in words: every report prints them, so that
/// nobody takes a model for a fact.

internal import TradingCore

/// Collects the latency rows of a run by kind of request: how many and between which bounds.
struct LatencyTally {
  private struct Legs {
    var rows = 0
    var feed: ClosedRange<Interval>
    var entry: ClosedRange<Interval>
    var response: ClosedRange<Interval>
    var spread: ClosedRange<Interval>
  }

  private var legs: [Legs?] = Array(repeating: nil, count: LatencyAction.allCases.count)

  var isEmpty: Bool { legs.allSatisfy { $0 == nil } }

  mutating func take(_ row: LatencyRow) {
    let index = Int(row.action.rawValue)
    var known =
      legs[index]
      ?? Legs(
        feed: row.feed...row.feed, entry: row.entry...row.entry,
        response: row.response...row.response, spread: row.spread...row.spread)
    known.rows += 1
    known.feed = LatencyTally.widen(known.feed, row.feed)
    known.entry = LatencyTally.widen(known.entry, row.entry)
    known.response = LatencyTally.widen(known.response, row.response)
    known.spread = LatencyTally.widen(known.spread, row.spread)
    legs[index] = known
  }

  private static func widen(
    _ range: ClosedRange<Interval>, _ leg: Interval
  ) -> ClosedRange<Interval> {
    min(range.lowerBound, leg)...max(range.upperBound, leg)
  }

  /// `feed 2 ms, entry 4 ms, response 3 ms; cancel: entry 2 ms to 9 ms, response 3 ms (1,440 rows)`.
  var words: String {
    zip(LatencyAction.allCases, legs).compactMap { action, legs in
      guard let legs else { return nil }
      var parts: [String] = []
      if action == .any { parts.append("feed \(LatencyTally.text(legs.feed))") }
      parts.append("entry \(LatencyTally.text(legs.entry))")
      parts.append("response \(LatencyTally.text(legs.response))")
      if legs.spread.upperBound > .zero {
        parts.append("standard deviation \(LatencyTally.text(legs.spread))")
      }
      let count = legs.rows > 1 ? " (table of \(NumberText.grouped(legs.rows)) rows)" : ""
      return (action == .any ? "" : "\(action): ") + parts.joined(separator: ", ") + count
    }.joined(separator: "; ")
  }

  private static func text(_ range: ClosedRange<Interval>) -> String {
    let (low, high) = (milliseconds(range.lowerBound), milliseconds(range.upperBound))
    return low == high ? low : "\(low) to \(high)"
  }

  private static func milliseconds(_ span: Interval) -> String {
    Money(units: Int128(span.nanoseconds) * Int128(powerOfTen(12))).exactText + " ms"
  }
}

extension Settings {
  /// Queue, impact, cap and self trades in words, for the assumptions of a report.
  func simulationWords(_ latency: LatencyTally) -> [AssumptionLine] {
    var lines: [AssumptionLine] = []
    if !warmUpEnd.isNone {
      let text = "\(NumberText.time(warmUpEnd)): what came before was seen, not traded or measured"
      lines.append(AssumptionLine(key: "tradingFrom", label: "Trading from", text: text))
    }
    if !latency.isEmpty {
      let text = fillRule.hasLatency ? latency.words : "none: the fill rule knows no latency"
      lines.append(AssumptionLine(key: "latencyLegs", label: "Latency legs", text: text))
    }
    lines.append(AssumptionLine(key: "depth", label: "Depth", text: fillRule.depthWords))
    if fillRule.usesBook {
      let text =
        fillRule == .bookProbabilistic
        ? "cancellations before and behind an order by \(queue.words)"
        : "only trades shorten it; all cancellations stood behind"
      lines.append(AssumptionLine(key: "queue", label: "Queue", text: text))
    }
    lines.append(AssumptionLine(key: "impact", label: "Impact", text: impact.words(fillRule)))
    lines.append(AssumptionLine(key: "volumeCap", label: "Volume cap", text: capWords))
    lines.append(AssumptionLine(key: "selfTrade", label: "Self trade", text: selfTrade.word))
    return lines
  }

  /// What the cap bounds under the fill rule: takers of a book or a quote are bounded by what is
  /// displayed, not by it.
  private var capWords: String {
    guard volumeCap >= 0 else { return "none" }
    let part = Settings.percent(volumeCap)
    return switch fillRule {
    case .candle: "\(part) of a candle's volume"
    case .sameEvent: "none: the fill rule knows no cap"
    case .bookConservative, .bookProbabilistic, .quote:
      "\(part) of a trade, for orders that rest"
    }
  }

  /// A share in 10⁻⁶ as exact per cent.
  fileprivate static func percent(_ millionths: Int64) -> String {
    Money(units: Int128(millionths) * Int128(powerOfTen(14))).exactText + " %"
  }
}

extension FillRule {
  /// How much there is to take, and at what price.
  fileprivate var depthWords: String {
    switch self {
    case .bookConservative, .bookProbabilistic: "what the book shows, less what was taken before"
    case .quote: "what the best quote shows, the rest one tick worse whatever its size"
    case .candle: "any size at a price of the candle"
    case .sameEvent: "any size at the last price"
    }
  }
}

extension Impact {
  fileprivate func words(_ rule: FillRule) -> String {
    let part = Settings.percent(strength)
    let volume = rule == .candle ? "the candle's volume" : "the lots traded in a minute"
    return switch model {
    case .none: "none"
    case .fixed: "fixed: \(part) of the price"
    case .linear: "linear: \(part) of the price × lots ÷ \(volume)"
    case .squareRoot: "square root: \(part) of the price × √(lots ÷ \(volume))"
    }
  }
}
