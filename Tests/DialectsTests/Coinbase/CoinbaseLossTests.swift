/// What Coinbase's counters and snapshots tell of what was missed, and what is done about it.

import Dialects
import Testing
import TradingCore

@Suite("Losses at Coinbase")
struct CoinbaseLossTests {
  fileprivate static let heartbeat = "heartbeats"

  private static func beat(_ counter: Int) -> String {
    #"{"current_time":"2026-04-07 14:30:10 +0000 UTC","heartbeat_counter":"\#(counter)"}"#
  }

  @Test("a number left out is a gap of every stream of the connection, before what comes")
  func jump() throws {
    var dialect = try subscribedDialect()
    _ = try dialect.read(coinbaseFrame("market_trades", 0, coinbaseTrades("update", [(1, 0)])))
    let (meaning, batch) = try dialect.read(
      coinbaseFrame("market_trades", 2, coinbaseTrades("update", [(3, 1)])))
    #expect(meaning == .events)
    #expect(batch.gaps.count == 8)
    #expect(batch.bodies.count == 9)
    for instrument in [bitcoin, ether] {
      for stream in [StreamKind.trade, .quote, .depth, .candle] {
        let gap = Gap(instrument: instrument, stream: stream, count: 0, reason: .sequence)
        #expect(batch.gaps.contains(gap), "\(stream)")
      }
    }
    #expect(batch.tradeIDs == [3])
    #expect(try dialect.read(coinbaseFrame("l2_data", 3, "")).batch.gaps.isEmpty)
  }

  @Test("numbers are counted by connection and over all of its channels, answers included")
  func counters() throws {
    var dialect = try subscribedDialect()
    let frames: [(LinkID, String)] = [
      (1, coinbaseCarried(7, "")), (1, coinbaseFrame(Self.heartbeat, 8, Self.beat(70))),
      (2, coinbaseFrame("ticker", 0, "")), (1, coinbaseFrame("l2_data", 9, "")),
      (2, coinbaseFrame("candles", 1, "")), (1, coinbaseFrame(Self.heartbeat, 10, Self.beat(71))),
    ]
    for (link, frame) in frames {
      #expect(try dialect.read(frame, on: link).batch.gaps.isEmpty)
    }
    // A lower number is no news either: the venue counts anew.
    #expect(try dialect.read(coinbaseFrame("ticker", 0, ""), on: 2).batch.gaps.count == 8)
  }

  @Test("a heartbeat left out is a gap, and one loss is told once")
  func heartbeats() throws {
    var dialect = try subscribedDialect()
    for (number, counter, gaps) in [(0, 5, 0), (1, 6, 0), (2, 8, 8), (3, 9, 0), (5, 11, 8)] {
      let (_, batch) = try dialect.read(
        coinbaseFrame(Self.heartbeat, number, Self.beat(counter)))
      #expect(batch.gaps.count == gaps, "\(number)")
    }
  }

  @Test(
    "a frame that cannot be read is one loss: its number is not missed as well",
    arguments: [
      coinbaseFrame("l2_data", 1, coinbaseBook("update", ["bid 100.00 none"])),
      coinbaseFrame(heartbeat, 1, "{}"), coinbaseFrame("ticker", 1, "") + "}",
      #"{"channel":"ticker","sequence_num":"#,
    ])
  func malformed(frame: String) throws {
    var dialect = try subscribedDialect()
    _ = try dialect.read(coinbaseFrame(Self.heartbeat, 0, Self.beat(5)))
    #expect(throws: DialectError.self) { _ = try dialect.read(frame) }
    for (number, counter, gaps) in [(2, 7, 0), (3, 8, 0), (5, 10, 8), (6, 12, 8)] {
      let (_, batch) = try dialect.read(
        coinbaseFrame(Self.heartbeat, number, Self.beat(counter)))
      #expect(batch.gaps.count == gaps, "\(number)")
    }
  }

