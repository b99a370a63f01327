/// Windows over the last so many observations in whole numbers: sums and products stay exact.

extension Double {
  /// A whole number to within a unit in the last place, and the nearest to one of 64 bits: the standard
  /// library's way through 128 bits takes half a microsecond.
  init(near whole: Int128) {
    if let small = Int64(exactly: whole) {
      self = Double(small)
    } else {
      self = Double(Int64(whole >> 64)) * 0x1p64 + Double(UInt64(truncatingIfNeeded: whole))
    }
  }
}

/// The last `capacity` whole numbers and their sum.
struct WholeWindow: Sendable, CanonicallyEncodable {
  private var values: ContiguousArray<Int64> = []
  private var position = 0
  private(set) var sum: Int128 = 0
  let capacity: Int

  init(capacity: Int) {
    precondition(capacity > 0, "WholeWindow: capacity \(capacity) is not positive")
    self.capacity = capacity
    values.reserveCapacity(capacity)
  }

  var isFull: Bool { values.count == capacity }

  mutating func append(_ value: Int64) {
    sum += Int128(value)
    if isFull {
      sum -= Int128(values[position])
      values[position] = value
    } else {
      values.append(value)
    }
    position = position + 1 == capacity ? 0 : position + 1
  }

  mutating func restart() {
    values.removeAll(keepingCapacity: true)
    (position, sum) = (0, 0)
  }

  func encode(into bytes: inout CanonicalBytes) {
    for count in [capacity, position, values.count] { bytes.append(count) }
    for value in values { bytes.append(value) }
  }
}

/// The last `capacity` pairs of whole numbers below 2⁵³, with all that a straight line needs.
struct PairWindow: Sendable, CanonicallyEncodable {
  private struct Pair: BitwiseCopyable, Sendable {
    var x: Int128
    var y: Int128
  }

  private var pairs: ContiguousArray<Pair> = []
  private var position = 0
  private var x: Int128 = 0
  private var y: Int128 = 0
  private var xx: Int128 = 0
  private var xy: Int128 = 0
  private var yy: Int128 = 0
  let capacity: Int

  init(capacity: Int) {
    precondition(capacity > 1, "PairWindow: capacity \(capacity) is below 2")
    self.capacity = capacity
    pairs.reserveCapacity(capacity)
  }

  var isFull: Bool { pairs.count == capacity }

  /// Puts a pair in; one that is not below 2⁵³ ends the window, so that sums stay exact.
  mutating func append(x: Int128, y: Int128) {
    guard x.magnitude < 1 << 53, y.magnitude < 1 << 53 else { return restart() }
    let pair = Pair(x: x, y: y)
    count(pair, times: 1)
    if isFull {
      count(pairs[position], times: -1)
      pairs[position] = pair
    } else {
      pairs.append(pair)
    }
    position = position + 1 == capacity ? 0 : position + 1
  }

  mutating func restart() { self = PairWindow(capacity: capacity) }

  private mutating func count(_ pair: Pair, times: Int128) {
    x += pair.x * times
    y += pair.y * times
    xx += pair.x * pair.x * times
    xy += pair.x * pair.y * times
    yy += pair.y * pair.y * times
  }

  /// n² times the variances and the covariance; `nil` while it fills or beyond 128 bits.
  private var moments: (xx: Double, xy: Double, yy: Double)? {
    guard isFull, let xx = spread(xx, x, x), let xy = spread(xy, x, y), let yy = spread(yy, y, y)
    else { return nil }
    return (Double(near: xx), Double(near: xy), Double(near: yy))
  }

  private func spread(_ products: Int128, _ left: Int128, _ right: Int128) -> Int128? {
    let (all, isTooWide) = products.multipliedReportingOverflow(by: Int128(capacity))
    let (mean, isTooFar) = left.multipliedReportingOverflow(by: right)
    let (difference, isBeyond) = all.subtractingReportingOverflow(mean)
    return isTooWide || isTooFar || isBeyond ? nil : difference
  }

  /// The sample covariance (over n − 1); `nil` while it fills.
  var covariance: Double? {
    moments.map { $0.xy / (Double(capacity) * Double(capacity - 1)) }
  }

  /// The least-squares line of y on x with an intercept: its slope and the share of y's variance it
  /// explains (0 where y does not vary); `nil` while it fills or where x does not vary.
  var line: (slope: Double, determination: Double)? {
    guard let moments, moments.xx > 0 else { return nil }
    let slope = moments.xy / moments.xx
    return (slope, moments.yy > 0 ? min(1, slope * moments.xy / moments.yy) : 0)
  }

  func encode(into bytes: inout CanonicalBytes) {
    for count in [capacity, position, pairs.count] { bytes.append(count) }
    for pair in pairs {
      bytes.append(pair.x)
      bytes.append(pair.y)
    }
  }
}
