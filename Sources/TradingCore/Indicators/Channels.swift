/// The highest and lowest of the last values, and the channel between them.

/// The highest (or lowest) of the last `length` values.
///
/// Only values that may still become the extreme are kept, in falling (rising) order. They slide
/// through twice the room they need and move back to its start when they reach its end, so most
/// updates touch one or two places. O(1) amortised.
public struct RollingExtreme: Indicator {
  /// A value that may become the extreme, negated where the lowest is wanted, and its place.
  private struct Candidate: Sendable {
    var value: Double
    var index: Int
  }

  private var candidates: ContiguousArray<Candidate>
  private var head = 0
  private var tail = 0
  private(set) var seen = 0
  private let sign: Double
  public let warmUp: Int

  private init(length: Int, sign: Double) {
    precondition(length > 0, "RollingExtreme: length \(length) is not positive")
    candidates = ContiguousArray(repeating: Candidate(value: 0, index: 0), count: 2 * length)
    self.sign = sign
    warmUp = length
  }

  /// `length` must be positive.
  public static func highest(length: Int) -> Self { Self(length: length, sign: 1) }

  /// `length` must be positive.
  public static func lowest(length: Int) -> Self { Self(length: length, sign: -1) }

  /// How many inputs before the newest the extreme came, the last of equal ones; once there was one.
  var age: Int { seen - 1 - candidates[head].index }

  public mutating func update(_ input: Double) -> Double? {
    let value = sign * input
    if head < tail, candidates[head].index <= seen - warmUp { head += 1 }
    while head < tail, candidates[tail - 1].value <= value { tail -= 1 }
    if tail == candidates.count { moveToStart() }
    candidates[tail] = Candidate(value: value, index: seen)
    tail += 1
    seen += 1
    return seen >= warmUp ? sign * candidates[head].value : nil
  }

  private mutating func moveToStart() {
    for offset in 0..<(tail - head) { candidates[offset] = candidates[head + offset] }
    tail -= head
    head = 0
  }

  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(sign)
    for count in [warmUp, seen, tail - head] { bytes.append(count) }
    for candidate in candidates[head..<tail] {
      bytes.append(candidate.value)
      bytes.append(candidate.index)
    }
  }
}

/// Donchian's channel: the highest high and the lowest low of the last `length` bars. O(1) amortised.
public struct DonchianChannel: Indicator {
  public struct Output: Equatable, Sendable {
    public var lower: Double
    public var upper: Double
  }

  private(set) var highest: RollingExtreme
  private var lowest: RollingExtreme

  /// `length` must be positive.
  public init(length: Int) {
    highest = .highest(length: length)
    lowest = .lowest(length: length)
  }

  public var warmUp: Int { highest.warmUp }

  public mutating func update(_ bar: IndicatorBar) -> Output? {
    let extremes = (highest.update(bar.high), lowest.update(bar.low))
    guard case (let upper?, let lower?) = extremes else { return nil }
    return Output(lower: lower, upper: upper)
  }

  public func encode(into bytes: inout CanonicalBytes) {
    highest.encode(into: &bytes)
    lowest.encode(into: &bytes)
  }
}
