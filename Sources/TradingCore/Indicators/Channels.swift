/// The highest and lowest of the last values, and the channel between them.

/// The highest (or lowest) of the last `length` values.
///
/// Only values that may still become the extreme are kept, in falling (rising) order. O(1) amortised.
public struct RollingExtreme: Indicator {
  private var values: ContiguousArray<Double>
  private var indices: ContiguousArray<Int>
  private var head = 0
  private var kept = 0
  private var seen = 0
  private let isMaximum: Bool

  private init(length: Int, isMaximum: Bool) {
    precondition(length > 0, "RollingExtreme: length \(length) is not positive")
    values = ContiguousArray(repeating: 0, count: length)
    indices = ContiguousArray(repeating: 0, count: length)
    self.isMaximum = isMaximum
  }

  /// `length` must be positive.
  public static func highest(length: Int) -> Self { Self(length: length, isMaximum: true) }

  /// `length` must be positive.
  public static func lowest(length: Int) -> Self { Self(length: length, isMaximum: false) }

  public var warmUp: Int { values.count }

  public mutating func update(_ value: Double) -> Double? {
    if kept > 0, indices[head] <= seen - warmUp { dropFirst() }
    while kept > 0, !isBeaten(value, by: values[slot(kept - 1)]) { kept -= 1 }
    values[slot(kept)] = value
    indices[slot(kept)] = seen
    kept += 1
    seen += 1
    return seen >= warmUp ? values[head] : nil
  }

  private func isBeaten(_ value: Double, by other: Double) -> Bool {
    isMaximum ? other > value : other < value
  }

  private mutating func dropFirst() {
    head = slot(1)
    kept -= 1
  }

  private func slot(_ offset: Int) -> Int {
    let index = head + offset
    return index < values.count ? index : index - values.count
  }

  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(isMaximum)
    for count in [warmUp, seen, kept] { bytes.append(count) }
    for offset in 0..<kept {
      bytes.append(values[slot(offset)])
      bytes.append(indices[slot(offset)])
    }
  }
}

/// Donchian's channel: the highest high and the lowest low of the last `length` bars. O(1) amortised.
public struct DonchianChannel: Indicator {
  public struct Output: Equatable, Sendable {
    public var lower: Double
    public var upper: Double
  }

  private var highest: RollingExtreme
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
