/// Follows equity's falls from its peak with two or three integer comparisons per observation: a
/// fall is measured only when it ends, and only if it may be the deepest.

/// A fall of equity from a peak: its depth, and the time from the peak to the recovery (to the last
/// observation while there is none).
public struct Drawdown: Equatable, Sendable, BitwiseCopyable, CanonicallyDecodable {
  public var peak: Money
  public var low: Money
  /// When equity last stood at the peak.
  public var peakTime: Timestamp
  /// When equity first stood at the low.
  public var lowTime: Timestamp
  /// When equity was back at the peak, or the last observation.
  public var endTime: Timestamp
  public var isRecovered: Bool

  public var length: Interval { endTime - peakTime }

  /// The fall as a share of the peak: 0.25 is 25 %, above 1 when equity went below zero; `nil` when
  /// the peak was not positive.
  public var fraction: Double? {
    peak > .zero ? (peak - low).approximate / peak.approximate : nil
  }

  public func encode(into bytes: inout CanonicalBytes) {
    for money in [peak, low] { bytes.append(money) }
    for time in [peakTime, lowTime, endTime] { bytes.append(time) }
    bytes.append(isRecovered)
  }
}

extension Drawdown {
  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    (peak, low) = (try reader.take(), try reader.take())
    (peakTime, lowTime) = (try reader.take(), try reader.take())
    endTime = try reader.take()
    isRecovered = try reader.take()
  }
}

/// The peak so far, the fall in progress, the deepest and the longest fall.
public struct DrawdownTracker: Equatable, Sendable, BitwiseCopyable, CanonicallyDecodable {
  /// The highest equity so far.
  public private(set) var peak: Money
  /// The lowest equity since the peak.
  public private(set) var low: Money
  private var peakTime: Timestamp
  private var lowTime: Timestamp
  private var deepestRecovered: Drawdown
  private var longestRecovered: Interval

  /// Starts with equity at its peak.
  public init(equity: Money, at time: Timestamp) {
    peak = equity
    low = equity
    peakTime = time
    lowTime = time
    longestRecovered = .zero
    deepestRecovered = Drawdown(
      peak: equity, low: equity, peakTime: time, lowTime: time, endTime: time, isRecovered: true)
  }

  /// Takes equity at a moment into account; times must not go backwards.
  public mutating func observe(_ equity: Money, at time: Timestamp) {
    if equity >= peak {
      if low < peak { recover(at: time) }
      peak = equity
      low = equity
      peakTime = time
    } else if equity < low {
      low = equity
      lowTime = time
    }
  }

  /// The deepest fall up to `now`, the one in progress included.
  public func deepest(at now: Timestamp) -> Drawdown {
    let current = inProgress(endingAt: now, isRecovered: false)
    return isDeeper(current) ? current : deepestRecovered
  }

  /// The longest time from a peak to its recovery, or to `now` for the fall in progress.
  public func longest(at now: Timestamp) -> Interval {
    low < peak ? max(longestRecovered, now - peakTime) : longestRecovered
  }

  /// Moves every remembered level by money that was put in or taken out, so that it is no profit.
  mutating func shift(by amount: Money) {
    peak += amount
    low += amount
  }

  private mutating func recover(at time: Timestamp) {
    let ended = inProgress(endingAt: time, isRecovered: true)
    longestRecovered = max(longestRecovered, ended.length)
    if isDeeper(ended) { deepestRecovered = ended }
  }

  private func inProgress(endingAt time: Timestamp, isRecovered: Bool) -> Drawdown {
    Drawdown(
      peak: peak, low: low, peakTime: peakTime, lowTime: lowTime, endTime: time,
      isRecovered: isRecovered)
  }

  /// Peaks only rise, so a fall of no more money is no deeper a share and needs no division.
  /// (Withdrawals can lower a peak; then the division decides.)
  private func isDeeper(_ candidate: Drawdown) -> Bool {
    let drop = candidate.peak - candidate.low
    let deepestDrop = deepestRecovered.peak - deepestRecovered.low
    if drop <= deepestDrop, candidate.peak >= deepestRecovered.peak { return false }
    return (candidate.fraction ?? 0) > (deepestRecovered.fraction ?? 0)
  }

  public func encode(into bytes: inout CanonicalBytes) {
    for money in [peak, low] { bytes.append(money) }
    for time in [peakTime, lowTime] { bytes.append(time) }
    deepestRecovered.encode(into: &bytes)
    bytes.append(longestRecovered)
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    (peak, low) = (try reader.take(), try reader.take())
    (peakTime, lowTime) = (try reader.take(), try reader.take())
    deepestRecovered = try Drawdown(canonical: &reader)
    longestRecovered = try reader.take()
  }
}
