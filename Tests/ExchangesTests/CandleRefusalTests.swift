/// Downloads from a venue that wants to be left alone, or says what cannot be: it is asked no oftener than that can
/// bring anything.

#if Live
  import Dialects
  import Testing
  import TradingCore

  @testable import Exchanges

  extension CandleDownloadTests {
    @Test func `A ban is waited for as told, once, and never asked within`() throws {
      let world = PastWorld()
      let short = PastWorld.text(
        #"{"code":-1003,"msg":"banned"}"#, status: 418, headers: [HTTPHeader("Retry-After", "90")])
      let once = try Self.binance([1], to: 10, world: world) { venue in
        venue.instead = { $0 == 2 ? short : nil }
      }
      #expect(once.failure == nil)
      #expect(once.minutes(0) == [Self.origin + 1])
      let wait = world.asked[3].time - world.asked[2].time
      #expect(wait >= Interval(nanoseconds: 90_000_000_000))
      let again = PastWorld()
      let twice = try Self.binance([1], to: 10, world: again) { venue in
        venue.instead = { $0 < 2 ? nil : short }
      }
      #expect(again.asked.count == 2 + 2)
      #expect("\(twice.failure as Any)".contains("has banned this address until 2023-11-26T12:03:"))
    }

    @Test(
      "A ban or a wait whose end is far, or not told, ends the download at the first answer",
      arguments: [
        (418, nil, "has banned this address; wait some minutes"),
        (418, "-5", "has banned this address; wait some minutes"),
        (
          418, "Mon, 27 Nov 2023 00:00:00 GMT", "has banned this address until 2023-11-27T00:00:00Z"
        ),
        (429, "99999999999999999999", "asks to wait until 2262-04-11"),
        (429, "Mon, 27 Nov 2023 00:00:00 GMT", "asks to wait until 2023-11-27T00:00:00Z"),
      ] as [(Int, String?, String)])
    func toldToWait(status: Int, header: String?, words: String) throws {
      let world = PastWorld()
      let outcome = try Self.binance([1], to: 10, world: world) { venue in
        venue.instead = {
          $0 < 2
            ? nil
            : PastWorld.text(
              #"{"code":-1003,"msg":"no more"}"#, status: status,
              headers: header.map { [HTTPHeader("Retry-After", $0)] } ?? [])
        }
      }
      #expect(world.asked.count == 2 + 1)
      #expect("\(outcome.failure as Any)".contains("binance " + words))
      #expect(outcome.events.isEmpty)
    }

    @Test(
      "A candle that cannot be is refused at once, with its time; a torn answer is asked for again",
      arguments: [
        (#"[1700000040000,"1","0.5","0.7","1","1",1700000099999]"#, "the high is below"),
        (#"[1700000040000,"1","2","1.5","1","1",1700000099999]"#, "the low is above"),
        (#"[1700000040000,"1","1","0","1","1",1700000099999]"#, "the low is zero"),
        (#"[1700000041000,"1","1","1","1","1",1700000100999]"#, "begins at 2023-11-14T22:14:01Z"),
        (#"[1700000040000,"1","1","1","1","1",1700000339999]"#, "a candle of 300 s"),
        (#"["soon","1","1","1","1","1",1700000099999]"#, "expected a whole number"),
      ])
    func impossible(row: String, words: String) throws {
      let world = PastWorld()
      let first: Int64 = 1_700_000_040 / 60
      let venue = PastBinance()
      venue.minutes = ["BTCUSDT": [first]]
      venue.spoil = { _ in [row] }
      venue.attach(to: world)
      let outcome = try Self.download(
        try Self.plan(from: first, to: first + 10), BinanceDialect.self, in: world)
      #expect(world.asked.count == 2 + 1)
      let failure = "\(outcome.failure as Any)"
      #expect(failure.contains(words))
      #expect(failure.contains("is not asked again"))
      #expect(!failure.contains("1700000040000"))
      if words.hasPrefix("the ") { #expect(failure.contains("candle of 2023-11-14T22:14:00Z: ")) }
    }

    @Test func `Prices finer than any grid are refused at once`() throws {
      let world = PastWorld()
      let outcome = try Self.binance([1], to: 10, world: world) { venue in
        venue.spoil = { rows in rows.map { $0.replacing(#""1.5""#, with: #""0.000000015""#) } }
        venue.price = { _ in "90000000000.12345678" }
      }
      #expect(world.asked.count == 2 + 1)
      #expect("\(outcome.failure as Any)".contains("is not asked again"))
    }
  }
#endif
