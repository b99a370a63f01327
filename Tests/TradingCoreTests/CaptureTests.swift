/// A small recording as a venue sends it, folded by `reduce` alone: what is known after each event.
import Testing

@testable import TradingCore

@Suite("A capture")
struct CaptureTests {
  /// Receive time in seconds, what came, and the best bid and ask, the mark and equity after it. The
  /// account holds one unit of the base asset and 100 of the quote asset.
  private static let rows: [(Int64, EventBody, String)] = [
    (1, depth(.sell, 10_020, 5, id: 100, [.first, .last]), "- - 100"),
    (2, level(.buy, 10_000, 3, [.first]), "- - 100"),
    (2, level(.sell, 10_030, 4, [.last]), "10000:3 10030:4 10015 200.15"),
    (3, depth(.sell, 10_020, 5, id: 102, [.first]), "10000:3 10030:4 10015 200.15"),
    (3, depth(.buy, 10_010, 1, id: 102, [.last]), "10010:1 10020:5 10015 200.15"),
    (4, quote(10_011, 2, 10_020, 5, id: 103), "10011:2 10020:5 10015 200.15"),
    (5, depth(.buy, 10_011, 2, id: 103, [.first, .last]), "10011:2 10020:5 10015 200.15"),
    (6, trade(10_020, 2), "10011:2 10020:5 10020 200.2"),
    (7, quote(10_021, 2, 10_040, 5, id: 110), "10021:2 10040:5 10020 200.2"),
    (8, depth(.sell, 10_020, 0, id: 106, [.first, .last]), "10021:2 10040:5 10020 200.2"),
    (9, level(.buy, 9_990, 7, [.first, .last]), "10021:2 10040:5 10020 200.2"),
    (10, trade(10_050, 1), "10021:2 10040:5 10050 200.5"),
  ]

  private static func depth(
    _ side: Side, _ ticks: Int64, _ lots: Int64, id: Int64, _ flags: RunFlags
  ) -> EventBody {
    .depth(
      Depth(
        instrument: InstrumentID(0), side: side, price: Price(ticks: ticks),
        quantity: Quantity(lots: lots), lastUpdateID: id, updateSpan: id == 102 ? 1 : 0,
        flags: flags))
  }

  private static func level(
    _ side: Side, _ ticks: Int64, _ lots: Int64, _ flags: RunFlags
  ) -> EventBody {
    .bookSnapshot(
      BookSnapshot(
        instrument: InstrumentID(0), side: side, price: Price(ticks: ticks),
        quantity: Quantity(lots: lots), updateID: 100, flags: flags))
  }

  private static func quote(
    _ bid: Int64, _ bidLots: Int64, _ ask: Int64, _ askLots: Int64, id: Int64
  ) -> EventBody {
    .quote(
      Quote(
        instrument: InstrumentID(0), bidPrice: Price(ticks: bid),
        bidQuantity: Quantity(lots: bidLots), askPrice: Price(ticks: ask),
        askQuantity: Quantity(lots: askLots), updateID: id))
  }

  private static func trade(_ ticks: Int64, _ lots: Int64) -> EventBody {
    .trade(
      Trade(
        instrument: InstrumentID(0), price: Price(ticks: ticks), quantity: Quantity(lots: lots),
        aggressor: .buy, id: 0))
  }

  @Test("is known event by event")
  func fold() {
    var ledger = Ledger(capital: 100)
    ledger.take(.balance(AssetAmount(asset: AssetID(0), amount: .one)))
    for (seconds, body, expected) in Self.rows {
      let time = Timestamp(nanoseconds: (100 + seconds) * Interval.second.nanoseconds)
      reduce(&ledger.state, Event(receiveTime: time, body))
      let market = ledger.state.markets[0]
      let quotes =
        market.hasTop
        ? "\(market.top.bidPrice.ticks):\(market.top.bidQuantity.lots) "
          + "\(market.top.askPrice.ticks):\(market.top.askQuantity.lots)" : "-"
      let mark = market.mark.map { "\($0.ticks)" } ?? "-"
      let equity = ledger.state.account.equity.exactText
      #expect("\(quotes) \(mark) \(equity)" == expected, "at \(seconds)")
    }
    let book = ledger.state.markets[0].book
    #expect(!book.isValid && book.gapCount == 2 && book.staleCount == 1)
    #expect(ledger.state.anomalies == Anomalies())
  }
}
