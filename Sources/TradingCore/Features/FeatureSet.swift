/// Several features of one market behind one face: fed with events and the state, it answers numbers
/// without allocating. Tables, models and strategies hold the same.
///
///     features.take(event, state)        // each fact once, after it was reduced
///     features.answer(state)
///     let imbalance = features.values[0]
///
/// It believes the state's own book and quotes, and keeps apart what the state does not: whether the quotes
/// were told since the last loss. A loss of trades is one of the trades' features, a loss of quotes or depth
/// one of the quotes' and the book's; one that names no instrument, or that it was not shown but finds in
/// the state's count, is one of all. A new grid is one of all, too.
public struct FeatureSet: Sendable, CanonicallyEncodable {
  public let instrument: InstrumentID
  /// What each of `values` is.
  public let columns: [FeatureColumn]
  /// The best quotes as they were told last, `nil` while there are no sound ones.
  public private(set) var quotes: BestQuotes?
  /// How often quotes or depth were lost: what spans a change must not be joined.
  public private(set) var quoteLosses: UInt64 = 0

  private var members: ContiguousArray<any Feature>
  private var numbers: FeatureNumbers
  private var grid: FeatureGrid?
  /// What the state had counted when it was last looked at; `nil` before the first look.
  private var gapCount: UInt64?
  private var bookGapCount: UInt64 = 0
  private var wasInStep = false

  /// The features chosen, of one instrument, in their order.
  public init(_ choices: [FeatureChoice], of instrument: InstrumentID) {
    self.instrument = instrument
    columns = choices.flatMap(\.columns)
    members = ContiguousArray(choices.map(\.feature))
    numbers = FeatureNumbers(count: columns.count)
  }

  /// What `answer` said last: one for each column, `nil` where there is none.
  public var values: ContiguousArray<Double?> { numbers.values }

  /// The middle of the quotes in the quote asset.
  public var middle: Double? {
    guard let quotes, let grid else { return nil }
    return grid.price(Double(quotes.twiceMiddle) / 2)
  }

  /// Takes an event that was just reduced into `state`; those of other instruments are passed over.
  public mutating func take(_ event: Event, _ state: borrowing State) {
    switch event.body {
    case .trade(let trade) where trade.instrument == instrument: take(trade, state)
    case .quote(let quote) where quote.instrument == instrument: takeQuote(state)
    case .depth(let depth) where depth.instrument == instrument && depth.flags.contains(.last):
      takeBook(state)
    case .bookSnapshot(let level)
    where level.instrument == instrument && level.flags.contains(.last):
      takeBook(state)
    case .gap(let gap) where gap.instrument == instrument || gap.instrument == .none:
      take(gap, state)
    case .disconnected(let report) where report.endsAll: lose(report.stream, state)
    case .instrument(let definition) where definition.instrument == instrument: regrid(state)
    default: break
    }
  }

  /// Writes `values` as of a moment: the state's own, or a later one up to which nothing more happened.
  public mutating func answer(_ state: borrowing State, at moment: Timestamp? = nil) {
    let now = moment ?? state.time
    precondition(now >= state.time, "FeatureSet: asked before what is known")
    numbers.rewind()
    guard let grid, instrument.index < state.markets.count else {
      return numbers.putNothing(columns.count)
    }
    let sight = MarketSight(now: now, quotes: quotes, grid: grid)
    for index in members.indices {
      members[index].answer(sight, state.markets[instrument.index].book, &numbers)
    }
  }

  // MARK: What happens

  private mutating func take(_ trade: Trade, _ state: borrowing State) {
    guard look(state), let print = TradePrint(trade) else { return }
    deliver(.trade(print), state)
  }

  private mutating func takeQuote(_ state: borrowing State) {
    guard look(state) else { return }
    tellQuotes(state)
  }

  /// At the end of a message: a book that lost its step since the last one lost its quotes with it.
  private mutating func takeBook(_ state: borrowing State) {
    guard look(state) else { return }
    let isInStep = isInStep(state)
    let gaps = state.markets[instrument.index].book.gapCount
    if gaps != bookGapCount || wasInStep && !isInStep { lose(.depth, state) }
    (bookGapCount, wasInStep) = (gaps, isInStep)
    guard isInStep else { return }
    deliver(.book, state)
    let isNewest =
      state.markets[instrument.index].top.updateID
      <= state.markets[instrument.index].book.updateID
    if isNewest { tellQuotes(state) }
  }

  private func isInStep(_ state: borrowing State) -> Bool {
    instrument.index < state.markets.count && state.markets[instrument.index].book.isValid
  }

  private mutating func tellQuotes(_ state: borrowing State) {
    quotes = BestQuotes(state.markets[instrument.index].top)
    deliver(.quotes, state)
  }

  private mutating func take(_ gap: Gap, _ state: borrowing State) {
    if let gapCount { self.gapCount = gapCount &+ 1 }
    lose(gap.instrument == .none ? .any : gap.stream, state)
  }

  private mutating func regrid(_ state: borrowing State) {
    guard let new = definedGrid(state) else { return }
    if let grid, grid != new { lose(.any, state) }
    grid = new
  }

  private func definedGrid(_ state: borrowing State) -> FeatureGrid? {
    guard instrument.index < state.markets.count, state.markets[instrument.index].isDefined else {
      return nil
    }
    return state.instruments[instrument.index].map(FeatureGrid.init)
  }

  /// Whether the market is known; finds losses that were not shown.
  private mutating func look(_ state: borrowing State) -> Bool {
    if grid == nil { grid = definedGrid(state) }
    guard grid != nil else { return false }
    let count = state.markets[instrument.index].gapCount
    if let gapCount, gapCount != count { lose(.any, state) }
    gapCount = count
    return true
  }

  private mutating func lose(_ stream: StreamKind, _ state: borrowing State) {
    let isAll = stream == .any
    let (trades, quotes) = (
      isAll || stream == .trade, isAll || stream == .quote || stream == .depth
    )
    guard trades || quotes else { return }
    if quotes {
      self.quotes = nil
      quoteLosses &+= 1
      // Or the book's next message would find the same loss once more.
      wasInStep = isInStep(state)
    }
    deliver(.lost(trades: trades, quotes: quotes), state)
  }

  private mutating func deliver(_ happening: MarketHappening, _ state: borrowing State) {
    guard let grid, instrument.index < state.markets.count else { return }
    let sight = MarketSight(now: state.time, quotes: quotes, grid: grid)
    for index in members.indices {
      members[index].take(happening, sight, state.markets[instrument.index].book)
    }
  }

  /// What it was made of goes with what it remembers: two sets are equal when both are.
  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(instrument.raw)
    bytes.append(columns.count)
    for column in columns { bytes.append(bytes: column.name.utf8) }
    bytes.append(quotes != nil)
    if let quotes {
      for count in [quotes.bid, quotes.bidLots, quotes.ask, quotes.askLots] { bytes.append(count) }
    }
    bytes.append(quoteLosses)
    bytes.append(gapCount != nil)
    bytes.append(gapCount ?? 0)
    bytes.append(bookGapCount)
    bytes.append(wasInStep)
    for member in members { member.encode(into: &bytes) }
  }
}
