/// Orders and fills of a run as rows, kept up to date as their events pass.

import TradingCore

struct OrderLedger {
  /// In order of id, which is the order they were made in.
  private(set) var orders: [OrderRecord] = []
  private(set) var fills: [FillRecord] = []
  private(set) var cancels: UInt64 = 0
  private(set) var rejections: UInt64 = 0
  /// Σ of signed fills by instrument id.
  private var positions: [Quantity] = []

  /// Takes an order or a venue event; other events change nothing. O(log orders).
  mutating func observe(_ event: Event, sequence: Sequence64) {
    switch event.body {
    case .order(let order):
      orders.append(OrderRecord(id: OrderID(sequence), time: event.receiveTime, order: order))
    case .fill(let fill): book(fill, event.receiveTime, sequence)
    case .canceled(let report):
      cancels += 1
      close(report.order, .canceled, event.receiveTime)
    case .expired(let report): close(report.order, .expired, event.receiveTime)
    case .rejected(let report), .sendFailed(let report):
      rejections += 1
      close(report.order, .rejected, event.receiveTime)
    case .unknown(let report): close(report.order, .unknown, event.receiveTime)
    default: break
    }
  }

  private mutating func book(_ fill: Fill, _ time: Timestamp, _ sequence: Sequence64) {
    while positions.count <= fill.instrument.index { positions.append(.zero) }
    positions[fill.instrument.index].lots &+= fill.quantity.lots * fill.side.sign
    fills.append(
      FillRecord(
        sequence: sequence, time: time, fill: fill,
        positionAfter: positions[fill.instrument.index]))
    guard let index = index(of: fill.order) else { return }
    orders[index].filled.lots += fill.quantity.lots
    if orders[index].filled >= orders[index].order.terms.quantity {
      orders[index].outcome = .filled
      orders[index].closedTime = time
    }
  }

  private mutating func close(_ order: OrderID, _ outcome: OrderOutcome, _ time: Timestamp) {
    guard let index = index(of: order), orders[index].outcome != .filled else { return }
    orders[index].outcome = outcome
    orders[index].closedTime = time
  }

  private func index(of order: OrderID) -> Int? {
    var (low, high) = (0, orders.count)
    while low < high {
      let middle = (low + high) / 2
      if orders[middle].id < order { low = middle + 1 } else { high = middle }
    }
    return low < orders.count && orders[low].id == order ? low : nil
  }
}
