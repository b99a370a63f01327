/// The clock of a generated market: which stretch it is in, who acts when, and what is published.

/// Makes the events of `MarketGenerator`, step by step.
struct GeneratorCore {
  static let mostEventsPerStep = 2 * OrderFlow.mostEvents

  private let settings: GeneratorSettings
  private let segments: [RegimeSegment]
  private var segmentIndex = 0
  private var traits: RegimeTraits
  private var now: Timestamp
  private var lastReceive: Timestamp
  private var random: RandomSource
  private var fair: FairValue
  private var flow: OrderFlow
  private var candles: CandleMaker?
  private var hasBegun = false
  private var isConnected = false
  /// Events and steps so far, to keep the pace the settings ask for.
  private var eventCount = 0.0
  private var stepCount = 0.0

  init(_ settings: GeneratorSettings) {
    self.settings = settings
    segments = RegimeSegment.schedule(settings)
    now = settings.start
    lastReceive = settings.start
    random = RandomSource(seed: settings.seed, label: "time")
    fair = FairValue(settings, first: segments[0])
    traits = RegimeTraits(segments[0].regime)
    flow = OrderFlow(seed: settings.seed)
    candles = settings.candleInterval.map { CandleMaker(settings, interval: $0) }
  }

  /// Appends the events of one step.
  /// - Returns: false when the duration is over.
  mutating func step(into events: inout ContiguousArray<Event>) -> Bool {
    if !hasBegun {
      hasBegun = true
      define(into: &events)
      enterSegment(into: &events)
      return true
    }
    guard now < segments[segmentIndex].end else { return nextSegment(into: &events) }
    if segments[segmentIndex].regime == .outage {
      passOutage()
    } else if candles != nil {
      makeCandle(into: &events)
    } else {
      letOneAct(into: &events)
    }
    return true
  }

  private mutating func nextSegment(into events: inout ContiguousArray<Event>) -> Bool {
    guard segmentIndex + 1 < segments.count else { return false }
    segmentIndex += 1
    fair.enter(segments[segmentIndex])
    traits = RegimeTraits(segments[segmentIndex].regime)
    enterSegment(into: &events)
    return true
  }

  private mutating func enterSegment(into events: inout ContiguousArray<Event>) {
    if segments[segmentIndex].regime == .outage {
      if isConnected { disconnect(into: &events) }
    } else if !isConnected {
      connect(into: &events)
    }
  }

  private mutating func letOneAct(into events: inout ContiguousArray<Event>) {
    let eventsPerStep = max(1, (eventCount + 2) / (stepCount + 1))
    let stepsPerSecond = settings.eventsPerSecond * traits.pace / eventsPerStep
    let wait = max(1, min(random.exponential() / stepsPerSecond, 1e9) * 1e9)
    let next = min(now + Interval(nanoseconds: Int64(wait)), segments[segmentIndex].end)
    fair.advance(over: next - now, to: next)
    now = next
    guard now < segments[segmentIndex].end else { return }
    let before = events.count
    flow.step(conditions, at: stamp(), into: &events)
    eventCount += Double(events.count - before)
    stepCount += 1
  }

  private mutating func makeCandle(into events: inout ContiguousArray<Event>) {
    guard let event = candles?.make(from: now, &fair, traits) else { return }
    now = event.receiveTime
    // A candle that would close after the end is never seen closed.
    if now <= settings.start + settings.duration { events.append(event) }
  }

  /// The fair price moves on while nobody is looking.
  private mutating func passOutage() {
    let segment = segments[segmentIndex]
    let pieces: Int64 = 16
    let piece = Interval(nanoseconds: (segment.end - segment.start).nanoseconds / pieces)
    for index in 1...pieces {
      let time = segment.start + Interval(nanoseconds: piece.nanoseconds * index)
      fair.advance(over: piece, to: time)
    }
    now = candles.map { $0.firstStart(from: segment.end) } ?? segment.end
  }

  private mutating func disconnect(into events: inout ContiguousArray<Event>) {
    isConnected = false
    let report = ConnectionReport(venue: 0, stream: .any)
    events.append(Event(receiveTime: stamp().receive, .disconnected(report)))
    let gap = Gap(instrument: InstrumentID(0), stream: .any, count: 0, reason: .disconnected)
    events.append(Event(receiveTime: lastReceive, .gap(gap)))
  }

  private mutating func connect(into events: inout ContiguousArray<Event>) {
    isConnected = true
    let report = ConnectionReport(venue: 0, stream: .any)
    events.append(Event(receiveTime: stamp().receive, .connected(report)))
    guard candles == nil else { return }
    flow.rebuild(conditions)
    flow.snapshot(at: stamp(), into: &events)
  }

  /// What agents know now. Makers stay away from fair by half of what a second's chance would move
  /// it, at least half a tick.
  private var conditions: FlowConditions {
    let second = fair.ticks * settings.volatility / 86_400.0.squareRoot()
    return FlowConditions(
      fair: fair.ticks, halfSpread: max(0.5, 0.5 * second * traits.spread),
      levelLots: settings.typicalLots(atTicks: fair.ticks) * traits.depth)
  }

  /// The venue's time, and ours 1 ms and a little chance later, never going back.
  private mutating func stamp() -> EventStamp {
    let delay = 1_000_000 + Int64(random.below(500_000))
    lastReceive = max(lastReceive, now + Interval(nanoseconds: delay))
    return EventStamp(venue: now, receive: lastReceive)
  }

  private func define(into events: inout ContiguousArray<Event>) {
    var bodies: [EventBody] = [.logicVersion(.current)]
    for (index, code) in [settings.base, settings.quote].enumerated() {
      let asset = AssetID(UInt16(index))
      bodies.append(.asset(AssetDefinition(asset: asset)))
      bodies += Text.run(subject: .asset, id: asset.raw, code).map(EventBody.text)
    }
    bodies.append(.instrument(settings.definition))
    bodies += Text.run(subject: .instrument, id: 0, settings.symbol).map(EventBody.text)
    bodies += Text.run(subject: .venue, id: 0, "generator").map(EventBody.text)
    for body in bodies { events.append(Event(receiveTime: settings.start, body)) }
  }
}
