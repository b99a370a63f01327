/// What the last so many inputs add up to, found without ever subtracting: nothing drifts, a giant
/// is forgotten the moment it leaves, and equal values stay exactly equal.

/// Something about a stretch of inputs that two neighbouring stretches give for both together.
protocol Mergeable: Sendable {
  /// This stretch followed by a later one.
  func merged(with later: Self) -> Self
  func encode(into bytes: inout CanonicalBytes)
}

/// The last `capacity` parts merged into one.
///
/// Parts come in blocks of `capacity`. A full block is replaced, once, by what each of its places
/// merges to up to the block's end; a window is then the end of one block and the begin of the next.
/// Rounding grows with the window's length and never with the stream's.
/// Source: M. van Herk, "A fast algorithm for local minimum and maximum filters" (1992).
/// O(1) amortised; every `capacity`-th input costs O(`capacity`).
struct SlidingFold<Part: Mergeable>: CanonicallyEncodable, Sendable {
  /// Before `position` single parts of the open block, from there on the ends of the block before.
  private var parts: ContiguousArray<Part> = []
  private var position = 0
  /// What the open block merges to so far.
  private var begin: Part?
  let capacity: Int

  init(capacity: Int) {
    precondition(capacity > 0, "SlidingFold: capacity \(capacity) is not positive")
    self.capacity = capacity
    parts.reserveCapacity(capacity)
  }

  /// Puts a part in.
  /// - Returns: the last `capacity` parts merged, `nil` while there are fewer.
  mutating func append(_ part: Part) -> Part? {
    let wasFull = parts.count == capacity
    if wasFull { parts[position] = part } else { parts.append(part) }
    let merged = begin?.merged(with: part) ?? part
    position += 1
    guard position < capacity else {
      closeBlock()
      return merged
    }
    begin = merged
    return wasFull ? parts[position].merged(with: merged) : nil
  }

  private mutating func closeBlock() {
    for index in stride(from: capacity - 2, through: 0, by: -1) {
      parts[index] = parts[index].merged(with: parts[index + 1])
    }
    position = 0
    begin = nil
  }

  func encode(into bytes: inout CanonicalBytes) {
    for count in [capacity, position, parts.count] { bytes.append(count) }
    for part in parts { part.encode(into: &bytes) }
    begin?.encode(into: &bytes)
  }
}

/// A sum.
struct Total: Mergeable {
  var sum: Double

  init(_ sum: Double) { self.sum = sum }

  func merged(with later: Total) -> Total { Total(sum + later.sum) }
  func encode(into bytes: inout CanonicalBytes) { bytes.append(sum) }
}

extension SlidingFold<Total> {
  /// Puts a number in.
  /// - Returns: the mean of the last `capacity` numbers, `nil` while there are fewer.
  mutating func mean(with value: Double) -> Double? {
    append(Total(value)).map { $0.sum / Double(capacity) }
  }
}

/// Two neighbouring stretches' moments give both's. Source: T. F. Chan, G. H. Golub and
/// R. J. LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances" (1979).
extension Moments: Mergeable {
  init(_ value: Double) { self.init(count: 1, mean: value) }

  func merged(with later: Moments) -> Moments {
    let both = count + later.count
    let distance = later.mean - mean
    return Moments(
      count: both, mean: mean + distance * (later.count / both),
      squares: squares + later.squares + distance * distance * (count * later.count / both))
  }
}
