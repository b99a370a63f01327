/// One side of a comparison: the events of a journal that are compared, one by one, with their sequences
/// as the other side would number them.

internal import Journal
internal import TradingCore

/// Which events are compared.
enum ComparedPart {
  /// Everything behind the head, fingerprints left out where the heads differ.
  case all(withFingerprints: Bool)
  /// What the market did.
  case market
  /// What was decided, whatever it was numbered and whenever it was.
  case decisions
}

struct RunStream: ~Copyable {
  private var reader: JournalReader
  private let part: ComparedPart
  private var batch = EventBatch()
  private var place = 0
  /// The last event taken from the journal.
  private(set) var sequence: Sequence64
  /// Events compared with the other side are counted from behind this one.
  private let head: Sequence64
  /// Fingerprints passed over so far: what comes behind them is numbered by so much less.
  private var passed: [Sequence64] = []
  /// Orders in the order they were placed: their numbers where only decisions are compared.
  private var orders: [Sequence64] = []

  /// - Parameter start: the event behind which to begin.
  init(
    of run: RecordedRun, _ part: ComparedPart, after start: Sequence64
  ) throws(JournalError) {
    reader = try RunStream.reader(of: run, after: start)
    isOver = start >= reader.facts.lastSequence
    self.part = part
    head = UInt64(run.head.count)
    sequence = start
  }

  private var isOver: Bool

  private static func reader(
    of run: RecordedRun, after start: Sequence64
  ) throws(JournalError) -> JournalReader {
    var reader = try JournalReader(opening: run.journal, acceptingOpen: true)
    if start > 0, start < reader.facts.lastSequence { try reader.seek(to: start + 1) }
    return reader
  }

  /// The next event that is compared; `nil` at the end.
  mutating func next() throws(JournalError) -> Event? {
    while !isOver {
      if place == batch.events.count {
        place = 0
        isOver = try !reader.next(into: &batch)
        if isOver { break }
      }
      let event = batch.events[place]
      place += 1
      sequence += 1
      if isCompared(event) { return event }
    }
    return nil
  }

  private mutating func isCompared(_ event: Event) -> Bool {
    switch part {
    case .all(let withFingerprints):
      if event.kind == .stateHash, !withFingerprints {
        passed.append(sequence)
        return false
      }
      return true
    case .market: return event.kind.isMarket
    case .decisions:
      if event.kind == .order { orders.append(sequence) }
      return !event.isFact && event.kind != .stateHash
    }
  }

  /// The event as it is compared: with numbers that do not depend on what stands before it.
  func comparable(_ event: Event) -> Event {
    switch part {
    case .all(withFingerprints: true), .market: return event
    case .all:
      var event = event
      event.body = event.body.renumbered { number(of: $0) }
      return event
    case .decisions:
      // When a decision was made depends on when reports came; what it was does not have to.
      return Event(receiveTime: .distantPast, event.body.renumbered { ordinal(of: $0) })
    }
  }

  /// A sequence counted from the head, without fingerprints; 0 within the head.
  private func number(of sequence: Sequence64) -> Sequence64 {
    guard sequence > head else { return 0 }
    var skipped = passed.count
    while skipped > 0, passed[skipped - 1] > sequence { skipped -= 1 }
    return sequence - head - UInt64(skipped)
  }

  /// The how manieth order it is; 0 for what is no order.
  private func ordinal(of sequence: Sequence64) -> Sequence64 {
    var (low, high) = (0, orders.count)
    while low < high {
      let middle = (low + high) / 2
      if orders[middle] < sequence { low = middle + 1 } else { high = middle }
    }
    return low < orders.count && orders[low] == sequence ? UInt64(low) + 1 : 0
  }
}
