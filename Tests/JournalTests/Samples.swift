/// Events for the tests: every kind with extreme values, and random but plausible streams by seed.
import TradingCore

/// SplitMix64: the same numbers everywhere for one seed.
struct Numbers {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  /// 0 ..< `bound`.
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  /// Any 64 bits, but small, extreme and power-of-two neighbours far more often than chance.
  mutating func edgy() -> Int64 {
    switch below(6) {
    case 0: [0, 1, -1, .max, .min, .min + 1][below(6)]
    case 1: Int64(below(300)) - 150
    case 2: (Int64(1) << Int64(below(63))) - Int64(below(3))
    case 3: -((Int64(1) << Int64(below(63))) - Int64(below(3)))
    case 4: Int64(below(1_000_000_000))
    default: Int64(bitPattern: next())
    }
  }
}

/// A random event of `kind`; every field of it may take any value.
func anyEvent(_ kind: EventKind, _ n: inout Numbers) -> Event {
  Event(
    receiveTime: Timestamp(nanoseconds: n.edgy()),
    venueTime: n.below(3) == 0 ? .none : Timestamp(nanoseconds: n.edgy()), anyBody(kind, &n))
}

private func price(_ n: inout Numbers) -> Price { Price(ticks: n.edgy()) }
private func lots(_ n: inout Numbers) -> Quantity { Quantity(lots: n.edgy()) }
private func instrument(_ n: inout Numbers) -> InstrumentID {
  InstrumentID([0, 1, 2, 4_095, 4_096, .max][n.below(6)])
}
private func side(_ n: inout Numbers) -> Side { n.below(2) == 0 ? .buy : .sell }
private func flags(_ n: inout Numbers) -> RunFlags { RunFlags(rawValue: UInt8(n.below(9) % 256)) }
private func word(_ n: inout Numbers) -> UInt64 { UInt64(bitPattern: n.edgy()) }
private func small(_ n: inout Numbers) -> UInt16 { UInt16(truncatingIfNeeded: n.edgy()) }
private func asset(_ n: inout Numbers) -> AssetID { AssetID(small(&n)) }
private func byte(_ n: inout Numbers) -> UInt8 { UInt8(truncatingIfNeeded: n.edgy()) }
private func half(_ n: inout Numbers) -> UInt32 { UInt32(truncatingIfNeeded: n.edgy()) }
private func one<Value>(of values: [Value], _ n: inout Numbers) -> Value {
  values[n.below(values.count)]
}

private func report(_ n: inout Numbers) -> OrderReport {
  OrderReport(
    order: OrderID(word(&n)), venueOrderID: n.edgy(), instrument: instrument(&n),
    reason: one(of: RejectReason.allCases, &n))
}

private func terms(_ n: inout Numbers) -> OrderTerms {
  var terms = OrderTerms(
    instrument: instrument(&n), side: side(&n), type: one(of: OrderType.allCases, &n),
    quantity: lots(&n), price: price(&n), timeInForce: one(of: TimeInForce.allCases, &n))
  terms.flags = OrderFlags(rawValue: byte(&n))
  terms.trigger = price(&n)
  terms.expirySeconds = half(&n)
  terms.trailing = small(&n)
  terms.parts = byte(&n)
  terms.list = ListPlace(rawValue: byte(&n))
  terms.book = BookID(byte(&n))
  return terms
}

private func parentTerms(_ n: inout Numbers) -> ParentTerms {
  ParentTerms(
    instrument: instrument(&n), side: side(&n), quantity: lots(&n),
    algorithm: one(of: ExecutionAlgorithm.allCases, &n), limit: price(&n),
    durationSeconds: half(&n), slices: small(&n), participation: small(&n), book: BookID(byte(&n)))
}

private func filter(_ n: inout Numbers) -> ExchangeFilter {
  ExchangeFilter(
    one(of: FilterKind.allCases, &n), instrument: instrument(&n), low: n.edgy(), high: n.edgy(),
    step: n.edgy(), other: n.edgy(), averageMinutes: small(&n))
}

private func interval(_ n: inout Numbers) -> Interval { Interval(nanoseconds: n.edgy()) }

