/// Random events of every kind, from plausible to absurd, for tests that nothing can stop `reduce`.
@testable import TradingCore

/// A stream of events from a seed. With `wildness` 0 most events fit a small market of three
/// instruments and four assets; with 1 every field is as likely as not an extreme.
struct EventFuzz {
  private var random: RandomSource
  private let wildness: Double
  private let kinds: [EventKind]
  private var time: Int64 = 1_700_000_000_000_000_000
  private var sequence: UInt64 = 0

  init(seed: UInt64, wildness: Double, kinds: [EventKind] = EventKind.allCases) {
    random = RandomSource(seed: seed, label: "event fuzz")
    self.wildness = wildness
    self.kinds = kinds
  }

  mutating func next() -> Event {
    sequence += 1
    time += number(near: 0...2_000_000_000, rarely: 0.001) / 2
    if random.chance(0.001) { time += Interval.day.nanoseconds }
    time = max(0, min(time, 4_000_000_000_000_000_000))
    let absurdTime = random.chance(wildness * 0.0005)
    let receive = absurdTime ? extreme() : time
    let venue = random.chance(0.3) ? Timestamp.none.nanoseconds : number(near: time - 5...time)
    return Event(
      receiveTime: Timestamp(nanoseconds: receive), venueTime: Timestamp(nanoseconds: venue),
      body(of: pick(kinds)))
  }

  // MARK: Numbers

  private mutating func pick<Element>(_ items: [Element]) -> Element {
    items[Int(random.below(UInt64(items.count)))]
  }

  private mutating func extreme() -> Int64 {
    switch random.below(8) {
    case 0: .max
    case 1: .min
    case 2: 0
    case 3: -1
    case 4: 1 << Int64(random.below(63))
    case 5: -(1 << Int64(random.below(63)))
    case 6: .max - Int64(random.below(3))
    default: Int64(bitPattern: random.next())
    }
  }

  private mutating func number(near range: ClosedRange<Int64>, rarely: Double = 1) -> Int64 {
    random.chance(wildness * 0.2 * rarely) ? extreme() : random.integer(in: range)
  }

  private mutating func price() -> Price { Price(ticks: number(near: 90...110)) }
  private mutating func quantity() -> Quantity { Quantity(lots: number(near: 0...20)) }

  private mutating func small(_ bound: UInt64) -> UInt16 {
    if random.chance(wildness * 0.05) { return pick([40, 8_192, 40_000, .max - 1, .max]) }
    return UInt16(random.below(bound))
  }

  private mutating func byte(_ bound: UInt64) -> UInt8 {
    random.chance(wildness * 0.2)
      ? UInt8(truncatingIfNeeded: random.next()) : UInt8(random.below(bound))
  }

  private mutating func instrument() -> InstrumentID { InstrumentID(small(3)) }
  private mutating func asset() -> AssetID { AssetID(small(4)) }
  private mutating func side() -> Side { pick(Side.allCases) }
  private mutating func flags() -> RunFlags {
    RunFlags(rawValue: random.chance(0.7) ? 3 : UInt8(random.below(8)))
  }

  private mutating func order() -> OrderID {
    random.chance(wildness * 0.1)
      ? OrderID(random.next()) : OrderID(sequence &- min(sequence, random.below(200)))
  }

  private mutating func money() -> Money {
    guard random.chance(wildness * 0.3) else {
      return Money(units: Int128(random.integer(in: -5...1_000_000)) * Money.one.units)
    }
    let digits = Int128(random.next()) << 63 | Int128(random.next() >> 1)
    return Money(units: pick([.max, .min, -.max, digits, -digits, 1, -1, 1 << 122, 1 << 124]))
  }

  private mutating func terms() -> OrderTerms {
    var terms = OrderTerms(
      instrument: instrument(), side: side(), type: pick(OrderType.allCases), quantity: quantity(),
      price: price(), timeInForce: pick(TimeInForce.allCases), reduceOnly: random.chance(0.2))
    guard random.chance(0.5) else { return terms }
    terms.trigger = price()
    if random.chance(0.3) { terms.flags = OrderFlags(rawValue: byte(255)) }
    if random.chance(0.3) { terms.trailing = small(10_001) }
    if random.chance(0.3) { terms.parts = byte(255) }
    if random.chance(0.3) { terms.list = ListPlace(rawValue: byte(64)) }
    terms.expirySeconds = UInt32(truncatingIfNeeded: random.next())
    terms.book = BookID(byte(3))
    return terms
  }

  private mutating func parentTerms() -> ParentTerms {
    ParentTerms(
      instrument: instrument(), side: side(), quantity: quantity(),
      algorithm: pick(ExecutionAlgorithm.allCases), limit: random.chance(0.5) ? .zero : price(),
      durationSeconds: UInt32(small(600)), slices: small(20), participation: small(10_001),
      book: BookID(byte(3)))
  }

