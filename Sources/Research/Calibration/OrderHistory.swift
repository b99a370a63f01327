/// The orders of a journal as the venue met them: what arrived when, and when resting orders were
/// first filled.

internal import TradingCore

struct OrderHistory {
  struct Arrival {
    var time: Timestamp
    var order: OrderID
    var request: OrderRequest
  }

  /// Requests that the venue took, in the order it did.
  private(set) var arrivals: [Arrival] = []
  /// Orders that the venue took and that can be compared.
  private(set) var orders: Set<OrderID> = []
  /// The venue's time of an order's first fill as maker, for those that had one.
  private(set) var firstFills: [OrderID: Timestamp] = [:]
  private var placed: [OrderID: OrderTerms] = [:]
  private var amends: [OrderID: AmendTerms] = [:]
  private var cancels: Set<OrderID> = []

  mutating func observe(_ event: Event, _ sequence: Sequence64) {
    let time = event.venueTime
    switch event.body {
    case .order(let order): placed[OrderID(sequence)] = order.terms
    case .amendRequest(let terms): amends[terms.order] = terms
    case .cancelRequest(let terms): cancels.insert(terms.order)
    case .accepted(let report): accept(report.order, at: time)
    case .amended(let report):
      guard let terms = amends.removeValue(forKey: report.order) else { return }
      arrive(report.order, .amend(terms), at: time)
    case .canceled(let report):
      guard cancels.remove(report.order) != nil else { return }
      arrive(report.order, .cancel(report.order), at: time)
    case .fill(let fill) where fill.liquidity == .maker && !time.isNone:
      guard orders.contains(fill.order), firstFills[fill.order] == nil else { return }
      firstFills[fill.order] = time
    default: break
    }
  }

  /// Lists are left out: their exits come to life inside the venue.
  private mutating func accept(_ order: OrderID, at time: Timestamp) {
    guard let terms = placed.removeValue(forKey: order), terms.list == .alone, !time.isNone else {
      return
    }
    orders.insert(order)
    arrivals.append(Arrival(time: time, order: order, request: .place(terms)))
  }

  private mutating func arrive(_ order: OrderID, _ request: OrderRequest, at time: Timestamp) {
    guard orders.contains(order), !time.isNone else { return }
    arrivals.append(Arrival(time: time, order: order, request: request))
  }

  /// Puts the arrivals in the venue's order, which reports may have left on the way.
  mutating func settle() {
    arrivals = arrivals.enumerated().sorted {
      ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
    }
    .map(\.element)
  }
}
