/// The price a generated market revolves around: a random walk whose character changes by regime.
/// Nobody trades at it; agents know it and disagree.

/// How a regime differs from a normal market; 1 is normal for all but `drift` and `pull`.
struct RegimeTraits: Equatable, Sendable {
  var volatility = 1.0
  /// Drift over the whole stretch in units of what chance would move.
  var drift = 0.0
  /// How many times over the stretch a deviation from its first price would be pulled back.
  var pull = 0.0
  var spread = 1.0
  var depth = 1.0
  var pace = 1.0

  init(_ regime: MarketRegime) {
    switch regime {
    case .normal, .gap: break
    case .quiet: (volatility, pull, pace) = (0.35, 20, 0.6)
    case .trendUp: (volatility, drift) = (0.8, 2.5)
    case .trendDown: (volatility, drift) = (0.8, -2.5)
    case .volatile: (volatility, spread, depth, pace) = (3, 2, 0.6, 2)
    case .crash: (volatility, spread, depth, pace) = (2, 4, 0.2, 3)
    case .thin: (spread, depth, pace) = (4, 0.1, 0.5)
    case .outage: volatility = 2
    }
  }
}

/// One stretch of the schedule.
struct RegimeSegment: Equatable, Sendable {
  var regime: MarketRegime
  var start: Timestamp
  var end: Timestamp

  var days: Double { (end - start).seconds / 86_400 }

  /// The stretches of a generator's settings, one behind the other over its whole duration.
  static func schedule(_ settings: GeneratorSettings) -> [RegimeSegment] {
    let shares =
      settings.regimes.isEmpty ? [RegimeShare(.normal, share: 1)] : settings.regimes
    let total = shares.reduce(0) { $0 + $1.share }
    let length = Double(settings.duration.nanoseconds)
    var segments: [RegimeSegment] = []
    var passed = 0.0
    var start = settings.start
    for (index, share) in shares.enumerated() {
      passed += share.share
      let offset = index == shares.count - 1 ? length : (length * (passed / total)).rounded()
      let end = settings.start + Interval(nanoseconds: Int64(offset))
      segments.append(RegimeSegment(regime: share.regime, start: start, end: end))
      start = end
    }
    return segments
  }
}

/// The fair price in ticks, moved through time.
struct FairValue: Sendable {
  private(set) var ticks: Double
  private var random: RandomSource
  private let volatility: Double
  private let drift: Double
  private var segment: RegimeSegment
  private var traits: RegimeTraits
  private var anchor: Double

  init(_ settings: GeneratorSettings, first segment: RegimeSegment) {
    ticks = settings.firstFairTicks
    anchor = ticks
    random = RandomSource(seed: settings.seed, label: "fair value")
    volatility = settings.volatility
    drift = settings.drift
    self.segment = segment
    traits = RegimeTraits(segment.regime)
  }

  /// Begins a stretch; a `gap` jumps at once.
  mutating func enter(_ next: RegimeSegment) {
    segment = next
    traits = RegimeTraits(next.regime)
    anchor = ticks
    if next.regime == .gap {
      let size = max(0.02, 1.5 * volatility)
      move(random.chance(0.5) ? size : -size)
    }
  }

  /// Moves the price over a span that ends at `time`, inside the stretch.
  mutating func advance(over span: Interval, to time: Timestamp) {
    let days = span.seconds / 86_400
    guard days > 0, segment.days > 0 else { return }
    let chance = volatility * traits.volatility * days.squareRoot() * random.normal()
    let trend = traits.drift * volatility / segment.days.squareRoot()
    let pull = traits.pull / segment.days * (anchor / ticks - 1)
    move(chance + (drift + trend + pull + crashDrift(at: time)) * days)
  }

  /// Drift per day of a crash: down for a quarter, up for a half, level for the rest.
  private func crashDrift(at time: Timestamp) -> Double {
    guard segment.regime == .crash else { return 0 }
    let depth = min(0.5, max(0.08, 3 * volatility)) / segment.days
    let phase = (time - segment.start).seconds / (segment.end - segment.start).seconds
    return phase < 0.25 ? -depth / 0.25 : phase < 0.75 ? 0.6 * depth / 0.5 : 0
  }

  private mutating func move(_ share: Double) {
    ticks = max(20, min(1e13, ticks * (1 + max(-0.5, min(0.5, share)))))
  }
}
