/// What every indicator promises, so that one test holds for all: it is a fold over its inputs, says
/// nothing until it has seen enough, and keeps all it knows in canonical bytes.

/// A number, or several, derived from the inputs seen so far.
///
/// Indicators judge and never book, so they use `Double` with + − × ÷ √ in one fixed order: equal
/// inputs give equal bits on any machine. Inputs are finite.
public protocol Indicator: Sendable, CanonicallyEncodable {
  associatedtype Input
  associatedtype Output

  /// Inputs it must see before it answers: the answer to input number `warmUp` is the first.
  var warmUp: Int { get }

  /// Takes the next input; `nil` while warming up. O(1), amortised where it says so.
  mutating func update(_ input: Input) -> Output?
}

/// The last `capacity` numbers, oldest replaced first.
struct RollingWindow: Equatable, Sendable, CanonicallyEncodable {
  private var values: ContiguousArray<Double> = []
  /// Where the next number goes: 0 right after each time the window was filled once over.
  private(set) var position = 0
  let capacity: Int

  init(capacity: Int) {
    precondition(capacity > 0, "RollingWindow: capacity \(capacity) is not positive")
    self.capacity = capacity
    values.reserveCapacity(capacity)
  }

  var count: Int { values.count }
  var isFull: Bool { values.count == capacity }

  /// Puts a number in.
  /// - Returns: the number it replaced, `nil` while the window fills.
  mutating func append(_ value: Double) -> Double? {
    defer { position = position + 1 == capacity ? 0 : position + 1 }
    guard isFull else {
      values.append(value)
      return nil
    }
    let replaced = values[position]
    values[position] = value
    return replaced
  }

  /// The number that came `age` inputs before the newest; `age` is below `count`.
  subscript(age age: Int) -> Double {
    let place = position - 1 - age
    return values[place < 0 ? place + capacity : place]
  }

  func encode(into bytes: inout CanonicalBytes) {
    bytes.append(capacity)
    bytes.append(position)
    bytes.append(values.count)
    for value in values { bytes.append(value) }
  }
}

extension CanonicalBytes {
  /// Whether there is a number, then the number or 0.
  mutating func append(optional value: Double?) {
    append(value != nil)
    append(value ?? 0)
  }
}
