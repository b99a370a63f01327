/// Every example payload of Coinbase and Kraken is read as what it is; one that nobody accounts for fails.

import Dialects
import Foundation
import Testing
import TradingCore

@Suite("All example payloads", .disabled(if: Shared.isMissing))
struct FixtureFolderTests {
  /// What a payload is.
  private enum Part {
    /// A frame that a venue sends.
    case frame
    /// What answers an action: over HTTP, or as a frame.
    case answer(VenueAction), reply(VenueAction)
    /// What answers a search that found nothing among the open orders.
    case search(VenueAction)
    /// What a client sends, which the exchange on loopback reads.
    case request
  }

  private typealias Row = (name: String, part: Part, says: String)

  private static let order = PlacedOrder(
    OrderID(7),
    OrderTerms(
      instrument: bitcoin, side: .buy, type: .limit, quantity: Quantity(lots: 1_000_000),
      price: Price(ticks: 3_000_000)))
  private static let candles = VenueAction.candles(
    bitcoin, seconds: 3_600, from: milliseconds(1_712_188_800_000),
    to: milliseconds(1_712_196_000_000))

  private static let coinbase: [Row] = [
    ("http_accounts", .answer(.account), "2 statements"),
    ("http_candles", .answer(candles), "2 candle"),
    ("http_fills", .answer(.fillsOf(order.id, bitcoin, venueOrder: 1)), "2 fill, 2 trades"),
    ("http_order", .answer(.query(.none, bitcoin)), "1 standings"),
    ("http_orders_list", .answer(.openOrders(nil)), "2 orders"),
    ("http_product", .answer(.exchangeInformation(symbols: ["BTC-USD"])), "1 instruments"),
    ("http_product_book", .answer(.snapshot(bitcoin, levels: 5)), "10 bookSnapshot"),
    ("http_products", .answer(.exchangeInformation(symbols: [])), "2 instruments"),
    ("http_ticker", .answer(.quote(bitcoin)), "3 trade, 1 quote"),
    ("ws_candles", .frame, "candles"),
    ("ws_heartbeats", .frame, "heartbeats"),
    ("ws_l2_data_snapshot", .frame, "6 bookSnapshot"),
    ("ws_l2_data_update", .frame, "2 depth"),
    ("ws_market_trades", .frame, "2 trade"),
    ("ws_subscriptions", .frame, "subscription"),
    ("ws_ticker", .frame, "1 quote"),
    ("ws_user", .frame, "1 of others"),
  ]

  private static let usdt = InstrumentID(2)

  private static let kraken: [Row] = [
    ("http_add_order_spot", .answer(.place(order)), "1 accepted"),
    ("http_asset_pairs", .answer(.exchangeInformation(symbols: [])), "1 instruments"),
    ("http_cancel_order_spot", .answer(.cancel(order.id, bitcoin)), ""),
    ("http_closed_orders", .search(.query(order.id, usdt, page: "closed")), "1 standings"),
    ("http_open_orders", .answer(.openOrders(nil)), "2 orders"),
    ("http_order_book", .answer(.snapshot(usdt, levels: 10)), "10 bookSnapshot"),
    ("http_server_time", .answer(.time), "time"),
    ("http_spot_balance", .answer(.account), "3 statements"),
    ("http_spot_open_positions", .answer(.positions), "1 positions"),
    ("http_spot_trade_balance", .answer(.margin), "funds"),
    ("http_system_status", .answer(.ping), ""),
    ("http_ticker", .answer(.quote(usdt)), "1 quote"),
    ("ws_add_order_request", .request, ""),
    ("ws_add_order_response_failure", .reply(.place(order)), "1 rejected"),
    ("ws_add_order_response_success", .reply(.place(order)), "1 accepted"),
    ("ws_amend_order_request", .request, ""),
    ("ws_batch_add_request", .request, ""),
    ("ws_batch_add_response_partial", .reply(.placeList([order])), ""),
    // The examples' checksums do not belong to their levels, so the books are gaps.
    ("ws_book_snapshot", .frame, "1 gap"),
    ("ws_book_update", .frame, "book out of step"),
    ("ws_cancel_order_request", .request, ""),
    // Nobody follows single orders of a book.
    ("ws_l3_snapshot", .frame, "level3"),
    ("ws_l3_update_add", .frame, "level3"),
    ("ws_l3_update_delete", .frame, "level3"),
    ("ws_l3_update_modify_price", .frame, "level3"),
    ("ws_l3_update_modify_qty", .frame, "level3"),
    ("ws_ohlc_update", .frame, "unclosed candle"),
    ("ws_pong", .frame, "pong"),
    ("ws_subscribe_response", .frame, "subscription"),
    ("ws_ticker_snapshot", .frame, "1 quote"),
    ("ws_trade_update", .frame, "2 trade"),
  ]

