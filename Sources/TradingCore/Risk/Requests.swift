/// The requests that one wish needs; a fixed number, more are dropped and counted.
public struct Requests: Sendable {
  /// Every live order can be canceled at once, with room for what a strategy wants besides.
  public static let capacity = OrderTable.capacity + 32
  private var items: ContiguousArray<OrderRequest> = []
  public var count: Int { items.count }
  private var droppedCount = 0
  private var parents: ContiguousArray<ParentRequest> = []

  public init() { items.reserveCapacity(32) }

  public subscript(index: Int) -> OrderRequest { items[index] }

  /// How many did not fit since this was last asked.
  mutating func takeDroppedCount() -> Int {
    defer { droppedCount = 0 }
    return droppedCount
  }

  mutating func append(_ request: OrderRequest) {
    guard count < Requests.capacity else {
      droppedCount += 1
      return
    }
    items.append(request)
  }

  mutating func append(_ request: ParentRequest) {
    guard parents.count < 2 * ParentTable.capacity else {
      droppedCount += 1
      return
    }
    parents.append(request)
  }

  /// Whether nothing is asked of venues or of the executor.
  var isEmpty: Bool { items.isEmpty && parents.isEmpty }

  /// Takes out the next request to the executor, first in first out.
  mutating func popParent() -> ParentRequest? {
    parents.isEmpty ? nil : parents.removeFirst()
  }

  /// Forgets what was asked of venues.
  mutating func removeAll() { items.removeAll(keepingCapacity: true) }
}

/// What somebody wants of the executor.
enum ParentRequest: Equatable, Sendable, BitwiseCopyable {
  case begin(ParentTerms)
  case end(OrderID)
}