  private mutating func report() -> OrderReport {
    OrderReport(
      order: order(), venueOrderID: extreme(), instrument: instrument(),
      reason: pick(RejectReason.allCases))
  }

  // MARK: Bodies

  private mutating func body(of kind: EventKind) -> EventBody {
    switch kind {
    case .trade, .quote, .depth, .bookSnapshot, .candle, .funding, .reading: market(kind)
    case .accepted: .accepted(report())
    case .rejected: .rejected(report())
    case .sent: .sent(report())
    case .sendFailed: .sendFailed(report())
    case .canceled: .canceled(report())
    case .expired: .expired(report())
    case .unknown: .unknown(report())
    case .triggered: .triggered(report())
    case .amended, .fill, .balance, .adjustment, .connected, .disconnected, .gap: venue(kind)
    case .timer, .clockStep, .place, .amend, .cancel, .flatten, .halt, .resume, .configure, .limit,
      .key, .execute:
      command(kind)
    case .instrument, .asset, .fee, .text, .model, .build, .logicVersion, .notice, .filter,
      .latency:
      definition(kind)
    case .signal, .order, .amendRequest, .cancelRequest, .refused, .alert, .stateHash, .request,
      .parent, .parentEnded:
      own(kind)
    }
  }

  private mutating func market(_ kind: EventKind) -> EventBody {
    let number = number(near: 0...1_000)
    switch kind {
    case .quote:
      return .quote(
        Quote(
          instrument: instrument(), bidPrice: price(), bidQuantity: quantity(), askPrice: price(),
          askQuantity: quantity(), updateID: number))
    case .depth:
      return .depth(
        Depth(
          instrument: instrument(), side: side(), price: price(), quantity: quantity(),
          lastUpdateID: number, updateSpan: UInt32(truncatingIfNeeded: extreme()), flags: flags()))
    case .bookSnapshot:
      return .bookSnapshot(
        BookSnapshot(
          instrument: instrument(), side: side(), price: price(), quantity: quantity(),
          updateID: number, flags: flags()))
    case .candle:
      return .candle(
        Candle(
          instrument: instrument(), intervalSeconds: pick([0, 1, 60, 86_400, .max]),
          open: price(), high: price(), low: price(), close: price(), volume: quantity()))
    case .funding:
      return .funding(
        Funding(instrument: instrument(), rate: number, nextTime: Timestamp(nanoseconds: number)))
    case .reading:
      return .reading(
        Reading(
          instrument: instrument(), feature: small(9), value: Double(bitPattern: random.next())))
    default:
      return .trade(
        Trade(
          instrument: instrument(), price: price(), quantity: quantity(), aggressor: side(),
          id: number))
    }
  }

  private mutating func venue(_ kind: EventKind) -> EventBody {
    switch kind {
    case .amended:
      .amended(
        Amended(order: order(), price: price(), quantity: quantity(), instrument: instrument()))
    case .balance: .balance(AssetAmount(asset: asset(), amount: money()))
    case .adjustment: .adjustment(AssetAmount(asset: asset(), amount: money()))
    case .connected:
      .connected(ConnectionReport(venue: small(2), stream: pick(StreamKind.allCases)))
    case .disconnected:
      .disconnected(ConnectionReport(venue: small(2), stream: pick(StreamKind.allCases)))
    case .gap:
      .gap(
        Gap(
          instrument: instrument(), stream: pick(StreamKind.allCases), count: random.next(),
          reason: .sequence))
    default:
      .fill(
        Fill(
          order: order(), instrument: instrument(), side: side(), price: price(),
          quantity: quantity(), fee: number(near: -10...10), feeAsset: asset(), tradeID: extreme(),
          liquidity: .taker))
    }
  }

  private mutating func command(_ kind: EventKind) -> EventBody {
    switch kind {
    case .timer: .timer(TimerFired(id: UInt32(small(9))))
    case .clockStep: .clockStep(ClockStep(step: Interval(nanoseconds: extreme())))
    case .amend: .amend(AmendTerms(order: order(), price: price(), quantity: quantity()))
    case .cancel: .cancel(CancelTerms(order: order()))
    case .flatten: .flatten(Flatten(instrument: instrument()))
    case .halt: .halt(HaltCommand(reason: byte(4)))
    case .resume: .resume(HaltCommand(reason: byte(4)))
    case .configure:
      .configure(
        Configure(
          pick(Setting.allCases), value: number(near: 0...4), index: small(2),
          instrument: instrument()))
    case .limit:
      .limit(
        LimitChange(
          pick(LimitKind.allCases), value: number(near: 0...900_000),
          instrument: random.chance(0.7) ? .none : instrument(),
          book: random.chance(0.7) ? .all : BookID(byte(3))))
    case .execute: .execute(parentTerms())
    case .key:
      .key(
        KeyChange(pick(KeyAction.allCases), id: UInt32(small(9)), fingerprint: random.next()))
    default: .place(terms())
    }
  }

