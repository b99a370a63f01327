/// One side's resting orders in the order in which the market reaches them: best price first, then
/// oldest. A sorted array: there are few, and most of what is asked concerns the first.
struct OrderQueue: Sendable {
  private(set) var orders: ContiguousArray<RestingOrder> = []
  let side: Side

  init(_ side: Side) { self.side = side }

  var isEmpty: Bool { orders.isEmpty }
  var count: Int { orders.count }
  var first: RestingOrder? { orders.first }

  subscript(index: Int) -> RestingOrder {
    get { orders[index] }
    set { orders[index] = newValue }
  }

  /// Changes an order in place; its price and priority must stay.
  mutating func update(_ index: Int, _ change: (inout RestingOrder) -> Void) {
    change(&orders[index])
  }

  /// Takes an order in at its place. O(log n + orders behind it).
  mutating func insert(_ order: RestingOrder) {
    orders.insert(order, at: index(after: order.terms.price, order.priority))
  }

  mutating func remove(at index: Int) -> RestingOrder { orders.remove(at: index) }

  /// The place of an order. O(n).
  func index(of id: OrderID) -> Int? { orders.firstIndex { $0.id == id } }

  /// Whether an order rests at a price. O(log n).
  func hasOrder(at price: Price) -> Bool {
    guard !orders.isEmpty else { return false }
    let first = index(after: price, 0)
    return first < orders.count && orders[first].terms.price == price
  }

  /// The place of the first order behind one of this price and priority. O(log n).
  func index(after price: Price, _ priority: UInt64) -> Int {
    var low = 0
    var high = orders.count
    while low < high {
      let middle = (low + high) / 2
      if isBehind(orders[middle], price, priority) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  private func isBehind(_ order: RestingOrder, _ price: Price, _ priority: UInt64) -> Bool {
    if order.terms.price == price { return order.priority > priority }
    return side == .buy ? order.terms.price < price : order.terms.price > price
  }
}
