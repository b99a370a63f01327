/// An operator's list of orders comes as one `place` for each; until the last has come, the first ones
/// wait here.
public struct CommandedList: Equatable, Sendable, CanonicallyDecodable {
  private var terms: ContiguousArray<OrderTerms> = []

  public init() {}

  /// How many orders have come.
  public var count: Int { terms.count }
  public subscript(index: Int) -> OrderTerms { terms[index] }

  /// Whether the last order has come, so that the list can be asked for. One that does not fit where
  /// it stands is complete too: the gate says what is wrong with it.
  public var isComplete: Bool {
    guard let last = terms.last?.list else { return false }
    return last.isLast || last.offset != count - 1 || count == ListPlace.capacity
  }

  /// Takes the next order; a list that was complete, or that this one does not continue, is forgotten.
  mutating func take(_ next: OrderTerms) {
    if isComplete || next.list.offset == 0 { terms.removeAll(keepingCapacity: true) }
    terms.append(next)
  }

  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(terms.count)
    for order in terms { order.encode(into: &bytes) }
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    terms = try reader.takeArray(atMost: ListPlace.capacity)
  }
}
