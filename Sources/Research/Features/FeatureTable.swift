/// Turns a journal's events into rows of features, one event at a time: what is kept does not grow with the
/// journal. Each row says what was known then and nothing else; only labels look ahead, and a row with
/// labels waits for them.

import Journal
public import TradingCore

/// One row of a table.
public struct FeatureRow: Sendable {
  /// The receive time as of which the numbers are.
  public var time: Timestamp
  /// The last event that is in them.
  public var sequence: Sequence64
  public var symbol: String
  /// One for each of the request's `names`, `nil` where there is none.
  public var numbers: ContiguousArray<Double?>
}

public struct FeatureTable {
  /// The most rows that wait for their labels.
  public static let mostWaiting = 65_536

  /// A market that rows are made of.
  private struct Market {
    var features: FeatureSet
    var symbol: String
    /// As it was when the market was met.
    let definition: InstrumentDefinition
    /// Cuts its trades where rows stand behind bars.
    var bars: BarMaker?
  }

  private let request: FeatureRequest
  private var state = State()
  private var names = Names()
  /// By instrument; `nil` for one that was not asked for or has not been seen.
  private var markets: ContiguousArray<Market?> = []
  /// Instruments that were looked at once, asked for or not.
  private var seen: ContiguousArray<Bool> = []
  private var waiting: LabelQueue
  /// The instant of the next row by the clock.
  private var due: Timestamp?
  /// Rows given out.
  public private(set) var rows: UInt64 = 0

  /// - Throws: `FeatureError.twice`.
  public init(_ request: FeatureRequest) throws(FeatureError) {
    try request.expectDistinct()
    self.request = request
    waiting = LabelQueue(request.labels)
  }

  /// Symbols of the markets in the table so far, by instrument.
  public var symbols: [String] { markets.compactMap { $0?.symbol } }

  /// Whether no later event can add to the table: an instant that only a later one ends may still have
  /// its row.
  public var isComplete: Bool {
    guard isPast(state.sequence + 1, state.time), waiting.isEmpty else { return false }
    return due.map { isPast(state.sequence, $0) } ?? true
  }

  /// Takes the next event and gives out the rows that are complete with it. Amortised O(features).
  /// - Throws: `FeatureError` where too many rows wait, a market is not defined, or bars would span a new
  ///   grid; `BarError` where a market's grid makes no bars; what `give` throws.
  public mutating func take(_ event: Event, _ give: (FeatureRow) throws -> Void) throws {
    let time = max(state.time, event.receiveTime)
    if let due, time > due { try endInstant(due, give) }
    try release(before: time, give)
    reduce(&state, event)
    if event.kind.isDefinition { names.learn(event) }
    if !isPast(state.sequence, state.time) {
      try expectSameGrid(event.body)
      try meet(event.body)
    }
    show(event)
    guard case .every(let span) = request.pace else { return try endEvent(event, give) }
    let start = state.time.floored(to: span)
    due = start == state.time ? start : start + span
  }

  /// Gives out the rows whose labels the journal's end leaves open.
  /// - Throws: `FeatureError.noSuchMarket` for a symbol that never came, `.noMarket` where none did;
  ///   whatever `give` throws.
  public mutating func finish(_ give: (FeatureRow) throws -> Void) throws {
    while let row = waiting.popFirst() { try put(row, give) }
    for symbol in request.symbols where !symbols.contains(symbol) {
      let known = seen.indices.filter { seen[$0] }.compactMap {
        names.symbol(InstrumentID(UInt16($0)))
      }
      throw FeatureError.noSuchMarket(symbol, known: known)
    }
    guard !symbols.isEmpty else { throw FeatureError.noMarket }
  }

  /// A bar's ticks and lots must mean the same in all of it.
  private func expectSameGrid(_ body: EventBody) throws(FeatureError) {
    guard case .instrument(let definition) = body, definition.instrument.index < markets.count,
      let market = markets[definition.instrument.index], market.bars != nil
    else { return }
    if let latest = state.instruments[definition.instrument.index],
      !latest.sharesGrid(with: market.definition)
    {
      throw .newGrid(market.symbol, at: state.sequence)
    }
  }