  private mutating func span() -> Interval { Interval(nanoseconds: number(near: 0...1_000_000)) }

  private mutating func definition(_ kind: EventKind) -> EventBody {
    switch kind {
    case .instrument: .instrument(instrumentDefinition())
    case .asset: .asset(AssetDefinition(asset: asset(), commissionDecimals: byte(19)))
    case .fee:
      .fee(
        FeeSchedule(
          instrument: random.chance(0.5) ? .none : instrument(),
          maker: number(near: -10_000...100_000), taker: number(near: -10_000...100_000),
          currency: pick(FeeCurrency.allCases), asset: asset(), basis: pick(FeeBasis.allCases),
          fromVolume: random.chance(0.7) ? 0 : number(near: 0...1_000_000),
          discount: number(near: 0...30_000_000)))
    case .filter:
      .filter(
        ExchangeFilter(
          pick(FilterKind.allCases), instrument: instrument(), low: number(near: 0...10),
          high: number(near: 0...10_000), step: number(near: 0...5), other: number(near: 0...5),
          averageMinutes: small(10)))
    case .latency:
      .latency(
        LatencyRow(
          time: Timestamp(nanoseconds: extreme()), feed: span(), entry: span(), response: span(),
          spread: span(), action: pick(LatencyAction.allCases)))
    case .text: .text(text())
    case .model: .model(Model(id: small(9), digest: (1, 2, 3, random.next())))
    case .build: .build(LogicVersion(version: UInt32(small(9))))
    case .logicVersion: .logicVersion(LogicVersion(version: UInt32(small(9))))
    default:
      .notice(
        Notice(pick(NoticeCode.allCases), count: random.next(), instrument: instrument()))
    }
  }

  private mutating func instrumentDefinition() -> InstrumentDefinition {
    let id = small(3)
    var definition = InstrumentDefinition(
      instrument: InstrumentID(id), base: AssetID(id % 3), quote: AssetID(3),
      tick: Decimal64(mantissa: 1, scale: Int(random.below(5))),
      lot: Decimal64(mantissa: pick([1, 5]), scale: Int(random.below(5))),
      minQuantity: quantity(), minNotional: number(near: 0...100))
    guard random.chance(wildness * 0.3) else { return definition }
    definition.tickMantissa = extreme()
    definition.lotMantissa = extreme()
    definition.tickScale = UInt8(random.below(40))
    definition.lotScale = UInt8(truncatingIfNeeded: random.next())
    definition.base = asset()
    definition.quote = asset()
    return definition
  }

  private mutating func text() -> Text {
    var text = Text(
      subject: pick(TextSubject.allCases), id: small(9), utf8: [65, 66], flags: flags())
    text.count = byte(41)
    return text
  }

  private mutating func own(_ kind: EventKind) -> EventBody {
    switch kind {
    case .signal: .signal(signal())
    case .amendRequest:
      .amendRequest(AmendTerms(order: order(), price: price(), quantity: quantity()))
    case .cancelRequest: .cancelRequest(CancelTerms(order: order()))
    case .refused:
      .refused(
        Refused(
          cause: random.next(), instrument: instrument(), side: side(), quantity: quantity(),
          reason: pick(RefusalReason.allCases), value: extreme(), limit: extreme(),
          suggested: quantity()))
    case .request: .request(Order(cause: random.next(), terms: terms()))
    case .parent: .parent(Parent(cause: random.next(), terms: parentTerms()))
    case .parentEnded:
      .parentEnded(
        ParentReport(
          parent: order(), filled: quantity(), arrivalHalfTicks: extreme(), shortfall: extreme(),
          instrument: instrument(), outcome: pick(ParentOutcome.allCases)))
    case .alert: .alert(Alert(pick(AlertCode.allCases), cause: random.next(), value: extreme()))
    case .stateHash: .stateHash(StateHash(state: random.next(), strategy: random.next()))
    default: .order(Order(cause: random.next(), terms: terms()))
    }
  }

  /// A strategy's wish, as extreme as the events.
  mutating func signal() -> Signal {
    Signal(
      cause: 0, instrument: instrument(), kind: pick(SignalKind.allCases),
      weightMillionths: Int32(truncatingIfNeeded: number(near: -1_000_000...1_000_000)),
      side: side(), bid: price(), ask: price(), quantity: quantity())
  }
}
