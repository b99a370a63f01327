/// Facts on their way to an engine that has a bug: what a planted bug makes of them.

import TradingCore

final class PlantedFeed: Feed {
  private let feed: any Feed
  private let plant: Plant
  private let askAgain: (OrderID) -> Void
  private var connections = 0
  private var hasForgotten = false

  /// - Parameter askAgain: called with an order that is to be placed once more.
  init(_ feed: any Feed, _ plant: Plant, askAgain: @escaping (OrderID) -> Void) {
    (self.feed, self.plant, self.askAgain) = (feed, plant, askAgain)
  }

  func next(into batch: inout EventBatch) throws(EngineFault) -> Bool {
    guard try feed.next(into: &batch) else { return false }
    batch.events = ContiguousArray(batch.events.compactMap(changed))
    return true
  }

  /// A fact as the bug leaves it; `nil` for one that it loses.
  private func changed(_ event: Event) -> Event? {
    switch event.body {
    case .connected(let report) where report.stream == .account: connections += 1
    case .fill where plant == .forgetFill && connections > 1 && !hasForgotten:
      hasForgotten = true
      return nil
    case .unknown(let report) where plant == .trustServerError:
      return Event(receiveTime: event.receiveTime, .sendFailed(report))
    case .unknown(let report) where plant == .askAgain: askAgain(report.order)
    default: break
    }
    return event
  }
}