  /// A market is met with its first trade, quote or level: its name and grid are known by then.
  private mutating func meet(_ body: EventBody) throws {
    switch body {
    case .trade, .quote, .depth, .bookSnapshot: break
    default: return
    }
    let index = body.instrument.index
    guard index >= seen.count || !seen[index] else { return }
    while seen.count <= index {
      seen.append(false)
      markets.append(nil)
    }
    seen[index] = true
    guard let symbol = names.symbol(body.instrument),
      request.symbols.isEmpty || request.symbols.contains(symbol)
    else { return }
    guard index < state.markets.count, let definition = state.instruments[index] else {
      throw FeatureError.undefined(symbol, at: state.sequence)
    }
    var market = Market(
      features: FeatureSet(request.choices, of: body.instrument), symbol: symbol,
      definition: definition)
    if case .bars(let spec) = request.pace { market.bars = try BarMaker(spec, of: definition) }
    markets[index] = market
  }

  /// Shows an event to the market it is about, or to all where it names none.
  private mutating func show(_ event: Event) {
    let instrument = event.body.instrument
    if instrument != .none {
      guard instrument.index < markets.count else { return }
      markets[instrument.index]?.features.take(event, state)
    } else {
      for index in markets.indices { markets[index]?.features.take(event, state) }
    }
  }

  // MARK: Rows

  private mutating func endInstant(
    _ instant: Timestamp, _ give: (FeatureRow) throws -> Void
  ) throws {
    due = nil
    for index in markets.indices { try addRow(index, at: instant, give) }
  }

  private mutating func endEvent(_ event: Event, _ give: (FeatureRow) throws -> Void) throws {
    guard !event.body.isInsideRun, isDue(behind: event) else { return }
    try addRow(event.body.instrument.index, at: state.time, give)
  }

  private mutating func isDue(behind event: Event) -> Bool {
    switch (request.pace, event.body) {
    case (.trade, .trade), (.quote, .quote), (.book, .depth), (.book, .bookSnapshot): return true
    case (.bars, .trade(let trade)):
      let index = trade.instrument.index
      let time = event.moment
      return index < markets.count && markets[index]?.bars?.add(trade, at: time) != nil
    default: return false
    }
  }

  private mutating func addRow(
    _ index: Int, at time: Timestamp, _ give: (FeatureRow) throws -> Void
  ) throws {
    guard index < markets.count, isWanted(state.sequence, time) else { return }
    markets[index]?.features.answer(state, at: time)
    guard let market = markets[index] else { return }
    let row = FeatureRow(
      time: time, sequence: state.sequence, symbol: market.symbol, numbers: market.features.values)
    if request.labels.isEmpty { return try put(row, give) }
    try waiting.append(row, of: index, market.features)
  }

  private func isWanted(_ sequence: Sequence64, _ time: Timestamp) -> Bool {
    switch request.from {
    case .none: break
    case .sequence(let first): if sequence < first { return false }
    case .time(let first): if time < first { return false }
    }
    return !isPast(sequence, time)
  }

  private func isPast(_ sequence: Sequence64, _ time: Timestamp) -> Bool {
    switch request.to {
    case .none: false
    case .sequence(let last): sequence > last
    case .time(let last): time > last
    }
  }

  /// Labels whose horizon is behind `time` get the middles as they are, and complete rows go.
  private mutating func release(
    before time: Timestamp, _ give: (FeatureRow) throws -> Void
  ) throws {
    guard waiting.isDue(before: time) else { return }
    waiting.settle(before: time) { index in markets[index]?.features }
    while let row = waiting.popSettled() { try put(row, give) }
  }

  private mutating func put(_ row: FeatureRow, _ give: (FeatureRow) throws -> Void) throws {
    try give(row)
    rows += 1
  }
}

extension FeatureTable {
  /// Makes the table of a whole journal. One that is not sealed is read as far as it is whole.
  /// - Parameters:
  ///   - progress: called with the events read and all there are, after each batch; may throw to stop.
  ///   - give: called with each row, by time.
  /// - Returns: the finished table's counts, and what the journal says of itself.
  /// - Throws: `JournalError` for damage, `FeatureError`, whatever the closures throw.
  public static func read(
    journal: String, _ request: FeatureRequest,
    progress: (_ done: UInt64, _ all: UInt64) throws -> Void,
    _ give: (FeatureRow) throws -> Void
  ) throws -> FeatureTable {
    var table = try FeatureTable(request)
    var reader = try JournalReader(opening: journal, acceptingOpen: true)
    var batch = EventBatch()
    while !table.isComplete, try reader.next(into: &batch) {
      for event in batch.events { try table.take(event, give) }
      try progress(table.state.sequence, reader.facts.events)
    }
    try table.finish(give)
    return table
  }
}
