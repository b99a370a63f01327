/// How much instruments move, and which move together: exponentially weighted variances and
/// covariances of the returns of their marks. Judgement, in `Double`; no book depends on it.
///
/// Once a minute of the run's clock, before its first event changes them, the marks are compared with
/// those of the time before: so that of two instruments none is a minute ahead of the other. An update weighs `weight`, what was known 1 − `weight`; the
/// mean return counts as zero; a return over several minutes counts by its variance per minute. It is
/// only done while a limit asks for it, so that other runs do not pay for it.
///
/// Source: J.P. Morgan/Reuters, RiskMetrics Technical Document (1996), chapter 5.
public struct ReturnTracker: Equatable, Sendable, CanonicallyDecodable {
  /// The instruments that are followed: those with the lowest ids. What is not followed counts as
  /// moving with everything.
  public static let capacity = 16
  /// Returns of a pair from which on its figures are believed.
  public static let fewest: Int64 = 30
  static let weight = 0.03
  private static let minutesOfDay = 1_440.0

  /// The marks at the last look, 0 for none, by instrument.
  private var marks: ContiguousArray<Int64> = []
  /// Covariances per minute by pair, a triangle: (0, 0), (1, 0), (1, 1), (2, 0)…
  private var covariances: ContiguousArray<Double> = []
  /// Returns that went into each covariance.
  private var counts: ContiguousArray<Int64> = []
  private var lastTime = Timestamp.distantPast

  public init() {}

  public static func == (left: Self, right: Self) -> Bool { left.fingerprint == right.fingerprint }

  /// The standard deviation of an instrument's return over a day, 0.02 for 2 %; `nil` while too little
  /// is known.
  public func dayVolatility(_ instrument: InstrumentID) -> Double? {
    guard let variance = covariance(instrument.index, instrument.index) else { return nil }
    let volatility = (variance * ReturnTracker.minutesOfDay).squareRoot()
    return volatility.isFinite ? volatility : nil
  }

  /// The correlation of two instruments' returns, −1…1; `nil` while too little is known, or where one
  /// of them does not move.
  public func correlation(_ first: InstrumentID, _ second: InstrumentID) -> Double? {
    if first == second { return 1 }
    guard let both = covariance(first.index, second.index),
      let one = covariance(first.index, first.index),
      let other = covariance(second.index, second.index)
    else { return nil }
    let correlation = both / (one.squareRoot() * other.squareRoot())
    return correlation.isFinite ? max(-1, min(1, correlation)) : nil
  }

  private func covariance(_ first: Int, _ second: Int) -> Double? {
    let place = ReturnTracker.place(first, second)
    guard place < counts.count, counts[place] >= ReturnTracker.fewest else { return nil }
    return covariances[place]
  }

  private static func place(_ first: Int, _ second: Int) -> Int {
    let (low, high) = (min(first, second), max(first, second))
    return high < capacity ? high * (high + 1) / 2 + low : .max
  }

  /// Takes a look at the marks. O(followed instruments²), once a minute.
  mutating func observe(_ markets: ContiguousArray<MarketState>, at time: Timestamp) {
    let count = min(markets.count, ReturnTracker.capacity)
    reserve(count)
    let minutes = (time - lastTime).seconds / 60
    var returns = InlineArray<16, Double>(repeating: .nan)
    for index in 0..<count {
      let mark = markets[index].mark?.ticks ?? 0
      if marks[index] > 0, mark > 0 { returns[index] = Double(mark) / Double(marks[index]) - 1 }
      marks[index] = mark
    }
    lastTime = time
    guard minutes > 0 else { return }
    for high in 0..<count where !returns[high].isNaN {
      for low in 0...high where !returns[low].isNaN {
        add(returns[high] * returns[low] / minutes, at: ReturnTracker.place(low, high))
      }
    }
  }

  private mutating func add(_ product: Double, at place: Int) {
    counts[place] += 1
    let weight = max(ReturnTracker.weight, 1 / Double(counts[place]))
    covariances[place] += weight * (product - covariances[place])
  }

  private mutating func reserve(_ count: Int) {
    guard marks.count < count else { return }
    while marks.count < count { marks.append(0) }
    while covariances.count < count * (count + 1) / 2 {
      covariances.append(0)
      counts.append(0)
    }
  }

  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(lastTime)
    bytes.append(marks.count)
    for mark in marks { bytes.append(mark) }
    for place in covariances.indices {
      bytes.append(covariances[place])
      bytes.append(counts[place])
    }
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    lastTime = try reader.take()
    let count = try reader.takeCount(atMost: ReturnTracker.capacity)
    for _ in 0..<count { marks.append(try reader.take()) }
    for _ in 0..<(count * (count + 1) / 2) {
      covariances.append(try reader.take())
      counts.append(try reader.takeTally())
    }
  }
}
