/// How long things are under way: the market's news to us (feed), our requests to the exchange (entry),
/// its reports to us (response).
///
/// It is told by facts: a constant by a setting, tables by `latency` events. A table's rows are
/// interpolated linearly in time; a spread adds a normal deviate from the run's seed, in a stream of
/// its own for each leg, so that a run depends on its journal alone.
struct LatencyModel: Sendable {
  /// Rows by action, each by time.
  private var tables = InlineArray<4, ContiguousArray<LatencyRow>>(repeating: [])
  /// Entry and response where no row says otherwise.
  private var constant = Interval.zero
  private var entries = RandomSource(seed: 0, label: LatencyModel.entryStream)
  private var responses = RandomSource(seed: 0, label: LatencyModel.responseStream)

  private static let entryStream = "latency.entry"
  private static let responseStream = "latency.response"

  /// Whether any row says that news takes time.
  private(set) var hasFeed = false

  init() {}

  /// Takes the constant and the seed; other settings change nothing.
  mutating func apply(_ change: Configure) {
    switch change.setting {
    case .latency: constant = Interval(nanoseconds: max(0, change.value))
    case .seed:
      let seed = UInt64(bitPattern: change.value)
      entries = RandomSource(seed: seed, label: LatencyModel.entryStream)
      responses = RandomSource(seed: seed, label: LatencyModel.responseStream)
    default: break
    }
  }

  /// Takes a row: behind the others of its action when it is the latest, at its place when not, instead
  /// of one of the same time. Negative legs count as zero. O(1) for rows in order of time.
  /// - Returns: false when there is no room for it; it then changes nothing.
  @discardableResult
  mutating func apply(_ row: LatencyRow) -> Bool {
    if row.action == .any, row.feed > .zero { hasFeed = true }
    let table = Int(row.action.rawValue)
    let place = LatencyModel.firstRow(of: tables[table], notBefore: row.time)
    if place < tables[table].count, tables[table][place].time == row.time {
      tables[table][place] = row.clamped
      return true
    }
    guard rowCount < LatencyRow.capacity else { return false }
    tables[table].insert(row.clamped, at: place)
    return true
  }

  /// Forgets every row: the constant holds until another one comes.
  mutating func forgetRows() {
    tables = InlineArray(repeating: [])
    hasFeed = false
  }

  /// Rows of all actions.
  var rowCount: Int { tables.indices.reduce(0) { $0 + tables[$1].count } }

  /// What a market event was under way before we received it at `time`; zero without a table. O(log rows).
  func feed(at time: Timestamp) -> Interval {
    legs(of: .any, at: time)?.feed ?? .zero
  }

  /// What a request sent at `time` takes to reach the exchange; never negative. O(log rows).
  mutating func entry(of request: OrderRequest, at time: Timestamp) -> Interval {
    guard let legs = legs(of: request.latencyAction, at: time) else { return constant }
    return LatencyModel.drawn(legs.entry, legs.spread, from: &entries)
  }

  /// What a report made at `time` takes to reach us; never negative. O(log rows).
  /// - Parameter action: what the report answers; `any` for a fill or an end that nobody asked for.
  mutating func response(to action: LatencyAction, at time: Timestamp) -> Interval {
    guard let legs = legs(of: action, at: time) else { return constant }
    return LatencyModel.drawn(legs.response, legs.spread, from: &responses)
  }

  /// The legs of an action, of `any` where it has no table; `nil` where neither has.
  private func legs(of action: LatencyAction, at time: Timestamp) -> LatencyRow? {
    let own = Int(action.rawValue)
    if !tables[own].isEmpty { return LatencyModel.row(of: tables[own], at: time) }
    return tables[0].isEmpty ? nil : LatencyModel.row(of: tables[0], at: time)
  }

  /// The row at a time: interpolated between its neighbours, the nearest outside the table.
  private static func row(of table: ContiguousArray<LatencyRow>, at time: Timestamp) -> LatencyRow {
    let next = firstRow(of: table, notBefore: time)
    if next == table.count { return table[next - 1] }
    return next == 0 ? table[0] : table[next - 1].blended(with: table[next], at: time)
  }

  /// The index of the first row at or after a time; the count when there is none.
  private static func firstRow(
    of table: ContiguousArray<LatencyRow>, notBefore time: Timestamp
  ) -> Int {
    guard let last = table.last, last.time >= time else { return table.count }
    var (low, high) = (0, table.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if table[middle].time < time { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// A leg with a normal deviate of standard deviation `spread`, to the nearest nanosecond, not below
  /// zero.
  private static func drawn(
    _ leg: Interval, _ spread: Interval, from source: inout RandomSource
  ) -> Interval {
    guard spread > .zero else { return leg }
    let deviate = (source.normal() * Double(spread.nanoseconds)).rounded()
    let nanoseconds = Int64(exactly: deviate) ?? (deviate < 0 ? .min : .max)
    return Interval(nanoseconds: max(0, leg.nanoseconds.addingClamped(nanoseconds)))
  }
}

extension LatencyRow {
  /// The most rows of all actions together: two hours of a row every tenth of a second, or a month and
  /// a half of a row a minute.
  public static let capacity = 65_536

  /// The row with no leg below zero.
  fileprivate var clamped: LatencyRow {
    LatencyRow(
      time: time, feed: max(.zero, feed), entry: max(.zero, entry), response: max(.zero, response),
      spread: max(.zero, spread), action: action)
  }

  /// The row at a time between this one and a later one, each leg rounded towards this one's.
  fileprivate func blended(with later: LatencyRow, at moment: Timestamp) -> LatencyRow {
    let passed = Int128(moment.nanoseconds) - Int128(time.nanoseconds)
    let span = Int128(later.time.nanoseconds) - Int128(time.nanoseconds)
    func between(_ from: Interval, _ to: Interval) -> Interval {
      let change = Int128(to.nanoseconds) - Int128(from.nanoseconds)
      return Interval(nanoseconds: from.nanoseconds + Int64(change * passed / span))
    }
    return LatencyRow(
      time: moment, feed: between(feed, later.feed), entry: between(entry, later.entry),
      response: between(response, later.response), spread: between(spread, later.spread),
      action: action)
  }
}

extension OrderRequest {
  /// Which latency it has.
  var latencyAction: LatencyAction {
    switch self {
    case .place: .place
    case .amend: .amend
    case .cancel: .cancel
    }
  }
}
