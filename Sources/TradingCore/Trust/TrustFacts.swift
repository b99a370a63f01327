/// What a recording says about itself beside its streams: links, clocks, what the importer noticed.

public struct TrustFacts: Equatable, Sendable {
  /// Gap events, what they count as lost together, and how many of them do not know. Each counts once,
  /// however many streams it concerns.
  public private(set) var gaps: UInt64 = 0
  public private(set) var lost: UInt64 = 0
  public private(set) var uncounted: UInt64 = 0
  /// Whether records were lost before the first market event that is left: when the market began is not
  /// known then, nor what was defined.
  public private(set) var isHeadLost = false
  /// Gaps that concern no stream of which anything had come: they lie before the market begins.
  public internal(set) var early: UInt64 = 0
  public internal(set) var connects: UInt64 = 0
  public internal(set) var disconnects: UInt64 = 0
  /// How often this machine's clock was set while it recorded, and the least and greatest step.
  public private(set) var clockSteps: UInt64 = 0
  public private(set) var leastStep = Interval.zero
  public private(set) var greatestStep = Interval.zero
  /// Receive times before the latest of those before, and how far the farthest went back.
  public private(set) var regressions: UInt64 = 0
  public private(set) var farthestBack = Interval.zero
  /// What the importer counted, by code.
  private var noticed = [UInt64](repeating: 0, count: 256)

  init() {}

  mutating func note(_ gap: Gap, isBeforeMarket: Bool) {
    gaps += 1
    lost = lost.addingClamped(gap.count)
    if gap.count == 0 { uncounted += 1 }
    if isBeforeMarket, gap.reason == .lostRecord { isHeadLost = true }
  }

  mutating func wentBack(_ span: Interval) {
    regressions += 1
    farthestBack = max(farthestBack, span)
  }

  mutating func stepped(_ step: Interval) {
    leastStep = clockSteps == 0 ? step : min(leastStep, step)
    greatestStep = clockSteps == 0 ? step : max(greatestStep, step)
    clockSteps += 1
  }

  mutating func note(_ notice: Notice) {
    let code = Int(notice.code.rawValue)
    noticed[code] = noticed[code].addingClamped(notice.count)
  }

  /// What the importer counted; only what occurred, in a fixed order.
  public var notices: [(code: NoticeCode, count: UInt64)] {
    NoticeCode.allCases.map { ($0, noticed[Int($0.rawValue)]) }.filter { $0.1 > 0 }
  }
}
