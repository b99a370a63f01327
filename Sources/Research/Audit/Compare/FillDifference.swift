/// The first order, by the order in which they were placed, that two runs did not fill alike.

internal import Journal
public import TradingCore

/// What became of an order in both runs.
public struct FillDifference: Equatable, Sendable {
  /// The how manieth order of either run it is, from 1 on.
  public var number: Int
  public var instrument: InstrumentID
  /// `nil` where that run has no such order.
  public var left: FilledOrder?
  public var right: FilledOrder?

  /// - Parameter watch: called now and then; may throw to stop.
  /// - Returns: `nil` where all orders are filled alike. O(events), with memory for each order.
  init?(first: RecordedRun, second: RecordedRun, watch: () throws -> Void) throws {
    let left = try FilledOrder.all(of: first, watch)
    let right = try FilledOrder.all(of: second, watch)
    let most = max(left.count, right.count)
    for index in 0..<most {
      let pair = (
        index < left.count ? left[index] : nil, index < right.count ? right[index] : nil
      )
      if let first = pair.0, let second = pair.1, first.isAlike(second) { continue }
      number = index + 1
      (self.left, self.right) = pair
      instrument = (pair.0 ?? pair.1)?.instrument ?? .none
      return
    }
    return nil
  }
}

/// An order's fills in sum.
public struct FilledOrder: Equatable, Sendable {
  /// The order's own sequence.
  public var order: Sequence64
  public var instrument: InstrumentID
  /// Lots.
  public var filled: Int128 = 0
  /// Ticks × lots, clamped.
  public var tickLots: Int128 = 0
  /// In 10^−decimals of the fee's asset.
  public var fee: Int128 = 0
  public var fillCount: Int64 = 0

  func isAlike(_ other: FilledOrder) -> Bool {
    (filled, tickLots, fee) == (other.filled, other.tickLots, other.fee)
  }

  fileprivate static func all(
    of run: RecordedRun, _ watch: () throws -> Void
  ) throws -> [FilledOrder] {
    var reader = try JournalReader(opening: run.journal, acceptingOpen: true)
    var batch = EventBatch()
    var outcomes: [FilledOrder] = []
    var places: [OrderID: Int] = [:]
    while try reader.next(into: &batch) {
      try watch()
      for (offset, event) in batch.events.enumerated() {
        switch event.body {
        case .order(let order):
          let sequence = batch.firstSequence + UInt64(offset)
          places[OrderID(sequence)] = outcomes.count
          outcomes.append(FilledOrder(order: sequence, instrument: order.terms.instrument))
        case .fill(let fill):
          if let place = places[fill.order] { outcomes[place].add(fill) }
        default: break
        }
      }
    }
    return outcomes
  }

  private mutating func add(_ fill: Fill) {
    filled += Int128(fill.quantity.lots)
    let (sum, isOver) = tickLots.addingReportingOverflow(
      Int128(fill.price.ticks) * Int128(fill.quantity.lots))
    if !isOver { tickLots = sum }
    fee += Int128(fill.fee)
    fillCount += 1
  }
}
