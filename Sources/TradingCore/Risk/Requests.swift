/// The requests that one wish needs; a fixed number, more are dropped and counted.
public struct Requests: Sendable {
  /// Every live order can be canceled at once, with room for what a strategy wants besides.
  public static let capacity = OrderTable.capacity + 32
  private var items: ContiguousArray<OrderRequest> = []
  /// Whose request each of them is; `.all` for the operator, the executor and what a halt does.
  private var askers: ContiguousArray<BookID> = []
  public var count: Int { items.count }
  private var droppedCount = 0
  private var parents: ContiguousArray<ParentRequest> = []

  public init() {
    items.reserveCapacity(32)
    askers.reserveCapacity(32)
  }

  /// Some requests at once.
  public init(_ requests: some Sequence<OrderRequest>) {
    self.init()
    for request in requests { append(request) }
  }

  public subscript(index: Int) -> OrderRequest { items[index] }

  /// How many did not fit since this was last asked.
  mutating func takeDroppedCount() -> Int {
    defer { droppedCount = 0 }
    return droppedCount
  }

  mutating func append(_ request: OrderRequest, for book: BookID = .all) {
    guard count < Requests.capacity else {
      droppedCount += 1
      return
    }
    items.append(request)
    askers.append(book)
  }

  /// Whether whoever asks at a place may amend or cancel an order: it is live, and a book's own.
  func mayChange(_ order: LiveOrder?, at index: Int) -> Bool {
    guard let order else { return false }
    return askers[index] == .all || askers[index] == order.terms.book
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

  /// Takes an order of a book back and places another in its stead, if there is room for both.
  mutating func replace(_ id: OrderID, with terms: OrderTerms, for book: BookID = .all) {
    guard count + 2 <= Requests.capacity else {
      droppedCount += 2
      return
    }
    var replacement = terms
    replacement.list = ListPlace(.replacement, offset: 0, isLast: true)
    append(.cancel(id), for: book)
    append(.place(replacement), for: book)
  }

  /// The place behind the list that begins at `first`: behind the order that is marked its last, behind
  /// a cancel's replacement, or behind a request that stands alone.
  func endOfList(from first: Int) -> Int {
    guard let terms = items[first].placed else {
      let isReplaced = first + 1 < count && items[first + 1].placed?.list.role == .replacement
      if case .cancel = items[first], isReplaced { return first + 2 }
      return first + 1
    }
    var end = first + 1
    guard terms.list != .alone, !terms.list.isLast else { return end }
    while end < count, end - first < ListPlace.capacity, let next = items[end].placed?.list,
      next.offset == end - first
    {
      end += 1
      if next.isLast { break }
    }
    return end
  }

  /// Forgets what was asked of venues.
  mutating func removeAll() {
    items.removeAll(keepingCapacity: true)
    askers.removeAll(keepingCapacity: true)
  }
}

/// What somebody wants of the executor.
enum ParentRequest: Equatable, Sendable, BitwiseCopyable {
  case begin(ParentTerms)
  case end(OrderID)
}

extension EventBody {
  /// The alert that so many wishes or requests did not fit.
  static func dropped(_ count: Int, _ cause: Sequence64) -> EventBody {
    .alert(Alert(.decisionsDropped, cause: cause, value: Int64(count)))
  }
}
