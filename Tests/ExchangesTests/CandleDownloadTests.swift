/// Downloads from a venue that tells too little, too much, twice, late, or nothing: the candles are the venue's,
/// each once and in order, or there is an error that says why not.

#if Live
  import Dialects
  import Testing
  import TradingCore

  @testable import Exchanges

  @Suite("Downloads of the past")
  struct CandleDownloadTests {
    /// What came of one download.
    struct Outcome {
      var events: [Event] = []
      var figures: HistoryFigures
      var anew: [String] = []
      var failure: ExchangesError?

      /// Minutes since 1970 by instrument, in the journal's order.
      func minutes(_ instrument: UInt16) -> [Int64] {
        events.compactMap { event in
          guard case .candle(let bar) = event.body, bar.instrument.raw == instrument else {
            return nil
          }
          return event.venueTime.nanoseconds / 60_000_000_000
        }
      }
    }

    static let origin: Int64 = 28_333_000

    static func minute(_ number: Int64) -> Timestamp {
      Timestamp(nanoseconds: number * 60_000_000_000)
    }

    static func plan(
      _ symbols: [String] = ["BTCUSDT"], venue: String = "binance", from: Int64 = origin, to: Int64,
      interval: String = "1m"
    ) throws -> HistoryPlan {
      let nowhere = VenueHosts(
        rest: "http://127.0.0.1:9", market: "ws://127.0.0.1:9", account: "ws://127.0.0.1:9")
      return try HistoryPlan(
        venue: venue, symbols: symbols, interval: interval, from: minute(from), to: minute(to),
        hosts: nowhere)
    }

    static func download<Dialect: VenueDialect & SendableMetatype & ~Copyable>(
      _ plan: HistoryPlan, _: Dialect.Type, in world: PastWorld
    ) throws -> Outcome {
      let desk = HistoryDesk(plan)
      let dialect = Dialect(
        hosts: plan.market.hosts, orders: ClientOrderIDs(journal: 0), credentials: nil,
        window: .second)
      let download = try CandleDownload(plan, dialect, desk, in: world)
      var outcome = Outcome(figures: desk.figures)
      download.begin()
      var isOver = false
      while !isOver {
        do {
          switch try desk.take() {
          case .events(let events):
            outcome.events += events
            download.goOn()
          case .anew(let symbol):
            outcome.events = []
            outcome.anew.append(symbol)
            download.goOn()
          case .end(let notices):
            outcome.events += notices
            isOver = true
          case nil:
            let moved = world.step()
            try #require(moved, "nothing is under way, and the download has not ended")
          }
        } catch let error as ExchangesError {
          (outcome.failure, isOver) = (error, true)
        }
      }
      outcome.figures = desk.figures
      return outcome
    }

    /// Downloads from a Binance with candles at these minutes behind the origin.
    static func binance(
      _ minutes: [Int64], to end: Int64, world: PastWorld = PastWorld(),
      _ change: (PastBinance) -> Void = { _ in }
    ) throws -> Outcome {
      let venue = PastBinance()
      venue.minutes = ["BTCUSDT": minutes.map { $0 + origin }]
      change(venue)
      venue.attach(to: world)
      return try download(
        try plan(venue.minutes.keys.sorted(), to: origin + end), BinanceDialect.self, in: world)
    }

    @Test
    func
      `Two symbols over several pages come by receive time, definitions before the first candle`()
      throws
    {
      let world = PastWorld()
      let outcome = try Self.binance(Array(3..<2_500), to: 2_500, world: world) { venue in
        venue.minutes["ETHUSDT"] = (0..<2_500).map { $0 + Self.origin }
      }
      #expect(outcome.failure == nil)
      #expect(outcome.minutes(0) == Array(Self.origin + 3..<Self.origin + 2_500))
      #expect(outcome.minutes(1) == Array(Self.origin..<Self.origin + 2_500))
      #expect(world.asked.count == 2 + 1 + 3 * 2)
      let times = outcome.events.map(\.receiveTime)
      #expect(times == times.sorted())
      #expect(
        times.first == Self.minute(Self.origin + 1), "definitions are of the first candle's moment")
      let pairs = outcome.events.filter { $0.receiveTime == Self.minute(Self.origin + 9) }
      #expect(pairs.map(\.body.instrument.raw) == [0, 1])
      #expect(outcome.figures.room == 2_500)
      #expect(outcome.figures.symbols.map(\.candles) == [2_497, 2_500])
      #expect(outcome.figures.symbols[0].first == Self.minute(Self.origin + 3))
      #expect(outcome.figures.share == 1)
    }

    @Test(
      "Answers that overlap, come twice, come in the wrong order or end midway change nothing",
      arguments: ["twice", "backwards", "half", "more"])
    func spoiled(how: String) throws {
      let minutes = Array(Int64(0)..<1_700).filter { $0 % 97 > 2 }
      let outcome = try Self.binance(minutes, to: 1_700) { venue in
        switch how {
        case "twice": venue.spoil = { $0 + $0 }
        case "backwards": venue.spoil = { $0.reversed() }
        case "half": venue.most = 333
        default:
          let stranger = #"[1600000020000,"1","1","1","1","1",1600000079999]"#
          venue.spoil = { [stranger] + $0 }
        }
      }
      #expect(outcome.failure == nil)
      #expect(outcome.minutes(0) == minutes.map { $0 + Self.origin })
    }

    @Test func `Empty pages are passed over, and a past without any candle is an error`() throws {
      let outcome = try Self.binance([3_500, 3_501], to: 4_000)
      #expect(outcome.minutes(0) == [3_500, 3_501].map { $0 + Self.origin })
      #expect(outcome.figures.room == 4_000)
      let none = try Self.binance([], to: 4_000)
      #expect(none.events.isEmpty)
      #expect("\(none.failure as Any)".contains("has no candle of BTCUSDT"))
    }

    @Test func `A minute's questions never weigh more than the venue says they may`() throws {
      let world = PastWorld()
      let outcome = try Self.binance(Array(0..<9_500), to: 9_500, world: world) { $0.weight = 8 }
      #expect(outcome.failure == nil)
      #expect(outcome.minutes(0).count == 9_500)
      #expect(outcome.figures.repeats == 0)
      // What describes the instruments tells the limit, and is asked before it is known.
      let counted = world.asked.dropFirst().map { question in
        (question.time.floored(to: .minute), question.target.contains("/time") ? 1 : 2)
      }
      let minutes = Dictionary(counted, uniquingKeysWith: +)
      #expect(minutes.values.allSatisfy { $0 <= 8 })
      #expect(minutes.count == 3, "21 of weight, at once where that is allowed")
    }

    @Test func `Years before a market's beginning cost a question for each thousand days`() throws {
      let world = PastWorld()
      let venue = PastBinance()
      venue.minutes = [
        "BTCUSDT": (0..<300).map { Self.origin + $0 },
        "ETHUSDT": (0..<9).map { Self.origin - 8_000 + $0 }, "XRPUSDT": [],
      ]
      venue.attach(to: world)
      let outcome = try Self.download(
        try Self.plan(
          ["XRPUSDT", "BTCUSDT", "ETHUSDT"], from: Self.origin - 2_000_000, to: Self.origin + 3_000),
        BinanceDialect.self, in: world)
      #expect(outcome.failure == nil)
      #expect(outcome.minutes(1) == venue.minutes["BTCUSDT"])
      #expect(outcome.minutes(2) == venue.minutes["ETHUSDT"])
      #expect(outcome.minutes(0).isEmpty)
      let daily = world.asked.count { $0.target.contains("interval=1d") }
      #expect(daily == 2 * 3, "1,391 days of each symbol")
      #expect(world.asked.count - daily < 50)
      #expect(outcome.figures.room == 2_003_000, "the whole span is counted")
    }

    @Test
    func `Refusals, faults of the venue, torn answers and lost ones are asked again, in time`()
      throws
    {
      let world = PastWorld()
      let bad: [Int: PastWorld.Answer] = [
        1: PastWorld.text("busy", status: 503),
        3: PastWorld.text(
          #"{"code":-1003,"msg":"Too many requests."}"#, status: 429,
          headers: [HTTPHeader("Retry-After", "7")]),
        4: PastWorld.text(#"[[17000"#),
        5: .failure(.unreachable(address: "venue", reason: "reset")),
        7: PastWorld.text("", status: 500),
      ]
      let outcome = try Self.binance(Array(0..<1_500), to: 1_500, world: world) { venue in
        venue.instead = { bad[$0] }
      }
      #expect(outcome.failure == nil)
      #expect(outcome.minutes(0) == Array(Self.origin..<Self.origin + 1_500))
      #expect(outcome.figures.repeats == 5)
      let trouble = try #require(outcome.figures.trouble)
      #expect(trouble.hasPrefix("binance lost sight of the request; it is asked again in 0."))
      #expect(outcome.figures.requests == 5 + 5)
      let wait = world.asked[4].time - world.asked[3].time
      #expect(wait >= Interval(nanoseconds: 7_000_000_000), "the venue said how long")
      #expect(world.asked[5].time - world.asked[4].time < Interval(nanoseconds: 7_000_000_000))
    }

    @Test(
      "A venue that only fails is given up after so many questions, and not before",
      arguments: ["status", "silence", "limit"])
    func givenUp(how: String) throws {
      let world = PastWorld()
      let outcome = try Self.binance([1], to: 10, world: world) { venue in
        venue.instead = { number in
          guard number > 1 else { return nil }
          switch how {
          case "status": return PastWorld.text("", status: 500)
          case "limit": return PastWorld.text(#"{"code":-1003,"msg":"Too many."}"#, status: 429)
          default: return .failure(.unreachable(address: "venue", reason: "no answer within 10 s"))
          }
        }
      }
      #expect(world.asked.count == 2 + 8)
      #expect("\(outcome.failure as Any)".contains("8th failure in a row"))
      #expect(outcome.events.isEmpty)
    }

    @Test func `Nobody there at the beginning is told at once, and so is a long ban`() throws {
      let world = PastWorld()
      let nobody = try Self.binance([1], to: 10, world: world) { venue in
        venue.instead = { _ in .failure(.unreachable(address: "venue", reason: "refused")) }
      }
      #expect(nobody.failure == .unreachable(address: "venue", reason: "refused"))
      #expect(world.asked.count == 1)
      let banned = try Self.binance([1], to: 10) { venue in
        venue.instead = {
          $0 < 2
            ? nil
            : PastWorld.text(
              #"{"code":-1003,"msg":"banned"}"#, status: 418,
              headers: [HTTPHeader("Retry-After", "86400")])
        }
      }
      #expect("\(banned.failure as Any)".contains("has banned this address until 2023-11-27"))
    }

    @Test func `What is open by the venue's clock is not asked for, wherever ours stands`() throws {
      let world = PastWorld()
      let now = world.wall.nanoseconds / 60_000_000_000 - Self.origin
      let outcome = try Self.binance(Array(0..<now + 10), to: now + 10, world: world) { venue in
        venue.delay = Interval(nanoseconds: 90_000_000_000)
      }
      // The venue's clock is at the end of the minute before last.
      let closed = (world.wall.nanoseconds - 90_000_000_000) / 60_000_000_000
      #expect(outcome.minutes(0).last == closed - 1)
      #expect(outcome.figures.to == Self.minute(closed))
      #expect(outcome.figures.room == UInt64(closed - Self.origin))
    }

    @Test func `Prices that were once finer than the tick begin the download anew on their grid`()
      throws
    {
      let outcome = try Self.binance(Array(0..<2_500), to: 2_500) { venue in
        venue.price = { $0 < Self.origin + 1_200 ? "100.25" : "100.2525" }
      }
      #expect(outcome.failure == nil)
      #expect(outcome.anew == ["BTCUSDT"])
      #expect(outcome.minutes(0) == Array(Self.origin..<Self.origin + 2_500))
      let definition = outcome.events.compactMap {
        if case .instrument(let definition) = $0.body { definition } else { nil }
      }
      #expect(definition.map { $0.text(Price(ticks: 1)) } == ["0.0001"])
      #expect(outcome.figures.symbols[0].candles == 2_500, "counted anew, too")
    }

    /// A Kraken whose newest candles but the open one end before `missing` more would.
    private static func kraken(missing: Int64 = 0, in world: PastWorld) {
      let now = world.wall.nanoseconds / 60_000_000_000
      world.answer = { [unowned world] path, _ in
        if path.hasSuffix("AssetPairs") {
          return PastWorld.text(
            #"{"error":[],"result":{"XXBTZUSD":{"wsname":"XBT/USD","pair_decimals":1,"lot_decimals":8,"ordermin":"0.0001"}}}"#
          )
        }
        if path.hasSuffix("Time") {
          return PastWorld.text(
            #"{"error":[],"result":{"unixtime":\#(world.wall.nanoseconds / 1_000_000_000)}}"#)
        }
        let told = Array(now - 720...now).filter { !(now - missing..<now).contains($0) }
        let rows = told.map { minute in
          #"[\#(minute * 60),"1.0","1.0","1.0","1.0","1.0","0.5",1]"#
        }
        return PastWorld.text(
          #"{"error":[],"result":{"XXBTZUSD":[\#(rows.joined(separator: ","))],"last":\#((now - 1 - missing) * 60)}}"#
        )
      }
    }

    @Test func `A minute that Kraken leaves out at the end is none, and is asked for once more`()
      throws
    {
      let world = PastWorld()
      Self.kraken(missing: 1, in: world)
      let now = world.wall.nanoseconds / 60_000_000_000
      let outcome = try Self.download(
        try Self.plan(["BTC/USD"], venue: "kraken", from: now - 10, to: now), KrakenDialect.self,
        in: world)
      #expect(outcome.failure == nil)
      #expect(outcome.minutes(0) == Array(now - 10..<now - 1))
      #expect(outcome.figures.room == 10)
      #expect(outcome.figures.reached == Self.minute(now))
      #expect(outcome.figures.symbols.map(\.candles) == [9])
      #expect(world.asked.count == 2 + 2)
    }

    @Test func `Of Kraken nothing is asked that it has forgotten`() throws {
      let world = PastWorld()
      let now = world.wall.nanoseconds / 60_000_000_000
      Self.kraken(in: world)
      let old = try Self.download(
        try Self.plan(["BTC/USD"], venue: "kraken", from: now - 800, to: now), KrakenDialect.self,
        in: world)
      #expect("\(old.failure as Any)".contains("keeps the newest 720 candles"))
      #expect(old.events.isEmpty && world.asked.count == 2)
      let all = try Self.download(
        try Self.plan(["BTC/USD"], venue: "kraken", from: now - 700, to: now + 5),
        KrakenDialect.self,
        in: world)
      #expect(all.failure == nil)
      #expect(all.minutes(0).first == now - 700)
      #expect(all.minutes(0).last == world.wall.nanoseconds / 60_000_000_000 - 1)
      let apart = zip(world.asked, world.asked.dropFirst()).map { $1.time - $0.time }
      #expect(
        apart.dropFirst(2).allSatisfy { $0 >= .second }, "Kraken wants a second between questions")
    }

    @Test func `A download that is stopped asks nothing more`() throws {
      let world = PastWorld()
      let venue = PastBinance()
      venue.minutes = ["BTCUSDT": [Self.origin]]
      venue.attach(to: world)
      let plan = try Self.plan(to: Self.origin + 5_000)
      let dialect = BinanceDialect(hosts: plan.market.hosts, orders: ClientOrderIDs(journal: 0))
      let download = try CandleDownload(plan, dialect, HistoryDesk(plan), in: world)
      download.begin()
      #expect(world.step())
      download.stop()
      while world.step() {}
      #expect(world.asked.count == 2)
    }

    @Test func `A plan names what is wrong with it`() throws {
      func refusal(_ make: () throws -> HistoryPlan) -> String {
        do { return "no refusal of \(try make().interval)" } catch { return "\(error)" }
      }
      #expect(
        refusal { try Self.plan(venue: "coinbase", to: Self.origin + 9, interval: "3m") }
          == "coinbase has no candles of `3m`; it has 1m, 5m, 15m, 30m, 1h, 2h, 6h, 1d")
      #expect(refusal { try Self.plan(to: Self.origin + 9, interval: "soon") }.contains("`soon`"))
      #expect(refusal { try Self.plan(venue: "mtgox", to: Self.origin + 9) }.contains("mtgox"))
      #expect(
        refusal { try Self.plan(to: Self.origin + 9, interval: "1h") }.contains(
          "no candle of 1h begins and ends between"))
      #expect(
        refusal { try Self.plan(["BTCUSDT", "btcusdt"], to: Self.origin + 9) }.contains("twice"))
      let plan = try Self.plan(from: Self.origin - 17, to: Self.origin + 100, interval: "60m")
      #expect(plan.interval == "1h")
      #expect(plan.from.nanoseconds % 3_600_000_000_000 == 0 && plan.to > plan.from)
    }
  }
#endif
