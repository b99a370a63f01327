/// Approved orders that wait until the journal has them, first in first out, a fixed number.
public struct Outbox: ~Copyable {
  /// The most orders that can wait; the engine commits before it is full.
  public static let capacity = 64

  private var slots = InlineArray<64, ApprovedOrder?> { _ in nil }
  public private(set) var count = 0
  /// Whether something that waits, or waited with it, is more than a cancel: its intent must survive a
  /// power cut before it leaves.
  public private(set) var hasIntents = false
  private var first = 0

  public init() {}

  public var isEmpty: Bool { count == 0 }
  public var isFull: Bool { count == Outbox.capacity }

  /// Whether the list of requests that begins at an index fits whole: its orders are journalled
  /// directly one after the other.
  func hasRoom(for requests: borrowing Requests, from index: Int) -> Bool {
    requests.endOfList(from: index) - index <= Outbox.capacity - count
  }

  mutating func append(_ order: consuming ApprovedOrder) {
    precondition(!isFull, "Outbox: \(count) orders wait and another came")
    if order.request.isIntent { hasIntents = true }
    slots[(first + count) % Outbox.capacity] = consume order
    count += 1
  }

  /// Takes out the next order, first in first out.
  public mutating func popFirst() -> ApprovedOrder? {
    guard count > 0 else { return nil }
    let order = slots[first].take()
    first = (first + 1) % Outbox.capacity
    count -= 1
    if count == 0 { hasIntents = false }
    return order
  }

  /// Drops what waits.
  mutating func removeAll() {
    while popFirst() != nil {}
  }
}

extension OrderRequest {
  /// Whether its loss could not be told from its never having been: a venue would then have an order that
  /// nobody here knows, under a name that the next order of that sequence gets. What only shrinks a
  /// position is no exception.
  var isIntent: Bool {
    switch self {
    case .place, .amend: true
    case .cancel: false
    }
  }
}
