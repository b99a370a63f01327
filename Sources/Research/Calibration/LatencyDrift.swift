/// Latency as it changed over a journal: medians of one stretch of time after the other, as the rows of
/// a latency table that a scenario can use.

internal import TradingCore

/// Samples of the stretch that is under way, and the rows of those that are over.
struct LatencyDrift {
  /// The fewest requests that a stretch rests on; with fewer it goes on.
  static let fewest = 20

  /// How long a stretch is at least.
  let width: Interval
  /// A row for each kind of request and one for all, in the middle of each stretch; at most
  /// `LatencyRow.capacity`, what comes later is left out.
  private(set) var rows: [LatencyRow] = []
  private(set) var isFull = false
  private var start = Timestamp.none
  private var end = Timestamp.none
  private var feed = LegSamples()
  /// By action, `any` being all together.
  private var entry = [LegSamples](repeating: LegSamples(), count: LatencyDrift.actions.count)
  private var response = [LegSamples](repeating: LegSamples(), count: LatencyDrift.actions.count)

  private static let actions: [LatencyAction] = [.any, .place, .amend, .cancel]

  init(width: Interval) { self.width = width }

  /// Takes how long the market's news were under way, received at `time`.
  mutating func takeFeed(_ span: Interval, at time: Timestamp) {
    advance(to: time)
    feed.take(span)
  }

  /// Takes both legs of a request that was answered at `time` and that nothing had held up.
  mutating func take(
    _ action: LatencyAction, entry: Interval, response: Interval, at time: Timestamp
  ) {
    advance(to: time)
    for kind in [action, .any] {
      self.entry[Int(kind.rawValue)].take(entry)
      self.response[Int(kind.rawValue)].take(response)
    }
  }

  /// Ends the last stretch; one with too few requests goes only where it is the first.
  mutating func finish() {
    if requestCount >= LatencyDrift.fewest { close() }
  }

  /// What cannot be told, and why.
  var gaps: [String] {
    if rows.isEmpty {
      return [
        "latency over time: fewer than \(LatencyDrift.fewest) answered requests had nothing before them "
          + "on the way"
      ]
    }
    guard isFull else { return [] }
    return ["latency after \(end.iso8601): a table has at most \(LatencyRow.capacity) rows"]
  }

  private var requestCount: Int { entry[Int(LatencyAction.any.rawValue)].count }

  private mutating func advance(to time: Timestamp) {
    if start.isNone { start = time }
    if time - start >= width, requestCount >= LatencyDrift.fewest {
      close()
      start = time
    }
    end = max(end, time)
  }

  private mutating func close() {
    let middle = start + Interval(nanoseconds: (end - start).nanoseconds / 2)
    let news = feed.fit?.median ?? .zero
    for action in LatencyDrift.actions {
      let index = Int(action.rawValue)
      guard let entry = entry[index].fit, let response = response[index].fit else { continue }
      guard rows.count < LatencyRow.capacity else {
        isFull = true
        break
      }
      rows.append(
        LatencyRow(
          time: middle, feed: max(.zero, news), entry: max(.zero, entry.median),
          response: max(.zero, response.median), spread: max(entry.deviation, response.deviation),
          action: action))
    }
    feed = LegSamples()
    for index in entry.indices { (entry[index], response[index]) = (LegSamples(), LegSamples()) }
  }
}

extension Calibration {
  /// Latency over time as the CSV file that a scenario names by `latency: {table: FILE}`: spans in
  /// milliseconds; empty but for its header where too few requests were answered.
  public var latencyTable: String {
    let lines = drift.map { row in
      let legs = [row.feed, row.entry, row.response, row.spread].map {
        NumberText.fixed(Double($0.nanoseconds) / 1e6, 6)
      }
      return "\(row.time.iso8601),\(row.action),\(legs.joined(separator: ","))\n"
    }
    return "time,action,feed,entry,response,spread\n" + lines.joined()
  }
}
