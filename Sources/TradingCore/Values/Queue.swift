/// First in, first out, in one array that keeps its room: no allocation once it is warm.
struct Queue<Element: BitwiseCopyable & Sendable>: Sendable {
  private var items: ContiguousArray<Element> = []
  private var head = 0

  var isEmpty: Bool { head == items.count }
  var count: Int { items.count - head }
  var first: Element? { isEmpty ? nil : items[head] }

  /// Whether an element satisfies a condition. O(n).
  func contains(where isSought: (Element) -> Bool) -> Bool {
    items[head...].contains(where: isSought)
  }

  /// Looks at every element, the first one first. O(n).
  func visit(_ body: (Element) -> Void) {
    for element in items[head...] { body(element) }
  }

  mutating func append(_ element: Element) { items.append(element) }

  /// Removes the first element. Amortised O(1).
  mutating func popFirst() -> Element? {
    guard !isEmpty else { return nil }
    let element = items[head]
    head += 1
    if head == items.count {
      items.removeAll(keepingCapacity: true)
      head = 0
    } else if head >= 1_024, head * 2 > items.count {
      items.removeFirst(head)
      head = 0
    }
    return element
  }
}
