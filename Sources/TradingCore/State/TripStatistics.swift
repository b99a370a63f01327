/// What round trips brought: counts, sums and extremes over all of them.

/// What is remembered of all round trips so far, in constant memory.
public struct TripStatistics: Equatable, Sendable, BitwiseCopyable, CanonicallyDecodable {
  /// Sum of the profits of winning trips.
  public private(set) var grossProfit: Money = .zero
  /// Sum of the losses of losing trips, as a positive amount.
  public private(set) var grossLoss: Money = .zero
  /// The highest profit of a trip; zero before the first.
  public private(set) var best: Money = .zero
  /// The lowest profit of a trip; zero before the first.
  public private(set) var worst: Money = .zero
  /// Sum of the holding times.
  public private(set) var holdingTime: Interval = .zero
  public private(set) var longestHoldingTime: Interval = .zero
  /// Trips that earned more than nothing.
  public private(set) var wins: Int64 = 0
  /// Trips that lost.
  public private(set) var losses: Int64 = 0
  /// Trips that came out even.
  public private(set) var ties: Int64 = 0
  /// Losing trips since the last one that did not lose.
  public private(set) var consecutiveLosses: Int64 = 0
  public private(set) var mostConsecutiveLosses: Int64 = 0

  public init() {}

  public var count: Int64 { wins + losses + ties }

  /// Takes a closed trip into account.
  public mutating func add(_ trip: RoundTrip) {
    let profit = trip.profit
    best = count == 0 ? profit : max(best, profit)
    worst = count == 0 ? profit : min(worst, profit)
    holdingTime = holdingTime + (trip.exitTime - trip.entryTime)
    longestHoldingTime = max(longestHoldingTime, trip.exitTime - trip.entryTime)
    if profit < .zero {
      losses += 1
      grossLoss -= profit
      consecutiveLosses += 1
      mostConsecutiveLosses = max(mostConsecutiveLosses, consecutiveLosses)
    } else {
      consecutiveLosses = 0
      grossProfit += profit
      if profit == .zero { ties += 1 } else { wins += 1 }
    }
  }

  public func encode(into bytes: inout CanonicalBytes) {
    for money in [grossProfit, grossLoss, best, worst] { bytes.append(money) }
    for span in [holdingTime, longestHoldingTime] { bytes.append(span) }
    for count in [wins, losses, ties, consecutiveLosses, mostConsecutiveLosses] {
      bytes.append(count)
    }
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    (grossProfit, grossLoss) = (try reader.take(), try reader.take())
    (best, worst) = (try reader.take(), try reader.take())
    (holdingTime, longestHoldingTime) = (try reader.take(), try reader.take())
    (wins, losses) = (try reader.takeTally(), try reader.takeTally())
    ties = try reader.takeTally()
    (consecutiveLosses, mostConsecutiveLosses) = (
      try reader.takeTally(), try reader.takeTally()
    )
  }
}
