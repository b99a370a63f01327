/// Part of a recording: the market facts of a period, after everything that must be known to read
/// them. Definitions always pass; a book that was built before the period enters it as a snapshot.
public final class PeriodFeed: Feed {
  private var reader: FeedReader
  private let from: Timestamp
  private let to: Timestamp
  private let isOrdered: Bool
  private var isOver = false
  private var books: ContiguousArray<OrderBook> = []
  private var waiting: Queue<Event> = Queue()
  private var hasBegun = false
  private var isInsideRun = false
  private var nextSequence: Sequence64 = 1

  /// - Parameters:
  ///   - from: the first receive time that belongs to the period.
  ///   - to: the first that no longer does.
  ///   - isOrdered: whether the feed's times never go back: it is then read no further than the first event
  ///     at `to`.
  public init(_ feed: any Feed, from: Timestamp, to: Timestamp, isOrdered: Bool = false) {
    reader = FeedReader(feed)
    self.from = from
    self.to = to
    self.isOrdered = isOrdered
  }

  public func next(into batch: inout EventBatch) throws(EngineFault) -> Bool {
    batch.removeAll()
    batch.firstSequence = nextSequence
    while !batch.isFull, let event = try nextOfPeriod() { batch.events.append(event) }
    nextSequence += Sequence64(batch.events.count)
    return !batch.isEmpty
  }

  private func nextOfPeriod() throws(EngineFault) -> Event? {
    if let event = waiting.popFirst() { return event }
    while !isOver, let event = try reader.next() {
      if isOrdered, !isInsideRun, event.receiveTime >= to {
        isOver = true
        return nil
      }
      if !event.kind.isMarket {
        if !hasBegun { loseBooks(event) }
        return event
      }
      // A run that began before the period belongs to what was before.
      if !hasBegun, event.receiveTime < from || isInsideRun {
        learn(event)
        continue
      }
      if !isInsideRun, event.receiveTime >= to { continue }
      if !hasBegun {
        hasBegun = true
        enter(at: from)
        waiting.append(event)
        isInsideRun = event.body.isInsideRun
        return waiting.popFirst()
      }
      isInsideRun = event.body.isInsideRun
      return event
    }
    return nil
  }

  /// Keeps the books in step before the period begins.
  private func learn(_ event: Event) {
    isInsideRun = event.body.isInsideRun
    switch event.body {
    case .depth(let depth): book(depth.instrument) { $0.update(depth.level) }
    case .bookSnapshot(let level): book(level.instrument) { $0.load(level.level) }
    case .gap(let gap) where gap.stream == .depth || gap.stream == .any:
      for index in books.indices where gap.instrument == .none || gap.instrument.index == index {
        books[index].invalidate()
      }
    default: break
    }
  }

  /// A connection that was lost takes the books with it.
  private func loseBooks(_ event: Event) {
    guard case .disconnected(let report) = event.body, report.endsAll,
      report.stream == .depth || report.stream == .any
    else { return }
    for index in books.indices { books[index].invalidate() }
  }

  private func book(_ instrument: InstrumentID, _ change: (inout OrderBook) -> Void) {
    guard instrument.hasRoom else { return }
    while books.count <= instrument.index { books.append(OrderBook()) }
    change(&books[instrument.index])
  }

  /// Queues each valid book as a snapshot at the beginning of the period.
  private func enter(at time: Timestamp) {
    for index in books.indices where books[index].isValid {
      let levels = books[index].allLevels
      var snapshot = BookSnapshot(
        instrument: InstrumentID(UInt16(index)), side: .buy, price: .zero, quantity: .zero,
        updateID: books[index].updateID, flags: [.first, .last, .empty])
      if levels.isEmpty { waiting.append(Event(receiveTime: time, .bookSnapshot(snapshot))) }
      for (offset, level) in levels.enumerated() {
        (snapshot.side, snapshot.price, snapshot.quantity) = level
        snapshot.flags = offset == 0 ? .first : []
        if offset == levels.count - 1 { snapshot.flags.insert(.last) }
        waiting.append(Event(receiveTime: time, .bookSnapshot(snapshot)))
      }
    }
    books = []
  }
}
