/// Follows breakouts from Donchian channels, after R. Donchian and the "turtle" rules: in when a close
/// leaves the long channel of the bars before it, out when one leaves the short channel the other way.
struct Breakout: Strategy {
  static let name = "breakout"
  static let summary =
    "Enters when a close leaves the channel of earlier bars, leaves on a shorter one."
  static let parameters = [
    Parameter(
      "entry", .whole, default: 20, in: 1...10_000, unit: "bars",
      help: "Earlier bars whose highest high or lowest low must be passed to enter."),
    Parameter(
      "exit", .whole, default: 10, in: 1...10_000, unit: "bars",
      help: "Earlier bars whose other extreme must be passed to leave."),
    Parameter(
      "short", .flag, default: 1, in: 0...1, help: "Whether to go short below the channel."),
  ]

  private let instrument: InstrumentID
  private let maySellShort: Bool
  private var entry: DonchianChannel
  private var exit: DonchianChannel
  /// The channels of the bars before the current one.
  private var entryBefore: DonchianChannel.Output?
  private var exitBefore: DonchianChannel.Output?
  private var stance = Stance()

  init(_ values: ParameterValues, _ instrument: InstrumentID) throws(ParameterError) {
    guard values["exit"] <= values["entry"] else {
      throw .conflict("exit must not be more than entry")
    }
    self.instrument = instrument
    maySellShort = values.flag("short")
    entry = DonchianChannel(length: values.whole("entry"))
    exit = DonchianChannel(length: values.whole("exit"))
  }

  var warmUpBars: Int { entry.warmUp + 1 }

  @inline(__always)
  mutating func decide(_ event: Event, _ state: borrowing State, _ decisions: inout Decisions) {
    guard let bar = state.closedPrices(instrument) else { return }
    if let outer = entryBefore, let inner = exitBefore {
      let weight = weight(at: bar.close, outer, inner, from: stance.weight ?? 0)
      stance.take(weight, in: instrument, &decisions)
    }
    entryBefore = entry.update(bar)
    exitBefore = exit.update(bar)
  }

  mutating func account(
    of event: Event, _ state: borrowing State, for book: BookID
  ) -> [StrategyAccount] {
    var account = StrategyAccount(Self.name, instrument, book)
    guard let bar = state.closedPrices(instrument) else { return [account.concluding(.noBar)] }
    account.read("close", bar.close, .price)
    guard let outer = entryBefore, let inner = exitBefore else {
      return [account.concluding(.warmingUp(seen: entry.highest.seen + 1, of: warmUpBars))]
    }
    let held = stance.weight ?? 0
    if !account.test("close", bar.close, .above, "highest of entry", outer.upper, .price),
      !account.test("close", bar.close, .below, "lowest of entry", outer.lower, .price)
    {
      if held > 0 {
        account.test("close", bar.close, .below, "lowest of exit", inner.lower, .price)
      }
      if held < 0 {
        account.test("close", bar.close, .above, "highest of exit", inner.upper, .price)
      }
    }
    return [account.concluding(weight(at: bar.close, outer, inner, from: held), after: stance)]
  }

  private func weight(
    at close: Double, _ outer: DonchianChannel.Output, _ inner: DonchianChannel.Output,
    from held: Double
  ) -> Double {
    if close > outer.upper { return 1 }
    if close < outer.lower { return maySellShort ? -1 : 0 }
    if held > 0 { return close < inner.lower ? 0 : held }
    if held < 0 { return close > inner.upper ? 0 : held }
    return 0
  }

  func encode(into bytes: inout CanonicalBytes) {
    entry.encode(into: &bytes)
    exit.encode(into: &bytes)
    for channel in [entryBefore, exitBefore] {
      bytes.append(channel != nil)
      bytes.append(channel?.lower ?? 0)
      bytes.append(channel?.upper ?? 0)
    }
    stance.encode(into: &bytes)
  }
}
