/// A recorder that is handed frames by hand: what becomes of them when the journal's side falls behind.

#if Live
  import Dialects
  import NIOCore
  import Testing
  import TradingCore

  @testable import Exchanges

  @Suite("A recorder whose queue is full")
  struct MarketRecorderTests {
    private typealias Market = MarketRecorder<BinanceDialect>

    /// A recorder of BTCUSDT that reaches no venue.
    private static func recorder(_ queue: RecordingQueue, _ thread: NetworkThread) throws -> Market
    {
      let nowhere = VenueHosts(
        rest: "http://127.0.0.1:9", market: "ws://127.0.0.1:9", account: "ws://127.0.0.1:9")
      let plan = try RecordingPlan(
        venue: "binance", symbols: ["BTCUSDT"], streams: ["trade", "depth"], hosts: nowhere)
      var spec = InstrumentSpec(symbol: "BTCUSDT", base: "BTC", quote: "USDT")
      spec.tick = Decimal64(mantissa: 1, scale: 2)
      spec.lot = Decimal64(mantissa: 1, scale: 5)
      let market = try RecordedMarket(plan, [spec])
      var dialect = BinanceDialect(hosts: nowhere, orders: ClientOrderIDs(journal: 0))
      dialect.directory = market.directory
      let world = LoopWorld(thread, try SecureTransport(isNeeded: false))
      let recorder = try Market(plan, dialect, queue, in: world)
      recorder.instruments = market.instruments
      recorder.intake.openBook(InstrumentID(0))
      return recorder
    }

    private static func trade(_ id: Int) -> String {
      #"{"stream":"btcusdt@trade","data":{"e":"trade","E":1,"s":"BTCUSDT","t":\#(id),"p":"1.00","#
        + #""q":"1.00000","T":1700000000000,"m":true,"M":true}}"#
    }

    private static func depth(_ id: Int) -> String {
      #"{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1700000000000,"s":"BTCUSDT","#
        + #""U":\#(id),"u":\#(id),"b":[["1.00","1.00000"],["0.99","1.00000"]],"a":[]}}"#
    }

    /// Runs `body` with a recorder on a loop of its own.
    private func run(
      capacity: Int, _ body: @escaping @Sendable (Market, RecordingQueue) -> Void
    ) throws {
      let thread = NetworkThread()
      try thread.loop.submit {
        let queue = RecordingQueue(capacity: capacity)
        let recorder = try Self.recorder(queue, thread)
        body(recorder, queue)
        recorder.stop()
      }.wait()
      thread.end()
    }

    @Test(
      "what had no room is one counted gap a stream, nothing else is lost, and the book is asked for"
    )
    func overflow() throws {
      try run(capacity: 60) { recorder, queue in
        var events: ContiguousArray<Event> = []
        var all: [Event] = []
        func feed(_ ids: ClosedRange<Int>) {
          for id in ids {
            for frame in [Self.trade(id), Self.depth(id)] {
              let bytes = Array(frame.utf8)
              let time = Timestamp(nanoseconds: Int64(id))
              _ = recorder.receive(bytes.span, on: 1, at: Moment(wall: time, steady: time))
            }
          }
        }
        func take() {
          queue.take(into: &events)
          all += events
        }
        feed(1...20)
        feed(21...50)
        take()
        #expect(recorder.snapshots.attempt(at: InstrumentID(0)) == nil)
        feed(51...60)
        // The first event behind a loss asks for the book again.
        #expect(recorder.snapshots.attempt(at: InstrumentID(0)) != nil)
        #expect(recorder.intake.book(InstrumentID(0)).phase == .waiting)
        take()
        recorder.stop()
        take()
        expectCounted(all, of: 60)
      }
    }

    /// Every id from 1 to `last` is an event or counted as lost, in both streams.
    private func expectCounted(_ events: [Event], of last: Int64) {
      var (trades, depths): ([Int64], [Int64]) = ([], [])
      var lost: [StreamKind: [UInt64]] = [:]
      for event in events {
        switch event.body {
        case .trade(let trade): trades.append(trade.id)
        case .depth(let depth) where depth.flags.contains(.last): depths.append(depth.lastUpdateID)
        case .gap(let gap):
          #expect(gap.reason == .overflow)
          lost[gap.stream, default: []].append(gap.count)
        default: break
        }
      }
      #expect(lost[.trade]?.count == 1)
      #expect(lost[.depth]?.count == 1)
      for (ids, stream) in [(trades, StreamKind.trade), (depths, .depth)] {
        #expect(ids == ids.sorted())
        #expect(Int64(ids.count) + Int64(lost[stream]?.first ?? 0) == last)
        #expect(ids.first == 1)
        #expect(ids.last == last)
      }
    }

    @Test("a loss that nothing follows is told at the end")
    func lossAtTheEnd() throws {
      try run(capacity: 2) { recorder, queue in
        for id in 1...5 {
          let bytes = Array(Self.trade(id).utf8)
          let moment = Moment(wall: .distantPast, steady: .distantPast)
          _ = recorder.receive(bytes.span, on: 1, at: moment)
        }
        var events: ContiguousArray<Event> = []
        queue.take(into: &events)
        #expect(events.count == 2)
        recorder.stop()
        queue.take(into: &events)
        #expect(events.map(\.body.kind) == [.gap])
        if case .gap(let gap) = events.first?.body { #expect(gap.count == 3) }
        #expect(queue.figures.map(\.dropped) == [3])
      }
    }

    @Test("a frame that cannot be read may have been of any book, so each is asked for anew")
    func malformed() throws {
      try run(capacity: 10) { recorder, queue in
        let moment = Moment(wall: .distantPast, steady: .distantPast)
        #expect(recorder.snapshots.attempt(at: InstrumentID(0)) == nil)
        let torn = Array(Self.trade(1).utf8.dropLast(9))
        for _ in 0..<3 { _ = recorder.receive(torn.span, on: 1, at: moment) }
        // Once, whatever comes before the book does.
        #expect(recorder.snapshots.attempt(at: InstrumentID(0)) == 1)
        var events: ContiguousArray<Event> = []
        queue.take(into: &events)
        #expect(events.map(\.body.kind) == [.gap, .gap, .gap])
      }
    }

    @Test("a book is asked for once at a time, and not again for a connection that is gone")
    func desk() throws {
      try run(capacity: 10) { recorder, _ in
        var now = Timestamp.distantPast
        let book = InstrumentID(0)
        func begin(_ number: UInt16 = 0) -> Interval? {
          recorder.snapshots.begin(InstrumentID(number), isRepeated: true, at: now)
        }
        #expect(recorder.snapshots.begin(book, isRepeated: false, at: now) == .zero)
        #expect(begin() == nil)
        let era = recorder.snapshots.era
        recorder.snapshots.forgetAll()
        #expect(recorder.snapshots.era == era + 1)
        let waits = (0..<12).map { _ -> Int64 in
          defer { recorder.snapshots.end(book) }
          let wait = begin() ?? .zero
          now = now + wait
          return wait.nanoseconds
        }
        #expect(waits.allSatisfy { 250_000_000...60_000_000_000 ~= $0 })
        #expect(waits.last.map { $0 >= 30_000_000_000 } == true)
        recorder.snapshots.succeeded()
        // Books that are lost together wait once, and as the first did.
        let together = (0..<8).map { begin($0) ?? .day }
        #expect(Set(together).count == 1 && together[0] <= .second)
      }
    }
  }
#endif