  private static func folder(_ venue: String) -> String {
    "\(Shared.folder ?? "")/data/exchange-payload-fixtures/\(venue)"
  }

  /// What a dialect makes of a payload, in a line.
  private static func told<Dialect: VenueDialect & ~Copyable>(
    _ row: Row, of venue: String, by dialect: inout Dialect
  ) throws -> String {
    let path = "exchange-payload-fixtures/\(venue)/\(row.name).json"
    let text = String(decoding: try Shared.bytes(path), as: UTF8.self)
    switch row.part {
    case .frame:
      let (meaning, batch) = try dialect.read(text)
      if case .subscription(_, true) = meaning { return "subscription" }
      return summary(batch)
    case .answer(let action): return summary(try dialect.hear(text, to: action).batch)
    case .search(let action):
      // The examples' orders have no names; the first is made ours.
      let name = #""cl_ord_id": "\#(fixtureOrders.text(order.id))", "userref""#
      let ours = text.replacing(#""userref""#, with: name, maxReplacements: 1)
      return summary(try dialect.hear(ours, to: action).batch)
    case .reply(let action):
      guard case .reply = try dialect.read(text).meaning else { return "no reply" }
      return summary(try dialect.hear(text, to: action, status: 0).batch)
    case .request: return ""
    }
  }

  /// What a batch holds, each kind with its number.
  private static func summary(_ batch: FrameBatch) -> String {
    var runs: [(name: String, count: Int)] = []
    for name in batch.events.map({ "\($0.body.kind)" }) {
      if runs.last?.name == name {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((name, 1))
      }
    }
    let listing = batch.listing
    runs += [
      ("instruments", batch.instruments.count), ("standings", batch.standings.count),
      ("statements", batch.statements.count), ("trades", batch.trades.count),
      ("orders", listing.orders.count), ("positions", listing.positions.count),
      ("of others", Int(batch.foreignReports)),
    ]
    let counts = runs.filter { $0.count > 0 }.map { "\($0.count) \($0.name)" }
    let rest = [listing.funds == nil ? "" : "funds", batch.venueTime == .none ? "" : "time"]
    return (counts + batch.counts.names + rest).filter { !$0.isEmpty }.joined(separator: ", ")
  }

  private static func expectAll<Dialect: VenueDialect & ~Copyable>(
    _ rows: [Row], of venue: String, by dialect: () throws -> Dialect
  ) throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: folder(venue)).sorted()
    #expect(files == rows.map { $0.name + ".json" })
    for row in rows {
      var dialect = try dialect()
      let told = try told(row, of: venue, by: &dialect)
      #expect(told == row.says, "\(venue) \(row.name)")
    }
  }

  @Test("Coinbase's")
  func coinbase() throws {
    try Self.expectAll(Self.coinbase, of: "coinbase") {
      var dialect = try CoinbaseKey(.ed25519PEM).dialect()
      _ = try dialect.subscriptions(to: allStreams, firstID: 1)
      return dialect
    }
  }

  @Test("Kraken's")
  func kraken() throws {
    try Self.expectAll(Self.kraken, of: "kraken") {
      var dialect = try krakenTrader()
      let streams = [MarketStream(.topLevels(10), of: bitcoin)]
      _ = try dialect.subscriptions(to: streams, firstID: 1)
      return dialect
    }
  }
}
