/// A run report made up from a seed: a random walk of prices, a strategy that turns now and then,
/// books kept exactly. It looks like a real one and needs no engine.
import Research
import TradingCore

struct ReportFixture {
  var points = 5_000
  var step = Interval.hour
  var flipEvery = 37
  var name = "BTCUSDT trend and gap"
  var seed: UInt64 = 7
  var start = Timestamp(nanoseconds: 1_640_995_200_000_000_000)
  var priceTicks: Int64 = 4_700_000
  var capital = Money(units: 100_000 * Money.one.units)

  static let instrument = InstrumentID(0)
  static let definition = InstrumentDefinition(
    instrument: instrument, base: AssetID(1), quote: AssetID(0),
    tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 5),
    origin: .inferred)

  var market: ReportMarket {
    ReportMarket(
      instruments: [ReportInstrument(symbol: "BTCUSDT", definition: Self.definition)],
      assets: [ReportAsset(code: "USDT"), ReportAsset(code: "BTC")],
      reportingAsset: AssetID(0), chartInstrument: Self.instrument)
  }

  var identity: RunIdentity {
    RunIdentity(
      runID: "5f3c9a1e7b2d4c60", scenarioName: name,
      scenarioText: "source: {journal: btcusdt}\nstrategy:\n  name: ema-cross\n  fast: 12\n",
      strategy: "ema-cross",
      parameters: [
        ReportParameter(name: "fast", value: "12", unit: "bars"),
        ReportParameter(name: "slow", value: "26", unit: "bars"),
      ],
      fingerprint: 0x0123_4567_89AB_CDEF,
      chainHead: String(repeating: "a1b2c3d4", count: 8), source: "journal btcusdt-2022",
      sourceID: "0c4e9f6a11223344", sourceChainHead: String(repeating: "99887766", count: 8),
      build: "0.1.0")
  }

  var assumptions: RunAssumptions {
    RunAssumptions(
      fillRule: "same-event", isOptimistic: true, latency: Interval(nanoseconds: 250_000_000),
      fees: "maker 0.02 %, taker 0.05 %, in quote", account: "margin",
      gaps: [
        GapRecord(
          sequence: 4_711, time: start + Interval(nanoseconds: step.nanoseconds * 1_500),
          gap: Gap(instrument: Self.instrument, stream: .trade, count: 17, reason: .sequence))
      ],
      notices: [CountedText("digitsRounded", 12)])
  }

  /// The report, whose books balance: final equity − capital is the realised and open profit.
  func report() -> RunReport {
    var walk = Walk(fixture: self)
    for index in 0..<points { walk.advance(index) }
    let last = start + Interval(nanoseconds: step.nanoseconds * Int64(max(points - 1, 0)))
    var report = RunReport(
      identity: identity, market: market, assumptions: assumptions, firstTime: start,
      lastTime: last, capital: capital)
    report.equity = walk.equity
    report.fills = walk.fills
    report.orders = walk.orders
    report.roundTrips = walk.trips
    report.counts = RunCounts(
      events: UInt64(points * 3 + walk.fills.count * 4), marketEvents: UInt64(points * 3),
      orders: UInt64(walk.fills.count), fills: UInt64(walk.fills.count),
      gaps: 1,
      refusals: [CountedText("maxPosition", 3)])
    if walk.position != .zero, let point = walk.equity.last, let mark = point.price {
      let cost = Self.definition.notional(walk.entryPrice, walk.position)
      report.positions = [
        PositionRecord(
          instrument: Self.instrument,
          amount: Money(units: Int128(walk.position.lots) * Self.definition.lotAmount), cost: cost,
          mark: mark,
          realised: walk.cash - capital,
          unrealised: Self.definition.notional(mark, walk.position) - cost)
      ]
    }
    report.balances = [BalanceRecord(asset: AssetID(0), amount: walk.cash)]
    report.warnings = [
      RunWarning(
        code: "optimisticFills",
        text: "Fills at the price of the same event without latency: no market grants that.")
    ]
    report.metrics = MetricDefinition.lines(
      strategy: walk.metrics.summary, benchmark: walk.held.summary)
    return report
  }
}

/// The walk behind a fixture.
private struct Walk {
  let fixture: ReportFixture
  var state: UInt64
  var price: Price
  var position = Quantity.zero
  var entryPrice = Price.zero
  var entryTime = Timestamp.none
  var cash: Money
  var peak: Money
  var equity: [EquityPoint] = []
  var fills: [FillRecord] = []
  var orders: [OrderRecord] = []
  var trips: [RoundTrip] = []
  var fee = Money.zero
  var metrics = Metrics()
  var held = Metrics()

