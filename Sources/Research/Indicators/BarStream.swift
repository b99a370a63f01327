/// One instrument's bars out of the events of a journal.

public import TradingCore

/// What bars are made of.
public enum BarOrigin: String, Sendable, CaseIterable {
  case trades, candles

  /// The kind of event that carries it.
  public var kind: EventKind { self == .trades ? .trade : .candle }
}

public struct BarStream: Sendable {
  public let instrument: InstrumentID
  /// The instrument's definition, once it was read.
  public private(set) var definition: InstrumentDefinition?
  private let origin: BarOrigin
  private let spec: BarSpec?
  private var maker: BarMaker?
  private var candleWidth: Interval?

  /// - Parameter spec: `nil` takes candles as they are, and trades by the minute.
  public init(_ instrument: InstrumentID, of origin: BarOrigin, spec: BarSpec?) {
    self.instrument = instrument
    self.origin = origin
    self.spec = spec
  }

  /// Whether the event is one that these bars are made of.
  public func takes(_ event: Event) -> Bool {
    event.kind == origin.kind && event.body.instrument == instrument
  }

  /// Takes one of the events it `takes`.
  /// - Returns: the bars that ended, the oldest first.
  /// - Throws: `BarError`, and `IndicatorTableError` where the journal changes what bars are made of, or
  ///   has not said what it is yet.
  public mutating func add(_ event: Event, _ names: Names) throws -> [MarketBar] {
    try learn(names)
    let moment = event.start
    switch event.body {
    case .trade(let trade):
      try start(.minute)
      return [maker?.add(trade, at: moment)].compactMap(\.self)
    case .candle(let candle):
      if let candleWidth, candleWidth != candle.interval {
        throw IndicatorTableError.mixedCandles(candleWidth, candle.interval)
      }
      candleWidth = candle.interval
      try start(candle.interval)
      return try maker?.add(candle, from: moment).all ?? []
    default: return []
    }
  }

  /// Ends the open bar when it is one of time that ends by then.
  mutating func close(at time: Timestamp) -> MarketBar? { maker?.close(at: time) }

  private mutating func start(_ usual: Interval) throws {
    guard maker == nil, let definition else { return }
    maker = try BarMaker(spec ?? .time(usual), of: definition)
  }

  /// Ticks and lots must mean the same in all of a bar.
  private mutating func learn(_ names: Names) throws {
    guard let latest = names.definition(instrument) else {
      throw IndicatorTableError.undefined(names.symbol(instrument) ?? "")
    }
    guard latest != definition else { return }
    if let definition, !definition.sharesGrid(with: latest) {
      throw IndicatorTableError.newGrid(names.symbol(instrument) ?? "")
    }
    definition = latest
  }
}

extension InstrumentDefinition {
  /// Whether a tick and a lot are written the same in both.
  func sharesGrid(with other: InstrumentDefinition) -> Bool {
    tickMantissa == other.tickMantissa && tickScale == other.tickScale
      && lotMantissa == other.lotMantissa && lotScale == other.lotScale
  }
}
