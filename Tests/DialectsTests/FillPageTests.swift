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

  @Test("Binance's full answers are followed from the first fill on, and the next list begins anew")
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
    let action = VenueAction.fillsOf(OrderID(7), InstrumentID(1), venueOrder: 28)
    var (told, firsts) = (Set<Int64>(), [String?]())
    // The newest thousand of 2,500, then all of them from the first on; and again.
    for ids in [1_501...2_500, 1...1_000, 1_001...2_000, 2_001...2_500, 1_501...2_500] {
      firsts.append(try Self.parameter("fromId", of: action, in: &dialect))
      for trade in try dialect.hear(page(ids), to: action).batch.trades {
        told.insert(trade.fill.tradeID)
      }
    }
    #expect(firsts == [nil, "0", "1001", "2001", nil])
    #expect(told.count == 2_500)
  }

  @Test("a refusal between two of Binance's pages loses no place")
  func refused() throws {
    var dialect = try fixtureDialect()
    let action = VenueAction.fillsOf(OrderID(7), InstrumentID(1), venueOrder: 28)
    let row =
      #"{"symbol":"ETHUSDT","id":5,"orderId":28,"price":"2500.00","qty":"0.1","commission":"0","#
      + #""commissionAsset":"USDT","time":1507725176595,"isBuyer":false,"isMaker":true}"#
    let full = "[" + Array(repeating: row, count: 1_000).joined(separator: ",") + "]"
    #expect(try dialect.hear(full, to: action).outcome == .done)
    _ = try dialect.hear(#"{"code":-1003,"msg":"Too many requests"}"#, to: action, status: 429)
    #expect(try Self.parameter("fromId", of: action, in: &dialect) == "0")
  }

  @Test("Coinbase's list goes on where it says, and begins anew behind its end")
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
    let action = VenueAction.fillsOf(order.id, bitcoin, venueOrder: 1)
    let fill =
      #"{"entry_id":"1","trade_id":"1","order_id":"a1b2","trade_time":"2024-01-15T10:30:00Z","#
      + #""trade_type":"FILL","price":"45123.45","size":"0.005","commission":"1.14","#
      + #""product_id":"BTC-USD","sequence_timestamp":"2024-01-15T10:30:00Z","#
      + #""liquidity_indicator":"MAKER","size_in_quote":false,"side":"BUY"}"#
    var cursors: [String?] = []
    for (rows, next) in [(fill, "789"), (fill, "456"), (fill, ""), (fill, "789"), ("", "789")] {
      cursors.append(try Self.parameter("cursor", of: action, in: &dialect))
      let page = #"{"fills":[\#(rows)],"cursor":"\#(next)"}"#
      #expect(try dialect.hear(page, to: action).outcome == .done)
    }
    cursors.append(try Self.parameter("cursor", of: action, in: &dialect))
    #expect(cursors == [nil, "789", "456", nil, "789", nil])
  }
}