  init(fixture: ReportFixture) {
    self.fixture = fixture
    state = fixture.seed
    price = Price(ticks: fixture.priceTicks)
    cash = fixture.capital
    peak = fixture.capital
    metrics.start(equity: fixture.capital, at: fixture.start, sampleInterval: .zero)
    held.start(equity: fixture.capital, at: fixture.start, sampleInterval: .zero)
  }

  mutating func random(_ bound: UInt64) -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state >> 33) % bound
  }

  mutating func advance(_ index: Int) {
    let time = fixture.start + Interval(nanoseconds: fixture.step.nanoseconds * Int64(index))
    let move = Int64(random(2_001)) - 1_000 + (random(400) == 0 ? -9_000 : 0)
    price = Price(ticks: max(1, price.ticks + move * max(1, price.ticks / 500_000)))
    if fixture.flipEvery > 0, index % fixture.flipEvery == fixture.flipEvery - 1 {
      turn(index, time)
    }
    let worth =
      cash + ReportFixture.definition.notional(price, position)
      - ReportFixture.definition.notional(entryPrice, position)
    peak = max(peak, worth)
    let benchmark = HoldingBenchmark(
      capital: fixture.capital, entry: Price(ticks: fixture.priceTicks)
    ).worth(at: price)
    metrics.observe(equity: worth, at: time)
    metrics.setExposed(position != .zero, at: time)
    held.observe(equity: benchmark, at: time)
    equity.append(
      EquityPoint(
        time: time, equity: worth,
        benchmark: benchmark, price: price,
        position: position,
        drawdown: (peak - worth).approximate / peak.approximate))
  }

  /// Closes what is held and opens the other way, or nothing every third time.
  mutating func turn(_ index: Int, _ time: Timestamp) {
    let sequence = Sequence64(index * 4 + 10)
    if position != .zero { close(sequence, time) }
    guard random(3) != 0 else { return }
    let side: Side = random(2) == 0 ? .buy : .sell
    let quantity = Quantity(lots: 100_000)
    position = Quantity(lots: quantity.lots * side.sign)
    (entryPrice, entryTime) = (price, time)
    fill(sequence + 1, time, side, quantity)
  }

  mutating func close(_ sequence: Sequence64, _ time: Timestamp) {
    let definition = ReportFixture.definition
    let side: Side = position.lots > 0 ? .buy : .sell
    let quantity = Quantity(lots: abs(position.lots))
    let profit = definition.notional(price, position) - definition.notional(entryPrice, position)
    cash += profit
    position = .zero
    fill(sequence, time, side.opposite, quantity)
    trips.append(
      RoundTrip(
        ReportFixture.instrument, side: side, entryTime: entryTime, exitTime: time,
        quantity: Money(units: Int128(quantity.lots) * definition.lotAmount),
        entryValue: definition.notional(entryPrice, quantity),
        exitValue: definition.notional(price, quantity), fees: fee, profit: profit - fee))
    fee = .zero
    if let trip = trips.last { metrics.close(trip) }
  }

  mutating func fill(_ sequence: Sequence64, _ time: Timestamp, _ side: Side, _ quantity: Quantity)
  {
    let charged = ReportFixture.definition.notional(price, quantity)
      .scaled(by: 5, over: 10_000).rounded(toDecimals: 8)
    cash -= charged
    metrics.fill(value: ReportFixture.definition.notional(price, quantity), fee: charged)
    fee += charged
    let terms = OrderTerms(
      instrument: ReportFixture.instrument, side: side, type: .market, quantity: quantity)
    orders.append(
      OrderRecord(
        id: OrderID(sequence - 1), time: time, order: Order(cause: sequence - 2, terms: terms),
        filled: quantity, outcome: .filled, closedTime: time))
    fills.append(
      FillRecord(
        sequence: sequence, time: time,
        fill: Fill(
          order: OrderID(sequence - 1), instrument: ReportFixture.instrument, side: side,
          price: price, quantity: quantity,
          fee: Int64(charged.units / Int128(powerOfTen(10))), feeAsset: AssetID(0),
          tradeID: Int64(fills.count + 1), liquidity: .taker),
        positionAfter: position))
  }
}
