/// Cuts a stream of trades or candles into bars of any kind, one event at a time.
///
/// Time bars follow the rule by which the state builds its own: a bar ends with the first event at or
/// after its end, so that nothing shown is still moving, and what comes later than that joins the open
/// one and is counted. **Where nothing traded there is no bar**: none is invented, so bars may lie apart,
/// and indicators count the bars that are there. Bars of amounts end with the trade that reaches it; that
/// trade is not split and what it has too much is not carried on.

/// What a candle ends: at most two bars, so that no list is needed for them.
public struct EndedBars: Equatable, Sendable {
  /// One that ended before it.
  public var before: MarketBar?
  /// One that it fills.
  public var filled: MarketBar?

  /// Those there are, the older first.
  public var all: [MarketBar] { [before, filled].compactMap(\.self) }
}

public struct BarMaker: Equatable, Sendable, CanonicallyEncodable {
  /// What ends a bar.
  private enum Rule: Equatable, Sendable {
    case time(Interval)
    /// So many trades, lots, or ticks × lots.
    case amount(BarMeasure, most: Int128, sum: Int128)
    case imbalance(Imbalance)
  }

  public let spec: BarSpec
  /// The bar that has not ended yet.
  public private(set) var open: MarketBar?
  /// Trades and candles that came after their time bar had ended.
  public private(set) var lateCount: UInt64 = 0
  private var rule: Rule

  /// - Throws: `BarError.inexactGrid` where the instrument's grid has no exact values.
  public init(_ spec: BarSpec, of instrument: InstrumentDefinition) throws(BarError) {
    self.spec = spec
    guard instrument.isExact else { throw .inexactGrid(spec) }
    switch spec {
    case .time(let interval): rule = .time(interval)
    case .amount(let measure, let amount):
      rule = .amount(measure, most: measure.sum(reaching: amount, of: instrument), sum: 0)
    case .imbalance(let measure, let terms): rule = .imbalance(Imbalance(measure, terms))
    }
  }

  /// Ends the open bar when it is one of time and `time` is at or after its end. What has a time but no
  /// price may call this too. O(1).
  public mutating func close(at time: Timestamp) -> MarketBar? {
    guard case .time = rule, let bar = open, bar.closeTime <= time else { return nil }
    open = nil
    return bar
  }

  /// Takes a trade that the venue dates at `time`. O(1).
  /// - Returns: the bar that ended, with it or by it.
  public mutating func add(_ trade: Trade, at time: Timestamp) -> MarketBar? {
    let ended = close(at: time)
    join(MarketBar(trade, at: time))
    guard isFull(with: trade) else { return ended }
    defer { open = nil }
    return open
  }

  /// Takes a candle that begins at `start`; it belongs to the bar it begins in. O(1).
  /// - Throws: `BarError` where these bars need trades, or are no multiple of the candle.
  public mutating func add(
    _ candle: Candle, from start: Timestamp
  ) throws(BarError) -> EndedBars {
    if let error = spec.objection(toCandlesOf: candle.interval) { throw error }
    let before = close(at: start)
    join(MarketBar(candle, from: start))
    return EndedBars(before: before, filled: close(at: start + candle.interval))
  }

  private mutating func join(_ piece: MarketBar) {
    guard var bar = open else {
      open = piece
      guard case .time(let interval) = rule else { return }
      let start = interval.barStart(of: piece.openTime)
      open?.openTime = start
      open?.closeTime = start + interval
      return
    }
    if case .time = rule {
      if piece.openTime < bar.openTime { lateCount &+= 1 }
    } else {
      bar.closeTime = max(bar.closeTime, piece.closeTime)
    }
    bar.join(piece)
    open = bar
  }

  /// Counts a trade towards the end of the bar.
  private mutating func isFull(with trade: Trade) -> Bool {
    switch rule {
    case .time: return false
    case .amount(let measure, let most, let sum):
      let reached = sum.addingClamped(measure.size(of: trade))
      rule = .amount(measure, most: most, sum: reached < most ? reached : 0)
      return reached >= most
    case .imbalance(var imbalance):
      defer { rule = .imbalance(imbalance) }
      return imbalance.add(trade)
    }
  }

  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(bytes: Array("\(spec)".utf8))
    bytes.append(lateCount)
    bytes.append(open != nil)
    open?.encode(into: &bytes)
    switch rule {
    case .time(let interval): bytes.append(interval)
    case .amount(_, let most, let sum): for number in [most, sum] { bytes.append(number) }
    case .imbalance(let imbalance): imbalance.encode(into: &bytes)
    }
  }
}

extension BarMeasure {
  /// The least sum of sizes that is at least the amount.
  func sum(reaching amount: Decimal64, of instrument: InstrumentDefinition) -> Int128 {
    let units = Int128(amount.mantissa) * Int128(powerOfTen(Money.scale - amount.scale))
    let unit =
      switch self {
      case .ticks: Money.one.units
      case .volume: instrument.lotAmount
      case .dollar: Int128(instrument.tickValue)
      }
    let (whole, rest) = units.quotientAndRemainder(dividingBy: unit)
    return rest == 0 ? whole : whole + 1
  }
}