  @Test("trades of one message come in the order of their ids, whatever their times say")
  func order() throws {
    var dialect = try subscribedDialect()
    let trades = coinbaseTrades("update", [(13, 4), (12, 6), (11, 5)])
    #expect(
      try dialect.read(coinbaseFrame("market_trades", 0, trades)).batch.tradeIDs == [11, 12, 13])
  }

  @Test("trades from before we listened are history; those missed between two links are told")
  func oldTrades() throws {
    var dialect = try subscribedDialect()
    let first = coinbaseTrades("snapshot", [(12, 12), (11, 11), (10, 10)])
    let (meaning, batch) = try dialect.read(coinbaseFrame("market_trades", 0, first))
    #expect(meaning == .counted)
    #expect(batch.events.isEmpty && batch.counts["old trades"] == 1)
    // Whichever way they are listed, the oldest comes first.
    let news = coinbaseTrades("update", [(14, 14), (13, 13)])
    #expect(try dialect.read(coinbaseFrame("market_trades", 1, news)).batch.tradeIDs == [13, 14])
    let second = coinbaseTrades("snapshot", [(17, 17), (16, 16), (15, 15), (14, 14), (13, 13)])
    let late = try dialect.read(coinbaseFrame("market_trades", 0, second), on: 2).batch
    #expect(late.tradeIDs == [15, 16, 17])
    #expect(late.gaps.isEmpty)
    // The other product was never heard of before: its trades are history still.
    let other = coinbaseTrades("snapshot", of: "ETH-USD", [(900, 17)])
    let third = try dialect.read(coinbaseFrame("market_trades", 1, other), on: 2).batch
    #expect(third.tradeIDs.isEmpty)
  }

  @Test("a candle closes when the next begins; old ones are history, missed ones are told")
  func candles() throws {
    var dialect = try subscribedDialect()
    func told(_ number: Int, _ event: String, on link: LinkID = 1) throws -> [Int64] {
      try dialect.read(coinbaseFrame("candles", number, event), on: link).batch.candles
        .map { $0.start.nanoseconds / 300_000_000_000 - 5_918_568 }
    }
    #expect(try told(0, coinbaseCandles("snapshot", [(3, 1), (2, 1), (1, 1)])).isEmpty)
    #expect(try told(1, coinbaseCandles("update", [(3, 2)])).isEmpty)
    let (_, closed) = try dialect.read(
      coinbaseFrame("candles", 2, coinbaseCandles("update", [(4, 1)])))
    #expect(closed.candles.map(\.volume.lots) == [200_000_000])
    #expect(closed.candles.map(\.start.nanoseconds) == [1_775_571_300_000_000_000])
    // Candles 4 and 5 closed while nobody listened.
    let again = coinbaseCandles("snapshot", [(6, 1), (5, 9), (4, 9), (3, 9)])
    #expect(try told(0, again, on: 2) == [4, 5])
    #expect(try told(1, coinbaseCandles("update", [(7, 1)]), on: 2) == [6])
  }

  @Test("a book that was lost is asked for anew, and followed from there")
  func lostBook() throws {
    var dialect = try subscribedDialect()
    var intake = MarketIntake()
    intake.openBook(bitcoin)
    var (journal, wanted): (ContiguousArray<Event>, [InstrumentID]) = ([], [])
    func take(_ number: Int, second: Int, _ event: String, on link: LinkID = 1) throws {
      journal.removeAll()
      wanted.removeAll()
      let (_, batch) = try dialect.read(
        coinbaseFrame("l2_data", number, second: second, event), on: link)
      intake.take(batch.events, into: &journal, snapshots: &wanted)
    }
    try take(0, second: 0, coinbaseBook("snapshot", ["bid 100.00 1"]))
    #expect(intake.book(bitcoin).isInStep)
    try take(1, second: 1, coinbaseBook("update", second: 1, ["bid 100.00 2"]))
    #expect(wanted.isEmpty && intake.book(bitcoin).isInStep)
    try take(3, second: 3, coinbaseBook("update", second: 3, ["bid 100.00 4"]))
    #expect(wanted.contains(bitcoin))
    #expect(!intake.book(bitcoin).isInStep)
    let frames = try dialect.resubscription(
      to: MarketStream(.depth(isFast: true), of: bitcoin), firstID: 6)
    #expect(
      frames.map(\.text) == [
        #"{"type":"unsubscribe","product_ids":["BTC-USD"],"channel":"level2"}"#,
        #"{"type":"subscribe","product_ids":["BTC-USD"],"channel":"level2"}"#,
      ])
    #expect(frames.map(\.id) == [6, 7])
    try take(4, second: 4, coinbaseBook("snapshot", second: 4, ["bid 100.00 5"]))
    #expect(intake.book(bitcoin).isInStep && journal.count == 1)
    try take(5, second: 5, coinbaseBook("update", second: 5, ["bid 100.00 6"]))
    #expect(wanted.isEmpty && intake.book(bitcoin).isInStep && journal.count == 1)
  }

  @Test("a link takes over from another without a gap, and what both brought is told once")
  func replacedLink() throws {
    var dialect = try subscribedDialect()
    var intake = MarketIntake()
    intake.openBook(bitcoin)
    var (journal, wanted): (ContiguousArray<Event>, [InstrumentID]) = ([], [])
    func read(_ number: Int, _ second: Int, _ kind: String, on link: LinkID) throws
      -> ContiguousArray<Event>
    {
      let event = coinbaseBook(kind, second: second, ["bid 100.00 \(second + 1)"])
      return try dialect.read(
        coinbaseFrame("l2_data", number, second: second, event), on: link
      ).batch.events
    }
    var held: ContiguousArray<Event> = []
    intake.take(try read(0, 0, "snapshot", on: 1), into: &journal, snapshots: &wanted)
    held += try read(0, 2, "snapshot", on: 2)
    for second in [3, 4] {
      intake.take(
        try read(second - 2, second, "update", on: 1), into: &journal, snapshots: &wanted)
      held += try read(second - 2, second, "update", on: 2)
    }
    held += try read(3, 5, "update", on: 2)
    intake.take(held, into: &journal, snapshots: &wanted)
    #expect(intake.gaps == 0 && wanted.isEmpty && intake.book(bitcoin).isInStep)
    let lots = journal.compactMap { event -> Int64? in
      if case .depth(let depth) = event.body { depth.quantity.lots / 100_000_000 } else { nil }
    }
    #expect(lots == [4, 5, 6])
    // A book that nothing happened to is taken over as well.
    held = try read(0, 60, "snapshot", on: 3)
    held += try read(1, 70, "update", on: 3)
    intake.take(held, into: &journal, snapshots: &wanted)
    #expect(intake.gaps == 0 && wanted.isEmpty && intake.book(bitcoin).isInStep)
  }
}
