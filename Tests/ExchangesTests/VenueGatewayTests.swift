/// Which venue gets which order, and how several accounts are opened as one.

#if Live
  import Testing
  import TradingCore

  @testable import Exchanges

  @Suite("The gateway to several venues")
  struct VenueGatewayTests {
    /// An account that notes what it is asked.
    private final class NotedAccount: VenueAccount {
      let name: String
      var figures = AccountFigures()
      var tickToOrder = TickToOrder()
      var calls: [String] = []
      /// The requests that came together, by their orders.
      var sent: [[UInt64]] = []
      var isRefusing = false
      var alive: [OrderID] = []

      init(_ name: String) { self.name = name }

      func open(unless isUnwanted: @escaping @Sendable () -> Bool) throws -> [Event] {
        calls.append("open")
        if isRefusing { throw ExchangesError.refused("no") }
        return [
          Event(receiveTime: .distantPast, .balance(AssetAmount(asset: AssetID(0), amount: .one)))
        ]
      }
      func recall(_ fill: Fill) { calls.append("recall \(fill.tradeID)") }
      func begin(_ state: borrowing State, replayed last: Sequence64) {
        calls.append("begin \(state.sequence)")
      }
      func permit(_ key: KeyChange) { calls.append("permit \(key.id)") }
      func send(_ orders: [SentRequest], _ timing: DecisionTiming) {
        sent.append(orders.map(\.id.raw))
      }
      func end() -> [OrderID] { alive }
      func cancelEverything(_ instruments: [InstrumentID]) {
        calls.append("cancel \(instruments.map(\.raw))")
      }
      func linger() { calls.append("linger") }
      func close() { calls.append("close") }
    }

    private static let timing = DecisionTiming(fact: .none, secured: .none, journal: .zero)

    /// Instruments 0 and 3 at the first venue, 1 at the second, 2 at the third.
    private static let instruments = [[0, 3], [1], [2]].map { $0.map { InstrumentID($0) } }

    private static func three() -> ([NotedAccount], VenueGateway<NotedAccount>) {
      let accounts = ["one", "two", "three"].map { NotedAccount($0) }
      return (accounts, VenueGateway(accounts, instruments: instruments))
    }

    private static func place(
      _ id: UInt64, _ instrument: UInt16, _ list: ListPlace = .alone
    ) -> SentRequest {
      var terms = OrderTerms(
        instrument: InstrumentID(instrument), side: .buy, type: .limit,
        quantity: Quantity(lots: 1), price: Price(ticks: 1))
      terms.list = list
      return SentRequest(id: OrderID(id), request: .place(terms))
    }

    private static func cancel(_ id: UInt64) -> SentRequest {
      SentRequest(id: OrderID(id), request: .cancel(OrderID(id)))
    }

    @Test func `an order goes to the venue that has its instrument, in the order it came`() {
      let (accounts, gateway) = Self.three()
      gateway.send(
        [Self.place(10, 3), Self.place(11, 2), Self.place(12, 0), Self.place(13, 2)], Self.timing)
      #expect(accounts.map(\.sent) == [[[10, 12]], [], [[11, 13]]])
    }

    @Test func `a cancel names no instrument, so every venue hears of it`() {
      let (accounts, gateway) = Self.three()
      gateway.send([Self.cancel(5), Self.place(10, 1)], Self.timing)
      #expect(accounts.map(\.sent) == [[[5]], [[5, 10]], [[5]]])
    }

    @Test func `a cancel with its replacement and the orders of a list stay together`() {
      let (accounts, gateway) = Self.three()
      gateway.send(
        [
          Self.place(9, 0), Self.cancel(5),
          Self.place(10, 1, ListPlace(.replacement, offset: 0, isLast: true)),
          Self.place(11, 2, ListPlace(.alternative, offset: 0, isLast: false)),
          Self.place(12, 2, ListPlace(.alternative, offset: 1, isLast: true)),
        ], Self.timing)
      #expect(accounts.map(\.sent) == [[[9, 5]], [[5, 10]], [[5, 11, 12]]])
    }

    @Test func `one venue gets everything at once`() {
      let account = NotedAccount("only")
      let gateway = VenueGateway([account], instruments: [[InstrumentID(0)]])
      gateway.send([Self.place(10, 0), Self.cancel(5), Self.place(11, 0)], Self.timing)
      gateway.recall(Self.fill(7, of: 44))
      #expect(account.sent == [[10, 5, 11]])
      #expect(account.calls == ["recall 7"])
    }

    private static func fill(_ trade: Int64, of instrument: UInt16) -> Fill {
      Fill(
        order: OrderID(1), instrument: InstrumentID(instrument), side: .buy, price: Price(ticks: 1),
        quantity: Quantity(lots: 1), fee: 0, feeAsset: AssetID(0), tradeID: trade, liquidity: .maker
      )
    }

    @Test func `fills are recalled where they happened; state and keys are shown to all`() {
      let (accounts, gateway) = Self.three()
      for (trade, instrument) in [(1, 2), (2, 0), (3, 1), (4, 9)] as [(Int64, UInt16)] {
        gateway.recall(Self.fill(trade, of: instrument))
      }
      gateway.begin(State(), replayed: 0)
      gateway.permit(KeyChange(.activated, id: 4, fingerprint: 4))
      let common = ["begin 0", "permit 4"]
      #expect(
        accounts.map(\.calls) == [
          ["recall 2"] + common, ["recall 3"] + common, ["recall 1"] + common,
        ])
    }

    @Test func `all are opened in order, and what they hold stands together`() throws {
      let (accounts, gateway) = Self.three()
      #expect(try gateway.open(unless: { false }).count == 3)
      #expect(accounts.map(\.calls) == [["open"], ["open"], ["open"]])
    }

    @Test func `where one does not open it is named, and none stays open`() {
      let (accounts, gateway) = Self.three()
      accounts[1].isRefusing = true
      let failure = #expect(throws: VenueFailure.self) { try gateway.open(unless: { false }) }
      #expect(failure.map { "\($0)" } == "two: no")
      #expect(accounts.map(\.calls) == [["open", "close"], ["open", "close"], ["close"]])
    }

    @Test func `the only venue's refusal stands as it is`() {
      let account = NotedAccount("only")
      account.isRefusing = true
      let gateway = VenueGateway([account], instruments: [[]])
      #expect(throws: ExchangesError.refused("no")) { try gateway.open(unless: { false }) }
      #expect(account.calls == ["open", "close"])
    }

    @Test
    func
      `at the end each venue tells its orders, and when all fails each is asked to cancel its own`()
    {
      let (accounts, gateway) = Self.three()
      accounts[0].alive = [OrderID(4), OrderID(9)]
      accounts[2].alive = [OrderID(6)]
      #expect(gateway.end() == [[OrderID(4), OrderID(9)], [], [OrderID(6)]])
      gateway.cancelEverything()
      #expect(
        accounts.map(\.calls) == [["cancel [0, 3]", "linger"], ["cancel [1]"], ["cancel [2]"]])
    }

    @Test func `figures of several accounts are added up, and ready is who has all ready`() {
      let (accounts, gateway) = Self.three()
      for (index, account) in accounts.enumerated() {
        account.figures.fills = UInt64(index + 1)
        account.figures.liveOrders = 2
        account.figures.isReady = index != 1
        account.tickToOrder.note(Self.timing, written: .none)
      }
      accounts[2].figures.halt = 8
      let sum = AccountFigures.together(gateway.figures)
      #expect((sum.fills, sum.liveOrders) == (6, 6))
      #expect(!sum.isReady && sum.halt == 8)
      #expect(gateway.tickToOrder.whole.count == 3)
    }
  }
#endif
