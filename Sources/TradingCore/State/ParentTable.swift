/// The parent orders that are being worked, and how events change them.

/// Live parents sorted by id, at most `capacity`.
public struct ParentTable: Equatable, Sendable, CanonicallyDecodable {
  /// The most live parents; what would exceed it is refused.
  public static let capacity = 64

  public private(set) var live: ContiguousArray<LiveParent> = []
  /// The sequence of an operator's last `execute`: its parent is nobody's target.
  var lastCommand: Sequence64 = 0

  public init() {}

  @inline(__always)
  public var isEmpty: Bool { live.isEmpty }
  public var count: Int { live.count }
  public subscript(place: Int) -> LiveParent { live[place] }

  /// The live parent with an id. O(live parents).
  public subscript(id: OrderID) -> LiveParent? { live.first { $0.id == id } }

  /// The parent that the target of an instrument's book is being reached with.
  public func target(_ instrument: InstrumentID, _ book: BookID) -> LiveParent? {
    live.first {
      $0.isTarget && $0.ending == nil && $0.terms.instrument == instrument && $0.terms.book == book
    }
  }

  /// Takes a parent in; false when there is no room for it.
  mutating func add(_ parent: LiveParent) -> Bool {
    guard live.count < ParentTable.capacity else { return false }
    live.append(parent)
    return true
  }

  mutating func remove(_ id: OrderID) { live.removeAll { $0.id == id } }

  /// Changes the live parent with an id; does nothing where there is none.
  mutating func change(_ id: OrderID, _ change: (inout LiveParent) -> Void) {
    guard let place = live.firstIndex(where: { $0.id == id }) else { return }
    change(&live[place])
  }

  /// Lots that a market traded count for every parent that works there.
  mutating func note(volume: Quantity, of instrument: InstrumentID) {
    for place in live.indices where live[place].terms.instrument == instrument {
      live[place].volume = live[place].volume.addingClamped(max(0, volume.lots))
    }
  }

  /// All parents are to end, but for those that end already.
  mutating func endAll(_ outcome: ParentOutcome) {
    for place in live.indices where live[place].ending == nil { live[place].ending = outcome }
  }

  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(live.count)
    for parent in live { parent.encode(into: &bytes) }
    bytes.append(lastCommand)
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    live = try reader.takeArray(atMost: ParentTable.capacity)
    let isSorted = zip(live, live.dropFirst()).allSatisfy { $0.id < $1.id }
    try reader.expect(isSorted, "live parents out of order")
    lastCommand = try reader.take()
  }
}

extension State {
  /// Whether a parent's terms can be worked: a defined instrument with a price, and sound numbers.
  public func objection(to terms: ParentTerms) -> RefusalReason? {
    guard terms.instrument.index < instruments.count,
      let definition = instruments[terms.instrument.index]
    else { return .unknownInstrument }
    guard let mark = markets[terms.instrument.index].mark else { return .noPrice }
    let price = terms.limit.ticks > 0 ? terms.limit : mark
    let hasShare = (1...10_000).contains(terms.participation)
    guard terms.book.hasRoom, terms.quantity.lots > 0, terms.limit.ticks >= 0, price.ticks > 0,
      definition.canValue(price, terms.quantity),
      terms.algorithm != .participation || hasShare
    else { return .malformed }
    return parents.count < ParentTable.capacity ? nil : .maxOpenOrders
  }

  /// Begins a parent; one that cannot be worked is counted and forgotten.
  mutating func begin(_ parent: Parent) {
    let terms = parent.terms
    switch objection(to: terms) {
    case nil: break
    case .unknownInstrument:
      anomalies.undefinedInstruments += 1
      return
    case .maxOpenOrders:
      anomalies.beyondCapacity += 1
      return
    default:
      anomalies.malformedFacts += 1
      return
    }
    let market = markets[terms.instrument.index]
    guard let definition = instruments[terms.instrument.index], let mark = market.mark else {
      return
    }
    let amount = Money(units: Int128(terms.quantity.lots) * definition.lotAmount)
    let arrival = market.twiceMiddle ?? mark.ticks.addingClamped(mark.ticks)
    var live = LiveParent(
      OrderID(sequence), terms, start: time, amount: amount, arrival: arrival)
    live.isTarget = parent.cause != parents.lastCommand
    _ = parents.add(live)
  }

  /// What an event means for the parents, before it changes anything else. O(live parents + live
  /// orders).
  @inline(never)
  mutating func followParents(_ event: Event) {
    if risk.halt != nil { parents.endAll(.halted) }
    switch event.body {
    case .trade(let trade): parents.note(volume: trade.quantity, of: trade.instrument)
    case .candle(let candle): parents.note(volume: candle.volume, of: candle.instrument)
    case .refused(let refusal): noteAttempt(of: OrderID(refusal.cause), hasFailed: true)
    case .order(let order): noteAttempt(of: OrderID(order.cause), hasFailed: false)
    case .rejected(let report), .sendFailed(let report):
      guard let parent = orders[report.order]?.parent else { return }
      parents.change(parent) { $0.failures = min($0.failures, .max - 1) + 1 }
    case .cancelRequest(let terms):
      parents.change(terms.order) { $0.ending = $0.ending ?? .canceled }
    case .parentEnded(let report): parents.remove(report.parent)
    default: break
    }
  }

  /// A child was sent, or the gate refused it.
  private mutating func noteAttempt(of parent: OrderID, hasFailed: Bool) {
    let time = time
    parents.change(parent) {
      $0.lastAttempt = time
      if hasFailed { $0.failures = min($0.failures, .max - 1) + 1 } else { $0.children += 1 }
    }
  }

  /// A fill of a child.
  mutating func note(
    _ fill: Fill, of parent: OrderID, fee: Money, _ definition: InstrumentDefinition
  ) {
    parents.change(parent) {
      $0.filled += Money(units: Int128(fill.quantity.lots) * definition.lotAmount)
      $0.value += definition.notional(fill.price, fill.quantity)
      $0.fees += fee
      $0.failures = 0
    }
  }

  /// What a parent's live children may still trade, in the base asset, counting unknown orders as
  /// live. O(live orders).
  public func working(for parent: OrderID) -> Money {
    var sum = Money.zero
    for order in orders.live where order.parent == parent {
      guard order.terms.instrument.index < instruments.count,
        let definition = instruments[order.terms.instrument.index]
      else { continue }
      sum += Money(units: definition.lotAmount).scaled(by: Int128(order.open.lots), over: 1)
    }
    return sum
  }

  /// Whether any child of a parent is live. O(live orders).
  public func hasChildren(_ parent: OrderID) -> Bool {
    orders.live.contains { $0.parent == parent }
  }
}
