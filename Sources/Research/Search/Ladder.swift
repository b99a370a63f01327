/// Evenly spaced values, kept as whole numbers over a power of ten, so that the third step of 0.1 is
/// 0.3 and not 0.30000000000000004: settings are written out and must read back as people mean them.

internal import TradingCore

/// The values first, first + step, … of a dimension that takes finitely many.
struct Ladder: Equatable, Sendable {
  /// 1 and more.
  let count: Int
  private let first: Double
  private let step: Double
  private let divisor: Double

  /// Whole numbers.
  init(_ range: ClosedRange<Int64>, step: Int64) {
    count = Int((range.upperBound - range.lowerBound) / step) + 1
    (first, self.step, divisor) = (Double(range.lowerBound), Double(step), 1)
  }

  /// 0, 1, … for the places of a choice.
  init(places: Int) { (count, first, step, divisor) = (places, 0, 1, 1) }

  /// Numbers a step apart, the last one not above the range. Exact where the ends and the step are
  /// decimals of at most 15 digits, else as near as a `Double` sum is.
  init(_ range: ClosedRange<Double>, step: Double) {
    if let ladder = Ladder(decimals: range, step: step) {
      self = ladder
      return
    }
    // A last step that rounding alone put above the range still belongs to it.
    count = Int(((range.upperBound - range.lowerBound) / step + 1e-9).rounded(.down)) + 1
    (first, self.step, divisor) = (range.lowerBound, step, 1)
  }

  private init?(decimals range: ClosedRange<Double>, step: Double) {
    let numbers = [range.lowerBound, range.upperBound, step]
    for digits in 0...15 {
      let power = Double(powerOfTen(digits))
      let units = numbers.map { ($0 * power).rounded() }
      guard zip(units, numbers).allSatisfy({ $0 / power == $1 }) else { continue }
      guard units.allSatisfy({ $0.magnitude <= Double(Ladder.mostExact) }) else { return nil }
      count = Int((units[1] - units[0]) / units[2]) + 1
      (first, self.step, divisor) = (units[0], units[2], power)
      return
    }
    return nil
  }

  /// Whole numbers up to here are exact in a `Double`.
  static let mostExact: UInt64 = 1 << 53

  /// The value `place` steps above the first.
  func value(_ place: Int) -> Double { (first + Double(place) * step) / divisor }

  /// The last and highest value.
  var last: Double { value(count - 1) }

  /// Where the value nearest to `number` stands, half to even; the first or last beyond the ends.
  func place(nearest number: Double) -> Int {
    let place = ((number * divisor - first) / step).rounded(.toNearestOrEven)
    return Int(min(max(place, 0), Double(count - 1)))
  }
}
