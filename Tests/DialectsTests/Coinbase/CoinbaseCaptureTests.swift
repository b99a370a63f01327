/// A real recording of Coinbase's older feed, told in the present frames: its books and trades through
/// dialect, intake and reducer, and an independent book beside them. Of the old feed only the book's logic is
/// the same (absolute quantities, 0 removes), so that is what is judged.

import Dialects
import Foundation
import Testing
import TradingCore

@Suite("A recording of Coinbase", .disabled(if: Shared.isMissing))
struct CoinbaseCaptureTests {
  private static let path = "cryptofeed-coinbase_pro-20210417/COINBASE.ws.28.0.gz"

  /// A book kept in a dictionary by the text of the price.
  private struct NaiveBook {
    var levels: [String: [Decimal: Decimal]] = ["buy": [:], "sell": [:]]

    mutating func set(_ side: String, _ price: String, _ size: String) throws {
      let price = try #require(Decimal(string: price))
      let size = try #require(Decimal(string: size))
      levels[side]?[price] = size == 0 ? nil : size
    }
  }

  @Test("books and trades of ten products come out as an independent reader has them")
  func recording() throws {
    let lines = String(decoding: try Shared.bytes(Self.path), as: UTF8.self).split(separator: "\n")
    var run = LegacyRun()
    var naive: [String: NaiveBook] = [:]
    for line in lines {
      let parts = line.split(separator: ": ", maxSplits: 1)
      guard parts.count == 2, let time = Double(parts[0]),
        let message = try JSONSerialization.jsonObject(with: Data(parts[1].utf8)) as? [String: Any]
      else { continue }
      let product = message["product_id"] as? String ?? ""
      switch message["type"] as? String {
      case "snapshot":
        var book = NaiveBook()
        for (side, key) in [("buy", "bids"), ("sell", "asks")] {
          for level in message[key] as? [[String]] ?? [] { try book.set(side, level[0], level[1]) }
        }
        naive[product] = book
      case "l2update":
        for change in message["changes"] as? [[String]] ?? [] {
          try naive[product]?.set(change[0], change[1], change[2])
        }
      default: break
      }
      try run.take(message, at: time)
    }
    #expect({ (run.snapshots, run.updates, run.trades) == (10, 9_719, 97) }())
    #expect({ run.intake.gaps == 0 && run.intake.duplicates == 0 }())
    #expect({ run.tradesTold == 97 }())
    for (product, book) in naive { try run.compare(product, with: book.levels) }
    #expect(naive.count == 10)
  }
}

/// The recording on its way.
private struct LegacyRun: ~Copyable {
  var intake = MarketIntake()
  var state = State()
  var (snapshots, updates, trades) = (0, 0, 0)
  private var dialect = CoinbaseDialect(orders: fixtureOrders)
  private var definitions: [String: InstrumentDefinition] = [:]
  private var sequence = 0
  /// Trades that reached the journal.
  private(set) var tradesTold = 0

  /// Takes a message of the old feed.
  mutating func take(_ message: [String: Any], at time: Double) throws {
    let product = message["product_id"] as? String ?? ""
    let moment = (message["time"] as? String) ?? "2021-04-17T16:43:36.000000Z"
    switch message["type"] as? String {
    case "snapshot":
      let levels = [("bids", "bid"), ("asks", "offer")].flatMap { key, side in
        (message[key] as? [[String]] ?? []).map { (side, $0[0], $0[1]) }
      }
      try define(product)
      try tell("l2_data", book("snapshot", product, moment, levels), moment)
      snapshots += 1
    case "l2update":
      let levels = (message["changes"] as? [[String]] ?? []).map {
        ($0[0] == "buy" ? "bid" : "offer", $0[1], $0[2])
      }
      try tell("l2_data", book("update", product, moment, levels), moment)
      updates += 1
    case "match":
      let side = (message["side"] as? String)?.uppercased() ?? ""
      let trade =
        #"{"trade_id":"\#(message["trade_id"] ?? "")","product_id":"\#(product)","price":"#
        + #""\#(message["price"] ?? "")","size":"\#(message["size"] ?? "")","side":"\#(side)","#
        + #""time":"\#(moment)"}"#
      try tell("market_trades", #"{"type":"update","trades":[\#(trade)]}"#, moment)
      trades += 1
    default: break
    }
  }

  private func book(
    _ kind: String, _ product: String, _ moment: String, _ levels: [(String, String, String)]
  ) -> String {
    let list = levels.map { side, price, size in
      #"{"side":"\#(side)","event_time":"\#(moment)","price_level":"\#(price)","new_quantity":"#
        + #""\#(size)"}"#
    }.joined(separator: ",")
    return #"{"type":"\#(kind)","product_id":"\#(product)","updates":[\#(list)]}"#
  }

  private mutating func define(_ product: String) throws {
    let definition = InstrumentDefinition(
      instrument: InstrumentID(UInt16(definitions.count)), base: AssetID(0), quote: AssetID(1),
      tick: Decimal64(mantissa: 1, scale: 8), lot: Decimal64(mantissa: 1, scale: 8))
    definitions[product] = definition
    try dialect.directory.add(definition, symbol: product)
    reduce(&state, Event(receiveTime: .distantPast, .instrument(definition)))
    intake.openBook(definition.instrument)
  }

  private mutating func tell(_ channel: String, _ event: String, _ moment: String) throws {
    let text =
      #"{"channel":"\#(channel)","timestamp":"\#(moment)","sequence_num":\#(sequence),"events":"#
      + "[\(event)]}"
    sequence += 1
    let (meaning, batch) = try dialect.read(text)
    #expect(meaning == .events)
    var (journal, wanted): (ContiguousArray<Event>, [InstrumentID]) = ([], [])
    intake.take(batch.events, into: &journal, snapshots: &wanted)
    #expect(wanted.isEmpty)
    tradesTold += journal.count { $0.body.kind == .trade }
    for event in journal { reduce(&state, event) }
  }

  /// Every level of the state's book against another's.
  func compare(_ product: String, with levels: [String: [Decimal: Decimal]]) throws {
    let definition = try #require(definitions[product])
    let book = state.markets[definition.instrument.index].book
    #expect(book.isValid, "\(product)")
    var found: [String: [Decimal: Decimal]] = ["buy": [:], "sell": [:]]
    for level in book.allLevels {
      let price = try #require(Decimal(string: definition.text(level.price)))
      found[level.side == .buy ? "buy" : "sell"]?[price] = Decimal(
        string: definition.text(level.quantity))
    }
    #expect(found == levels, "\(product)")
  }
}
