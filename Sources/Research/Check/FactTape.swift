/// Recorded facts told to an engine once more, one by one, so that what it decides between two of them is
/// known before the second: a report then finds the order it is about, whatever the order is called now.

public import TradingCore

/// A fact of a journal and where it stood.
public struct TapeFact: Equatable, Sendable {
  public var sequence: Sequence64
  public var event: Event

  public init(_ sequence: Sequence64, _ event: Event) {
    (self.sequence, self.event) = (sequence, event)
  }
}

/// The world of a run over recorded facts: it tells them, keeps the journal, and sends orders nowhere.
///
/// An order is its cause: the fact it followed and its place among the orders after that fact. Reports of
/// orders that are not placed any more are left out.
public final class FactTape: Feed, DurableSink, OrderGateway {
  /// What the run has journalled.
  public private(set) var events: [Event] = []
  private let facts: [TapeFact]
  private let origins: [OrderID: OrderOrigin]
  private var next = 0
  private var told: Sequence64 = 0
  private var placedSinceTold = 0
  private var orders: [OrderOrigin: OrderID] = [:]

  /// - Parameters:
  ///   - facts: what is told, in order.
  ///   - origins: where the orders that they speak of came from, by `OrderOrigin.all(in:)`.
  init(_ facts: [TapeFact], _ origins: [OrderID: OrderOrigin]) {
    (self.facts, self.origins) = (facts, origins)
  }

  public func next(into batch: inout EventBatch) throws(EngineFault) -> Bool {
    batch.removeAll()
    batch.firstSequence = Sequence64(events.count) + 1
    while next < facts.count {
      let fact = facts[next]
      next += 1
      guard let event = renamed(fact.event) else { continue }
      (told, placedSinceTold) = (fact.sequence, 0)
      batch.events.append(event)
      return true
    }
    return false
  }

  public func append(_ batch: borrowing EventBatch) throws(EngineFault) {
    for (offset, event) in batch.events.enumerated() {
      events.append(event)
      guard case .order = event.body else { continue }
      let origin = OrderOrigin(fact: told, place: placedSinceTold)
      orders[origin] = OrderID(batch.firstSequence + Sequence64(offset))
      placedSinceTold += 1
    }
  }

  public func secure(upTo sequence: Sequence64, durably: Bool) throws(EngineFault) {}
  public func recall(_ fill: Fill) {}
  public func begin(_ state: borrowing State, replayed last: Sequence64) {}
  public func permit(_ key: KeyChange) {}
  public func send(_ orders: inout Outbox) { while orders.popFirst() != nil {} }

  /// The fact with the orders it speaks of as they are called now; `nil` when one was not placed.
  private func renamed(_ event: Event) -> Event? {
    guard let order = event.body.reportedOrder else { return event }
    guard let origin = origins[order] else { return event }
    guard let now = orders[origin] else { return nil }
    var event = event
    event.body.reportedOrder = now
    return event
  }
}

/// Where an order came from: the fact before it, and its place among the orders after that fact.
struct OrderOrigin: Hashable, Sendable {
  var fact: Sequence64
  var place: Int

  /// The origins of all orders of a journal. O(events).
  static func all(in events: [Event]) -> [OrderID: OrderOrigin] {
    var origins: [OrderID: OrderOrigin] = [:]
    var (fact, place): (Sequence64, Int) = (0, 0)
    for (index, event) in events.enumerated() {
      if event.isFact { (fact, place) = (Sequence64(index) + 1, 0) }
      guard case .order = event.body else { continue }
      origins[OrderID(Sequence64(index) + 1)] = OrderOrigin(fact: fact, place: place)
      place += 1
    }
    return origins
  }

  /// The same where every order is an operator's command in its place.
  static func byHand(in events: [Event]) -> [OrderID: OrderOrigin] {
    var origins: [OrderID: OrderOrigin] = [:]
    for (index, event) in events.enumerated() where event.kind == .order {
      let sequence = Sequence64(index) + 1
      origins[OrderID(sequence)] = OrderOrigin(fact: sequence, place: 0)
    }
    return origins
  }
}
