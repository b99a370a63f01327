/// Looking at a source before the run: its footers for counts and times, its first events for
/// definitions.

public import Journal
public import TradingCore

extension SourceSurvey {
  /// Surveys a journal without decoding more than its head. O(segments + definitions).
  /// - Throws: `JournalError` when it is missing or damaged.
  public init(journal path: String, named name: String) throws(JournalError) {
    let totals = try JournalTotals(of: path)
    var reader = try JournalReader(opening: path)
    let facts = reader.facts
    let head = try SourceSurvey.head(of: &reader)
    let kinds = Set(totals.kinds.map(\.kind))
    self.init(
      name: name, id: "\(facts.identity.id)", chainHead: facts.chainHead.hex,
      journal: JournalSource(id: facts.identity.id, chainHead: facts.chainHead),
      digest: facts.identity.id.bytes + facts.chainHead.bytes, names: head.names,
      headTime: head.headTime, firstTime: head.firstTime,
      lastTime: totals.receiveTimes?.upperBound ?? head.firstTime,
      hasTrades: kinds.contains(.trade), hasQuotes: kinds.contains(.quote),
      hasBooks: kinds.contains(.bookSnapshot), hasCandles: kinds.contains(.candle),
      candles: head.candles, eventCount: facts.events)
  }

  /// Surveys a generator by its settings; what it makes is not made yet, but for its first events.
  /// - Throws: `ParameterError`, `EngineFault`.
  public init(generator settings: GeneratorSettings) throws {
    let generator = try MarketGenerator(settings)
    var names = Names()
    var batch = EventBatch()
    var firstTime = settings.start
    if try generator.next(into: &batch) {
      for event in batch.events { names.learn(event) }
      firstTime = batch.events.first { $0.kind.isMarket }?.receiveTime ?? settings.start
    }
    let isCandles = settings.candleInterval != nil
    self.init(
      name: "generator, seed \(settings.seed)", id: "", chainHead: "", digest: [], names: names,
      headTime: batch.events.first?.receiveTime ?? settings.start, firstTime: firstTime,
      lastTime: settings.start + settings.duration, hasTrades: !isCandles,
      hasQuotes: !isCandles, hasBooks: !isCandles, hasCandles: isCandles,
      candles: SourceSurvey.candles([settings.candleInterval].compactMap(\.self), of: names))
  }

  /// Surveys a venue by its definitions and the streams that are followed. Its times are those of the
  /// run's first event.
  /// - Parameters:
  ///   - candleWidths: of the candles among the streams.
  ///   - head: the receive time of the run's first event.
  public init(
    venue name: String, definitions: [Event], kinds: Set<EventKind>,
    candleWidths: [Interval] = [], head: Timestamp
  ) {
    var names = Names()
    for event in definitions { names.learn(event) }
    self.init(
      name: name, id: "", chainHead: "", digest: [], names: names, headTime: head,
      firstTime: head, lastTime: .distantFuture, hasTrades: kinds.contains(.trade),
      hasQuotes: kinds.contains(.quote), hasBooks: kinds.contains(.bookSnapshot),
      hasCandles: kinds.contains(.candle),
      candles: SourceSurvey.candles(candleWidths, of: names))
  }

  /// Candles of these widths of every instrument.
  private static func candles(_ widths: [Interval], of names: Names) -> [CandleStream] {
    names.instruments.indices.filter { names.instruments[$0] != nil }.flatMap { index in
      widths.map { CandleStream(instrument: InstrumentID(UInt16(index)), width: $0) }
    }
  }

  /// Definitions and the first market event's time. Definitions stand at the head of a journal; those
  /// that follow later only add instruments, so reading stops a batch after the first market event.
  private static func head(
    of reader: inout JournalReader
  ) throws(JournalError) -> (
    names: Names, headTime: Timestamp, firstTime: Timestamp, candles: [CandleStream]
  ) {
    var names = Names()
    var headTime = Timestamp.none
    var firstTime = Timestamp.distantPast
    var candles: [CandleStream] = []
    var batch = EventBatch()
    while try reader.next(into: &batch) {
      var isMarketSeen = false
      if headTime.isNone { headTime = batch.events.first?.receiveTime ?? .none }
      for event in batch.events {
        names.learn(event)
        if case .candle(let candle) = event.body {
          let stream = CandleStream(instrument: candle.instrument, width: candle.interval)
          if !candles.contains(stream) { candles.append(stream) }
        }
        guard event.kind.isMarket, !isMarketSeen else { continue }
        firstTime = event.receiveTime
        isMarketSeen = true
      }
      if isMarketSeen { break }
    }
    return (names, headTime, firstTime, candles)
  }
}
