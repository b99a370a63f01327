/// Daily and monthly returns and their histogram, as pure functions of the equity samples.
///
/// A UTC day's equity is the last sample before its midnight; a day without samples keeps the
/// equity before it (return 0). The first day starts from the capital.

public import TradingCore

/// What equity did in one UTC day or month.
public struct PeriodReturn: Equatable, Sendable {
  /// The day, or the first day of the month.
  public var date: CivilDate
  /// 0.01 is +1 %.
  public var fraction: Double

  public init(date: CivilDate, fraction: Double) {
    self.date = date
    self.fraction = fraction
  }
}

/// Bars of equal width over a range of returns.
public struct Histogram: Equatable, Sendable {
  /// The left edge of the first bar.
  public var start: Double
  /// The width of a bar, positive.
  public var width: Double
  public var counts: [Int]
  public var mean: Double
}

/// Returns by period from equity samples in order of time.
public enum ReturnTables {
  /// One return per UTC day from the first sample's day to the last's. O(samples + days).
  public static func daily(_ points: [EquityPoint], capital: Money) -> [PeriodReturn] {
    periods(points, capital: capital) { $0 }.map {
      PeriodReturn(date: CivilDate(daysSinceEpoch: $0.number), fraction: $0.fraction)
    }
  }

  /// One return per calendar month from the first sample's to the last's. O(samples + months).
  public static func monthly(_ points: [EquityPoint], capital: Money) -> [PeriodReturn] {
    periods(points, capital: capital, number: monthNumber(ofDay:)).map {
      let date = CivilDate(year: $0.number / 12, month: $0.number % 12 + 1, day: 1)
      return PeriodReturn(date: date, fraction: $0.fraction)
    }
  }

  /// The compound of several returns: Π(1 + r) − 1.
  public static func compound(_ returns: some Sequence<Double>) -> Double {
    returns.reduce(1) { $0 * (1 + $1) } - 1
  }

  /// Returns in at most `bars` bars whose width is 1, 2 or 5 × a power of ten and whose edges are
  /// multiples of it, so that zero is an edge. `nil` with fewer than two returns.
  public static func histogram(_ returns: [Double], bars: Int = 40) -> Histogram? {
    let finite = returns.filter(\.isFinite)
    guard finite.count >= 2, let low = finite.min(), let high = finite.max() else { return nil }
    let span = max(high - low, max(low.magnitude, high.magnitude, 1e-9) * 1e-6)
    guard span.isFinite else { return nil }
    let width = NiceScale.step(over: span, count: bars - 2)
    let first = (low / width).rounded(.down)
    var counts = [Int](repeating: 0, count: Int((high / width).rounded(.down) - first) + 1)
    for value in finite { counts[Int((value / width).rounded(.down) - first)] += 1 }
    let mean = finite.reduce(0, +) / Double(finite.count)
    return Histogram(start: first * width, width: width, counts: counts, mean: mean)
  }

  private static func monthNumber(ofDay day: Int) -> Int {
    let date = CivilDate(daysSinceEpoch: day)
    return date.year * 12 + date.month - 1
  }

  /// Walks the samples once and closes a period whenever a sample lies in a later one.
  private static func periods(
    _ points: [EquityPoint], capital: Money, number: (_ day: Int) -> Int
  ) -> [(number: Int, fraction: Double)] {
    guard let first = points.first else { return [] }
    var result: [(number: Int, fraction: Double)] = []
    var day = first.time.utcDay
    var current = number(day)
    var opening = capital
    var closing = opening
    func close() {
      let change = (closing - opening).approximate
      result.append((current, opening == .zero ? 0 : change / opening.approximate))
      opening = closing
      current += 1
    }
    for point in points {
      if point.time.utcDay != day {
        day = point.time.utcDay
        let period = number(day)
        while current < period { close() }
      }
      closing = point.equity
    }
    close()
    return result
  }
}