private func amount(_ n: inout Numbers) -> AssetAmount {
  let wide = Int128(n.edgy()) << 64 | Int128(UInt64(bitPattern: n.edgy()))
  let units = [wide, Int128(n.edgy()), .max, .min][n.below(4)]
  return AssetAmount(asset: asset(&n), amount: Money(units: units), reason: byte(&n))
}

private func text(_ n: inout Numbers) -> Text {
  let bytes = (0..<n.below(41)).map { _ in byte(&n) }
  return Text(
    subject: one(of: TextSubject.allCases, &n), id: small(&n), utf8: bytes[...], flags: flags(&n))
}

private func double(_ n: inout Numbers) -> Double {
  [0, -0.0, .nan, .infinity, .leastNonzeroMagnitude, Double(bitPattern: n.next())][n.below(6)]
}

private func amendTerms(_ n: inout Numbers) -> AmendTerms {
  AmendTerms(order: OrderID(word(&n)), price: price(&n), quantity: lots(&n), cause: word(&n))
}

private func connection(_ n: inout Numbers) -> ConnectionReport {
  ConnectionReport(venue: small(&n), stream: one(of: StreamKind.allCases, &n))
}

private func definition(_ n: inout Numbers) -> InstrumentDefinition {
  InstrumentDefinition(
    instrument: instrument(&n), base: asset(&n), quote: asset(&n),
    tick: Decimal64(mantissa: n.edgy(), scale: n.below(19)),
    lot: Decimal64(mantissa: n.edgy(), scale: n.below(19)), minQuantity: lots(&n),
    minNotional: n.edgy(), kind: n.below(2) == 0 ? .spot : .perpetual,
    origin: one(of: [.given, .inferred, .generated], &n))
}

func anyBody(_ kind: EventKind, _ n: inout Numbers) -> EventBody {
  switch kind {
  case .trade:
    .trade(
      Trade(
        instrument: instrument(&n), price: price(&n), quantity: lots(&n), aggressor: side(&n),
        id: n.edgy(), firstID: n.edgy(), count: half(&n), isAggregate: n.below(2) == 0))
  case .quote:
    .quote(
      Quote(
        instrument: instrument(&n), bidPrice: price(&n), bidQuantity: lots(&n),
        askPrice: price(&n), askQuantity: lots(&n), updateID: n.edgy()))
  case .depth:
    .depth(
      Depth(
        instrument: instrument(&n), side: side(&n), price: price(&n), quantity: lots(&n),
        lastUpdateID: n.edgy(), updateSpan: half(&n), flags: flags(&n)))
  case .bookSnapshot:
    .bookSnapshot(
      BookSnapshot(
        instrument: instrument(&n), side: side(&n), price: price(&n), quantity: lots(&n),
        updateID: n.edgy(), flags: flags(&n)))
  case .candle:
    .candle(
      Candle(
        instrument: instrument(&n), intervalSeconds: half(&n), open: price(&n), high: price(&n),
        low: price(&n), close: price(&n), volume: lots(&n)))
  case .funding:
    .funding(
      Funding(
        instrument: instrument(&n), rate: n.edgy(), nextTime: Timestamp(nanoseconds: n.edgy())))
  case .reading:
    .reading(Reading(instrument: instrument(&n), feature: small(&n), value: double(&n)))
  case .accepted: .accepted(report(&n))
  case .rejected: .rejected(report(&n))
  case .sent: .sent(report(&n))
  case .sendFailed: .sendFailed(report(&n))
  case .amended:
    .amended(
      Amended(
        order: OrderID(word(&n)), price: price(&n), quantity: lots(&n),
        instrument: instrument(&n)))
  case .fill:
    .fill(
      Fill(
        order: OrderID(word(&n)), instrument: instrument(&n), side: side(&n), price: price(&n),
        quantity: lots(&n), fee: n.edgy(), feeAsset: asset(&n), tradeID: n.edgy(),
        liquidity: n.below(2) == 0 ? .maker : .taker))
  case .canceled: .canceled(report(&n))
  case .expired: .expired(report(&n))
  case .unknown: .unknown(report(&n))
  case .balance: .balance(amount(&n))
  case .adjustment: .adjustment(amount(&n))
  case .connected: .connected(connection(&n))
  case .disconnected: .disconnected(connection(&n))
  case .triggered: .triggered(report(&n))
  case .gap:
    .gap(
      Gap(
        instrument: instrument(&n), stream: one(of: StreamKind.allCases, &n), count: word(&n),
        reason: one(of: [.sequence, .skippedLines, .overflow, .disconnected], &n)))
  default: ourBody(kind, &n)
  }
}

