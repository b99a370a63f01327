/// What a run at venues says of orders that did not say that they ended.

#if Live
  import Testing
  import TradingCore

  @testable import Exchanges
  @testable import Research
  @testable import cryptobot

  @Suite("The end of a run at venues")
  struct RunClosingTests {
    private static let symbols = ["kraken:BTC/USD", "coinbase:BTC-USD"]

    /// A state with an order at each instrument, and their names.
    private static func run() -> (state: State, names: Names) {
      var (state, names) = (State(), Names())
      for (index, symbol) in symbols.enumerated() {
        let id = InstrumentID(UInt16(index))
        let definition = InstrumentDefinition(
          instrument: id, base: AssetID(0), quote: AssetID(1),
          tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 8))
        let text = Text(
          subject: .instrument, id: id.raw, utf8: Array(symbol.utf8)[...], flags: [.first, .last])
        let order = Order(
          cause: 0,
          terms: OrderTerms(
            instrument: id, side: index == 0 ? .buy : .sell, type: .limit,
            quantity: Quantity(lots: 1_000), price: Price(ticks: 1_000)))
        for body in [EventBody.instrument(definition), .text(text), .order(order)] {
          let event = Event(receiveTime: Timestamp(nanoseconds: 1), body)
          names.learn(event)
          reduce(&state, event)
        }
      }
      return (state, names)
    }

    private static func choice(_ name: String, cancels: Bool = true) -> VenueChoice {
      VenueChoice(
        name: name, isTestnet: nil, hosts: nil, streams: [], cancelsOnExit: cancels,
        window: .second, deadMansSwitch: .usual)
    }

    private static func closing(_ accounts: [(VenueChoice, AccountFigures)]) -> RunClosing {
      let (state, names) = run()
      return RunClosing(accounts, of: "live", state, names)
    }

    @Test("orders that may still be open are named, each at its venue")
    func named() {
      var open = AccountFigures()
      open.liveOrders = 1
      var guarded = open
      guarded.isGuarded = true
      let closing = Self.closing([
        (Self.choice("kraken"), guarded), (Self.choice("coinbase"), open),
      ])
      let failure = #expect(throws: CommandFailure.self) { try closing.expectEnds() }
      #expect(failure?.outcome == .inputOutput)
      #expect(failure?.description.contains("open at kraken and coinbase: cancel them") == true)
      let alone = #expect(throws: CommandFailure.self) {
        try Self.closing([(Self.choice("kraken"), guarded)]).expectEnds()
      }
      #expect(alone?.outcome == .inputOutput)
      #expect(alone?.description.contains("open at kraken: see to it that they end") == true)
      #expect(
        closing.openOrders == [
          "these orders may still be open at kraken, which did not say that they ended: "
            + "kraken:BTC/USD buy 0.00001000 at 10.00 (event 3); its dead man's switch cancels them by itself",
          "these orders may still be open at coinbase, which did not say that they ended: "
            + "coinbase:BTC-USD sell 0.00001000 at 10.00 (event 6)",
        ])
    }

    @Test("nothing is said of a venue whose orders ended, or whose orders are to stay")
    func silent() {
      var open = AccountFigures()
      open.liveOrders = 1
      var keyless = open
      keyless.isKeyless = true
      let closing = Self.closing([
        (Self.choice("kraken"), AccountFigures()), (Self.choice("coinbase", cancels: false), open),
        (Self.choice("binance"), keyless),
      ])
      #expect(closing.openOrders.isEmpty)
      #expect(throws: Never.self) { try closing.expectEnds() }
    }
  }
#endif
