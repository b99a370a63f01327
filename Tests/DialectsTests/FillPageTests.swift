/// An order's fills that are more than one answer lists: every one of them is told, page by page.

import Dialects
import Testing
import TradingCore

@Suite("Fills of an order in pages")
struct FillPageTests {
  /// The value of a parameter in what is asked; `nil` where it is not asked with.
  private static func parameter<Dialect: VenueDialect & ~Copyable>(
    _ name: String, of action: VenueAction, in dialect: inout Dialect
  ) throws -> String? {
    let request = try dialect.request(action, id: 1, over: .http, at: arrival)
    guard case .http(_, let target, _, _) = request.payload else { return nil }
    return target.split { $0 == "&" || $0 == "?" }.first { $0.hasPrefix(name + "=") }.map {
      String($0.dropFirst(name.count + 1))
    }
  }

  @Test("Binance's full answers are followed from the first fill on, until one is not full")
  func binance() throws {
    func page(_ ids: ClosedRange<Int>) -> String {
      let rows = ids.map {
        #"{"symbol":"ETHUSDT","id":\#($0),"orderId":28,"price":"2500.00","qty":"0.1","#
          + #""commission":"0","commissionAsset":"USDT","time":1507725176595,"isBuyer":false,"#
          + #""isMaker":true}"#
      }
      return "[" + rows.joined(separator: ",") + "]"
    }
    var dialect = try fixtureDialect()
    var (told, firsts, next) = (Set<Int64>(), [String?](), String?.none)
    // The newest thousand of 2,500, then all of them from the first on.
    for ids in [1_501...2_500, 1...1_000, 1_001...2_000, 2_001...2_500] {
      let action = Self.fills(page: next)
      firsts.append(try Self.parameter("fromId", of: action, in: &dialect))
      let (outcome, batch) = try dialect.hear(page(ids), to: action)
      told.formUnion(batch.trades.map(\.fill.tradeID))
      next = outcome.next
      #expect(next != nil || outcome == .done)
    }
    #expect(firsts == [nil, "0", "1001", "2001"] && next == nil)
    #expect(told.count == 2_500)
  }

  private static func fills(page: String?) -> VenueAction {
    .fillsOf(OrderID(7), InstrumentID(1), venueOrder: 28, page: page)
  }

  @Test("Kraken's list goes on behind as many trades as were listed")
  func kraken() throws {
    var dialect = try krakenTrader()
    let trade =
      #""T%AAAA-12345-FGHIJK":{"ordertxid":"OTHER1-KSTLS-7DZZO5","time":1688583850.5,"type":"buy","#
      + #""price":"1","fee":"1","vol":"1"}"#
    func page(_ count: Int) -> String {
      let rows = (0..<count).map { trade.replacing("%", with: String($0)) }
      return #"{"error":[],"result":{"trades":{\#(rows.joined(separator: ","))}}}"#
    }
    var (offsets, next) = ([String?](), String?.none)
    for count in [50, 50, 49] {
      let action = VenueAction.fillsOf(OrderID(7), InstrumentID(0), venueOrder: 28, page: next)
      let asked = try dialect.write(action)
      offsets.append(asked.split(separator: "&").first { $0.hasPrefix("ofs=") }.map(String.init))
      let outcome = try dialect.hear(page(count), to: action).outcome
      next = outcome.next
      #expect(count == 50 ? next != nil : outcome == .done)
    }
    #expect(offsets == ["ofs=0", "ofs=50", "ofs=100"])
  }

  @Test("Coinbase's list goes on where it says, until it leads nowhere, to itself, or to nothing")
  func coinbase() throws {
    var dialect = try CoinbaseKey(.ed25519PEM).dialect()
    let order = PlacedOrder(
      OrderID(7),
      OrderTerms(
        instrument: bitcoin, side: .buy, type: .limit, quantity: Quantity(lots: 150_000),
        price: Price(ticks: 5_000_025)))
    let taken =
      #"{"success":true,"success_response":{"order_id":"a1b2","product_id":"BTC-USD","side":"BUY","#
      + #""client_order_id":"\#(fixtureOrders.text(order.id))"}}"#
    #expect(try dialect.hear(taken, to: .place(order)).outcome == .done)
    let fill =
      #"{"entry_id":"1","trade_id":"1","order_id":"a1b2","trade_time":"2024-01-15T10:30:00Z","#
      + #""trade_type":"FILL","price":"45123.45","size":"0.005","commission":"1.14","#
      + #""product_id":"BTC-USD","sequence_timestamp":"2024-01-15T10:30:00Z","#
      + #""liquidity_indicator":"MAKER","size_in_quote":false,"side":"BUY"}"#
    for (page, rows, next, goesOn) in [
      (nil, fill, "789", true), ("789", fill, "456", true), ("456", fill, "", false),
      ("456", fill, "456", false), ("456", "", "789", false),
    ] {
      let action = VenueAction.fillsOf(order.id, bitcoin, venueOrder: 1, page: page)
      #expect(try Self.parameter("cursor", of: action, in: &dialect) == page)
      let answer = #"{"fills":[\#(rows)],"cursor":"\#(next)"}"#
      #expect(
        try dialect.hear(answer, to: action).outcome == (goesOn ? .halfway(next: next) : .done))
    }
  }
}
