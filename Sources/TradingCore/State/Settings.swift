/// The settings in force, each set by a `configure` event so that a journal says what it ran with.

/// What an account may do.
public enum AccountKind: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// Cannot sell more than it holds nor spend more than it has.
  case spot = 0
  /// May go short and borrow; the risk limits alone bound it.
  case margin = 1
}

/// How a target weight becomes lots.
public enum SizingMode: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// Weight 1 is this many millionths of equity.
  case equityShare = 0
  /// Weight 1 is this many lots.
  case fixedLots = 1
}

/// How orders meet the recorded market, as the page "The simulated exchange" says for each. Raw values
/// are journalled and never reused.
public enum FillRule: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// The recorded book, at the back of every queue.
  case bookConservative = 0
  /// The best quote and what it shows.
  case quote = 1
  /// Candles, from the next open on.
  case candle = 2
  /// The last trade or close at no latency: optimistic, for comparison with other engines.
  case sameEvent = 3
  /// The recorded book; cancellations shorten the queue by a model.
  case bookProbabilistic = 4

  /// Whether orders trade against the recorded book.
  public var usesBook: Bool { self == .bookConservative || self == .bookProbabilistic }
  /// Whether requests and reports take time: candles are coarser than any latency.
  public var hasLatency: Bool { self != .candle && self != .sameEvent }
}

public struct Settings: Equatable, Sendable, BitwiseCopyable, CanonicallyDecodable {
  /// Width of the bars strategies see; zero: every trade or candle.
  public internal(set) var barInterval = Interval.zero
  /// Time between two samples of equity for curves.
  public internal(set) var sampleInterval = Interval.hour
  public internal(set) var accountKind = AccountKind.spot
  /// What equity and metrics are counted in.
  public internal(set) var reporting = ReportingAssets()
  public internal(set) var sizingMode = SizingMode.equityShare
  /// Lots or millionths of equity, by `sizingMode`.
  public internal(set) var sizingValue: Int64 = 950_000
  public internal(set) var latency = Interval.zero
  public internal(set) var fillRule = FillRule.bookConservative
  public internal(set) var strategy: UInt16 = 0
  public internal(set) var seed: UInt64 = 0
  public internal(set) var impact = Impact.none
  /// The most that our orders together may take of what trades, in 10⁻⁶; negative for no cap.
  public internal(set) var volumeCap: Int64 = -1
  public internal(set) var queue = QueueRule.standard
  /// What orders that do not say do when they meet an order of the same account.
  public internal(set) var selfTrade = SelfTrade.allow
  /// How targets are reached; `nil` for one order at once.
  public internal(set) var execution: ExecutionRule?
  /// When trading and performance begin: strategies see what comes before, for their averages. `.none`
  /// where nothing comes before.
  public internal(set) var warmUpEnd = Timestamp.none

  public init() {}

  /// Takes a setting; a raw value this build does not know leaves the old one and returns false.
  mutating func apply(_ change: Configure) -> Bool {
    switch change.setting {
    case .strategyParameter, .tradedInstrument, .volumeProfile: break
    case .execution:
      execution = ExecutionRule(change)
      return execution != nil || change.value < 0
    case .barInterval: barInterval = Interval(nanoseconds: max(0, change.value))
    case .sampleInterval: sampleInterval = Interval(nanoseconds: max(1, change.value))
    case .account: return set(&accountKind, UInt8(exactly: change.value).flatMap(AccountKind.init))
    case .reportingAsset:
      let asset = UInt16(exactly: change.value).map { AssetID($0) }
      guard let asset, asset.hasRoom else { return false }
      reporting = ReportingAssets(asset)
    case .reportingTwin:
      return UInt16(exactly: change.value).map { reporting.add(AssetID($0)) } ?? false
    case .sizing:
      guard set(&sizingMode, UInt8(exactly: change.index).flatMap(SizingMode.init)) else {
        return false
      }
      sizingValue = change.value
    case .latency: latency = Interval(nanoseconds: max(0, change.value))
    case .fillRule: return set(&fillRule, UInt8(exactly: change.value).flatMap(FillRule.init))
    case .strategy: return set(&strategy, UInt16(exactly: change.value))
    case .seed: seed = UInt64(bitPattern: change.value)
    case .impact:
      let model = UInt8(exactly: change.index).flatMap(ImpactModel.init)
      return set(&impact, model.map { Impact($0, strength: max(0, change.value)) })
    case .volumeCap: volumeCap = max(-1, change.value)
    case .queue:
      let exponent = min(max(0, change.value), QueueRule.largestExponent)
      let shape = UInt8(exactly: change.index).flatMap(QueueShape.init)
      return set(&queue, shape.map { QueueRule($0, exponent: exponent) })
    case .warmUpEnd: warmUpEnd = Timestamp(nanoseconds: change.value)
    case .selfTrade: return set(&selfTrade, UInt8(exactly: change.value).flatMap(SelfTrade.init))
    }
    return true
  }

  private func set<Value>(_ field: inout Value, _ value: Value?) -> Bool {
    guard let value else { return false }
    field = value
    return true
  }

  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(barInterval)
    bytes.append(sampleInterval)
    bytes.append(accountKind.rawValue)
    bytes.append(reporting.asset.raw)
    bytes.append(sizingMode.rawValue)
    bytes.append(sizingValue)
    bytes.append(latency)
    bytes.append(fillRule.rawValue)
    bytes.append(strategy)
    bytes.append(seed)
    impact.encode(into: &bytes)
    bytes.append(volumeCap)
    queue.encode(into: &bytes)
    bytes.append(selfTrade.rawValue)
    // Bits that were a flag alone before there were warm-ups.
    let twins = reporting.others
    bytes.append(
      UInt8(execution != nil ? 1 : 0) | (warmUpEnd.isNone ? 0 : 2) | (twins.isEmpty ? 0 : 4))
    execution?.encode(into: &bytes)
    if !warmUpEnd.isNone { bytes.append(warmUpEnd) }
    guard !twins.isEmpty else { return }
    bytes.append(twins.count)
    for twin in twins { bytes.append(twin.raw) }
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    barInterval = try reader.take()
    try reader.expect(barInterval >= .zero, "a negative width of bars")
    sampleInterval = try reader.take()
    accountKind = try reader.take()
    reporting = ReportingAssets(try reader.take())
    try reader.expect(reporting.asset.hasRoom, "a reporting asset beyond the last one")
    sizingMode = try reader.take()
    sizingValue = try reader.take()
    latency = try reader.take()
    fillRule = try reader.take()
    strategy = try reader.take()
    seed = try reader.take()
    impact = try Impact(canonical: &reader)
    volumeCap = try reader.take()
    queue = try QueueRule(canonical: &reader)
    selfTrade = try reader.take()
    let flags: UInt8 = try reader.take()
    try reader.expect(flags < 8, "flags \(flags) of settings")
    if flags & 1 != 0 { execution = try ExecutionRule(canonical: &reader) }
    if flags & 2 != 0 {
      warmUpEnd = try reader.take()
      try reader.expect(!warmUpEnd.isNone, "a warm-up that ends at no time")
    }
    guard flags & 4 != 0 else { return }
    for _ in 0..<(try reader.takeCount(atMost: ReportingAssets.mostTwins)) {
      let isTaken = reporting.add(try reader.take())
      try reader.expect(isTaken, "a twin of the reporting asset beyond the last asset")
    }
    try reader.expect(!reporting.others.isEmpty, "twins of the reporting asset that are none")
  }
}
