/// A Coinbase dialect that knows the products of the fixtures, and frames as Coinbase sends them.

import Dialects
import Foundation
import TradingCore

/// Products with base, quote, tick and lot scale; their index is the instrument's id.
let coinbaseProducts: [(symbol: String, base: Int, quote: Int, tick: Int, lot: Int)] = [
  ("BTC-USD", 0, 1, 2, 8), ("ETH-USD", 2, 1, 2, 8),
]

/// Asset codes, their index the id.
let coinbaseAssets = ["BTC", "USD", "ETH"]

let bitcoin = InstrumentID(0)
let ether = InstrumentID(1)

func coinbaseDefinition(_ place: Int) -> InstrumentDefinition {
  let product = coinbaseProducts[place]
  return InstrumentDefinition(
    instrument: InstrumentID(UInt16(place)), base: AssetID(UInt16(product.base)),
    quote: AssetID(UInt16(product.quote)), tick: Decimal64(mantissa: 1, scale: product.tick),
    lot: Decimal64(mantissa: 1, scale: product.lot))
}

/// Without credentials unless some are given.
func coinbaseDialect(_ credentials: consuming Credentials? = nil) throws -> CoinbaseDialect {
  var dialect = CoinbaseDialect(orders: fixtureOrders, credentials: credentials)
  for (index, code) in coinbaseAssets.enumerated() {
    try dialect.directory.add(AssetDefinition(asset: AssetID(UInt16(index))), code: code)
  }
  for (place, product) in coinbaseProducts.enumerated() {
    try dialect.directory.add(coinbaseDefinition(place), symbol: product.symbol)
  }
  return dialect
}

/// A dialect that was asked for all streams of both products: requests 1 to 5.
func subscribedDialect() throws -> CoinbaseDialect {
  var dialect = try coinbaseDialect()
  _ = try dialect.subscriptions(to: allStreams, firstID: 1)
  return dialect
}

let allStreams: [MarketStream] = [bitcoin, ether].flatMap { id in
  [.trades, .quotes, .depth(isFast: true), .candles(seconds: 300)].map { MarketStream($0, of: id) }
}

/// A frame of a channel; `events` are the elements of its list. Seconds count from 14:00.
func coinbaseFrame(
  _ channel: String, _ sequence: Int, second: Int = 0, _ events: String
) -> String {
  #"{"channel":"\#(channel)","client_id":"","timestamp":"\#(moment(second))","sequence_num":"#
    + #"\#(sequence),"events":[\#(events)]}"#
}

/// A moment of the fixtures' day, in as many digits as Coinbase happens to write.
func moment(_ second: Int) -> String {
  let text = String(
    format: "2026-04-07T%02d:%02d:%02d", 14 + second / 3_600, second / 60 % 60, second % 60)
  return text + (second % 2 == 0 ? ".123456789Z" : ".1Z")
}

/// Levels as `bid 100.00 1.5`.
func coinbaseBook(
  _ kind: String, of product: String = "BTC-USD", second: Int = 0, _ levels: [String]
) -> String {
  let updates = levels.map { level -> String in
    let words = level.split(separator: " ")
    return
      #"{"side":"\#(words[0])","event_time":"\#(moment(second))","price_level":"\#(words[1])","#
      + #""new_quantity":"\#(words[2])"}"#
  }
  return
    #"{"type":"\#(kind)","product_id":"\#(product)","updates":[\#(updates.joined(separator: ","))]}"#
}

/// Trades of ids at seconds.
func coinbaseTrades(
  _ kind: String, of product: String = "BTC-USD", _ trades: [(id: Int, second: Int)]
) -> String {
  let list = trades.map { trade in
    #"{"trade_id":"\#(trade.id)","product_id":"\#(product)","price":"100.50","size":"0.25","#
      + #""side":"BUY","time":"\#(moment(trade.second))"}"#
  }
  return #"{"type":"\#(kind)","trades":[\#(list.joined(separator: ","))]}"#
}

/// Candles by their number since 14:00; the volume is the number of times it was told.
func coinbaseCandles(_ kind: String, _ candles: [(number: Int, told: Int)]) -> String {
  let list = candles.map { candle in
    #"{"start":"\#(1_775_570_400 + 300 * candle.number)","high":"110.00","low":"90.00","open":"#
      + #""100.00","close":"101.00","volume":"\#(candle.told)","product_id":"BTC-USD"}"#
  }
  return #"{"type":"\#(kind)","candles":[\#(list.joined(separator: ","))]}"#
}

/// What a connection is subscribed to.
func coinbaseCarried(_ sequence: Int, _ channels: String) -> String {
  coinbaseFrame("subscriptions", sequence, #"{"subscriptions":{\#(channels)}}"#)
}

extension FrameBatch {
  /// Events without their times.
  var bodies: [EventBody] { events.map(\.body) }

  /// Gaps by instrument and stream.
  var gaps: [Gap] {
    bodies.compactMap { if case .gap(let gap) = $0 { gap } else { nil } }
  }

  var tradeIDs: [Int64] {
    bodies.compactMap { if case .trade(let trade) = $0 { trade.id } else { nil } }
  }

  var candles: [(start: Timestamp, volume: Quantity)] {
    events.compactMap { event in
      if case .candle(let candle) = event.body { (event.venueTime, candle.volume) } else { nil }
    }
  }
}
