/// Books that a venue sends with their subscriptions: asked for anew once, at the venue's pace, until they come.

#if Live
  import Dialects
  import Testing
  import TradingCore

  @testable import Exchanges

  @Suite("Books that are subscribed to anew")
  struct ResubscriptionTests {
    /// A recording of Kraken's books in a world that a test moves.
    private final class Stage {
      let world = HandMovedWorld()
      let recorder: MarketRecorder<KrakenDialect>
      let symbols: [String]

      /// Begins; the link is complete and every book has come.
      init(books: Int) throws {
        symbols = (0..<books).map { "C\($0)/USD" }
        let nowhere = VenueHosts(
          rest: "http://127.0.0.1:9", market: "ws://127.0.0.1:9", account: "ws://127.0.0.1:9")
        let plan = try RecordingPlan(
          venue: "kraken", symbols: symbols, streams: ["depth"], hosts: nowhere)
        let specs = (0..<books).map { number in
          var spec = InstrumentSpec(symbol: "C\(number)/USD", base: "C\(number)", quote: "USD")
          spec.tick = Decimal64(mantissa: 1, scale: 1)
          spec.lot = Decimal64(mantissa: 1, scale: 8)
          return spec
        }
        let market = try RecordedMarket(plan, specs)
        let dialect = KrakenDialect(hosts: nowhere, orders: ClientOrderIDs(journal: 0))
        let queue = RecordingQueue(capacity: 100_000)
        recorder = try MarketRecorder(plan, dialect, queue, in: world)
        try recorder.follow(market)
        try recorder.begin()
        for _ in 0..<(books / 10 + 2) {
          world.pass(milliseconds: 1_000)
          accept()
        }
        bringBooks()
        clear()
      }

      func clear() { world.sockets[0].sent.removeAll() }

      /// Subscriptions that were sent since the last look back, by what they do.
      func sent(_ method: String) -> Int {
        world.sockets[0].sent.count { $0.contains("\"\(method)\"") }
      }

      /// Takes every subscription of the last link.
      func accept() {
        for text in world.sockets.last?.sent ?? [] where text.contains("\"subscribe\"") {
          let id = text.split(separator: "\"req_id\":").last?.prefix { $0.isNumber } ?? "0"
          world.say(#"{"method":"subscribe","req_id":\#(id),"success":true,"result":{}}"#)
        }
      }

      func bringBooks() {
        for symbol in symbols {
          world.say(
            #"{"channel":"book","type":"snapshot","data":[{"symbol":"\#(symbol)","#
              + #""bids":[],"asks":[],"checksum":0,"timestamp":"2025-11-11T01:00:00.000000Z"}]}"#)
        }
      }

      func tear() { world.say(#"{"channel":"book","type":"#) }
    }

    @Test("frames that cannot be read ask for each book once, and no more once it has come")
    func once() throws {
      let stage = try Stage(books: 3)
      for _ in 0..<50 { stage.tear() }
      #expect(stage.sent("subscribe") == 0, "not at once: the next frame may be as bad")
      stage.world.pass(milliseconds: 2_000)
      #expect([stage.sent("unsubscribe"), stage.sent("subscribe")] == [3, 3])
      for _ in 0..<50 { stage.tear() }
      stage.bringBooks()
      stage.world.pass(milliseconds: 60_000)
      #expect(stage.sent("subscribe") == 3)
      #expect(stage.recorder.figures.malformed == 100)
    }

    @Test("a book that does not come is asked for again, ever more seldom")
    func again() throws {
      let stage = try Stage(books: 1)
      stage.tear()
      stage.world.pass(milliseconds: 9_000)
      #expect(stage.sent("subscribe") == 1)
      stage.world.pass(milliseconds: 5_000)
      #expect(stage.sent("subscribe") == 2)
      stage.bringBooks()
      stage.world.pass(milliseconds: 60_000)
      #expect(stage.sent("subscribe") == 2)
    }

    @Test("many books are asked for at the venue's pace")
    func pace() throws {
      let stage = try Stage(books: 60)
      stage.tear()
      // The wait before the first of them is below half a second.
      stage.world.pass(milliseconds: 500)
      var most = 0
      for _ in 0..<8 {
        let before = stage.world.sockets[0].sent.count
        stage.world.pass(milliseconds: 1_000)
        most = max(most, stage.world.sockets[0].sent.count - before)
      }
      #expect(stage.sent("subscribe") == 60)
      #expect((1...19).contains(most), "\(most) in a second; Kraken is spoken to 20 times at most")
    }

    @Test("what waits for a link's pace never leaves once that link is gone")
    func lost() throws {
      let stage = try Stage(books: 60)
      stage.tear()
      stage.world.pass(milliseconds: 1_000)
      let sent = stage.sent("subscribe")
      #expect((1..<60).contains(sent), "some have left and some wait")
      stage.world.drop()
      stage.world.pass(milliseconds: 6_000)
      #expect(stage.world.sockets.count == 2)
      let anew = stage.world.sockets[1].sent
      #expect(anew.count == 60 && anew.allSatisfy { $0.contains("\"subscribe\"") })
      #expect(stage.sent("subscribe") == sent)
    }

    @Test("a link that ends while it sends takes what waited with it")
    func endsInSend() throws {
      let stage = try Stage(books: 20)
      stage.tear()
      stage.world.sockets[0].whenSent = { [weak world = stage.world] in world?.drop() }
      stage.world.pass(milliseconds: 6_000)
      #expect(stage.world.sockets.count == 2)
      #expect(stage.sent("unsubscribe") == 1)
      #expect(stage.world.sockets[1].sent.count == 20)
    }

    @Test("a successor that takes over is asked for every book")
    func takeOver() throws {
      let stage = try Stage(books: 3)
      stage.recorder.connection?.renewAtOnce()
      stage.world.pass(milliseconds: 1_000)
      stage.accept()
      stage.world.pass(milliseconds: 5_000)
      #expect(stage.world.sockets.count == 2 && stage.world.sockets[0].isClosed)
      let sent = stage.world.sockets[1].sent
      #expect(sent.count { $0.contains("\"unsubscribe\"") } == 3)
      #expect(sent.count { $0.contains("\"subscribe\"") } == 6)
    }
  }
#endif