private func ourBody(_ kind: EventKind, _ n: inout Numbers) -> EventBody {
  switch kind {
  case .timer: .timer(TimerFired(id: half(&n)))
  case .clockStep: .clockStep(ClockStep(step: Interval(nanoseconds: n.edgy())))
  case .place: .place(terms(&n))
  case .amend: .amend(amendTerms(&n))
  case .cancel: .cancel(CancelTerms(order: OrderID(word(&n)), cause: word(&n)))
  case .flatten: .flatten(Flatten(instrument: instrument(&n)))
  case .halt: .halt(HaltCommand(reason: byte(&n)))
  case .resume: .resume(HaltCommand(reason: byte(&n)))
  case .configure:
    .configure(
      Configure(
        one(of: Setting.allCases, &n), value: n.edgy(), index: small(&n),
        instrument: instrument(&n)))
  case .limit:
    .limit(
      LimitChange(
        one(of: LimitKind.allCases, &n), value: n.edgy(), instrument: instrument(&n),
        book: BookID(byte(&n))))
  case .execute: .execute(parentTerms(&n))
  case .filter: .filter(filter(&n))
  case .latency:
    .latency(
      LatencyRow(
        time: Timestamp(nanoseconds: n.edgy()), feed: interval(&n), entry: interval(&n),
        response: interval(&n), spread: interval(&n), action: one(of: LatencyAction.allCases, &n)))
  case .key:
    .key(KeyChange(one(of: KeyAction.allCases, &n), id: half(&n), fingerprint: word(&n)))
  case .instrument: .instrument(definition(&n))
  case .asset: .asset(AssetDefinition(asset: asset(&n), commissionDecimals: byte(&n)))
  case .fee:
    .fee(
      FeeSchedule(
        instrument: instrument(&n), maker: n.edgy(), taker: n.edgy(),
        currency: one(of: FeeCurrency.allCases, &n), asset: asset(&n),
        basis: one(of: FeeBasis.allCases, &n), fromVolume: n.edgy(), discount: n.edgy()))
  case .text: .text(text(&n))
  case .model: .model(Model(id: small(&n), digest: (word(&n), word(&n), word(&n), word(&n))))
  case .build: .build(LogicVersion(version: half(&n)))
  case .logicVersion: .logicVersion(LogicVersion(version: half(&n)))
  case .notice:
    .notice(
      Notice(one(of: NoticeCode.allCases, &n), count: word(&n), instrument: instrument(&n)))
  case .signal:
    .signal(
      Signal(
        cause: word(&n), instrument: instrument(&n), kind: one(of: SignalKind.allCases, &n),
        weightMillionths: Int32(truncatingIfNeeded: n.edgy()), side: side(&n), bid: price(&n),
        ask: price(&n), quantity: lots(&n)))
  case .order: .order(Order(cause: word(&n), terms: terms(&n)))
  case .request: .request(Order(cause: word(&n), terms: terms(&n)))
  case .parent: .parent(Parent(cause: word(&n), terms: parentTerms(&n)))
  case .parentEnded:
    .parentEnded(
      ParentReport(
        parent: OrderID(word(&n)), filled: lots(&n), arrivalHalfTicks: n.edgy(),
        shortfall: n.edgy(), instrument: instrument(&n),
        outcome: one(of: ParentOutcome.allCases, &n)))
  case .amendRequest: .amendRequest(amendTerms(&n))
  case .cancelRequest:
    .cancelRequest(CancelTerms(order: OrderID(word(&n)), cause: word(&n)))
  case .refused:
    .refused(
      Refused(
        cause: word(&n), instrument: instrument(&n), side: side(&n), quantity: lots(&n),
        reason: one(of: RefusalReason.allCases, &n), value: n.edgy(), limit: n.edgy(),
        suggested: lots(&n)))
  case .alert: .alert(Alert(one(of: AlertCode.allCases, &n), cause: word(&n), value: n.edgy()))
  default: .stateHash(StateHash(state: word(&n), strategy: word(&n)))
  }
}
