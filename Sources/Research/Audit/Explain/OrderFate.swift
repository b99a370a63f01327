/// What became of an order: its venue's reports, one after the other, until it is over.

internal import Journal
public import TradingCore

public struct OrderFate: Equatable, Sendable {
  /// How it ended; the journal may end before.
  public enum Ending: String, Sendable {
    case open, filled, canceled, expired, rejected, notSent
  }

  /// Reports kept; an order of more fills than this keeps their sums.
  public static let mostReports = 64

  public private(set) var ending = Ending.open
  /// The first reports and changes, in order.
  public private(set) var reports: [NumberedEvent] = []
  /// Reports and changes in all.
  public private(set) var reportCount = 0
  public private(set) var fillCount = 0
  /// Lots that were filled.
  public private(set) var filled: Int64 = 0
  /// Σ price × lots of the fills, in ticks × lots.
  public private(set) var tickLots: Int128 = 0
  /// Fees by asset, in smallest units, in the order they were first charged.
  public private(set) var fees: [(asset: AssetID, units: Int128)] = []
  private var wanted: Int64
  private let isInQuote: Bool

  public static func == (left: Self, right: Self) -> Bool {
    left.reports == right.reports && left.ending == right.ending && left.filled == right.filled
  }

  /// Reads on from an order until it is over, or to the end of the journal.
  init(
    of order: NumberedEvent, _ terms: OrderTerms, in journal: String, _ watch: Watch
  ) throws(JournalError) {
    isInQuote = terms.flags.contains(.inQuote)
    wanted = isInQuote ? .max : terms.quantity.lots
    var reader = try JournalReader(opening: journal, acceptingOpen: true)
    let last = reader.facts.lastSequence
    guard order.sequence < last else { return }
    try reader.seek(to: order.sequence + 1)
    var batch = EventBatch()
    while ending == .open, try reader.next(into: &batch) {
      guard watch(batch.firstSequence, last) else { throw .stopped }
      for (offset, event) in batch.events.enumerated() where ending == .open {
        guard event.body.concernedOrder == OrderID(order.sequence) else { continue }
        take(NumberedEvent(sequence: batch.firstSequence + Sequence64(offset), event: event))
      }
    }
  }

  private mutating func take(_ report: NumberedEvent) {
    reportCount += 1
    if reports.count < OrderFate.mostReports { reports.append(report) }
    switch report.event.body {
    case .fill(let fill): take(fill)
    case .amended(let change):
      wanted = change.quantity.lots
      if filled >= wanted { ending = .filled }
    case .canceled: ending = .canceled
    case .expired(let end):
      // An amount of the quote asset ends so when less than a lot is left of it.
      ending = isInQuote && fillCount > 0 && end.reason == .other ? .filled : .expired
    case .rejected: ending = .rejected
    case .sendFailed: ending = .notSent
    default: break
    }
  }

  private mutating func take(_ fill: Fill) {
    fillCount += 1
    filled = filled.addingClamped(fill.quantity.lots)
    let (sum, overflow) = tickLots.addingReportingOverflow(
      Int128(fill.price.ticks) * Int128(fill.quantity.lots))
    tickLots = overflow ? (tickLots < 0 ? .min : .max) : sum
    let place = fees.firstIndex { $0.asset == fill.feeAsset }
    if let place {
      fees[place].units += Int128(fill.fee)
    } else {
      fees.append((fill.feeAsset, Int128(fill.fee)))
    }
    if filled >= wanted { ending = .filled }
  }
}

extension EventBody {
  /// The order that a report, or a request of ours, is about.
  fileprivate var concernedOrder: OrderID? {
    switch self {
    case .amendRequest(let terms): terms.order
    case .cancelRequest(let terms): terms.order
    default: reportedOrder
    }
  }
}
