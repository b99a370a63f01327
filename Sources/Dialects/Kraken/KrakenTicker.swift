/// What one market of Kraken's looks like, asked over HTTP: its book and its best prices. Recordings take both
/// from the WebSocket. Source: docs.kraken.com, REST, "Get Order Book" and "Get Ticker Information".

import TradingCore

/// Reads answers about one instrument.
struct KrakenTicker {
  private let directory: VenueDirectory
  private let instrument: InstrumentID
  private let time: Timestamp

  /// Levels a side that Depth gives at most.
  static let mostLevels = 500

  init(_ directory: VenueDirectory, _ instrument: InstrumentID, at time: Timestamp) {
    (self.directory, self.instrument, self.time) = (directory, instrument, time)
  }

  /// A book. Kraken numbers nothing and tells no time of it (each level has one of its own), so its id is
  /// made of the time at which it came.
  func book(
    _ text: Span<UInt8>, _ result: inout JSONScanner, into batch: inout FrameBatch
  ) throws(LineFault) {
    let book = try market(text, &result)
    var message = message()
    var (bids, asks) = (try book.place("bids", text), try book.place("asks", text))
    try message.takeLevels(text, &bids, isBid: true)
    try message.takeLevels(text, &asks, isBid: false)
    message.body = .snapshot(updateID: time.nanoseconds / 1_000)
    try batch.append(message, of: instrument, on: try grid())
  }

  /// The best prices and the last trade. The quantities beside the best prices are rounded to whole lots
  /// (1.000 where the book of the same moment has 0.136), so they are left out: 0 stands for not told.
  func quote(
    _ text: Span<UInt8>, _ result: inout JSONScanner, into batch: inout FrameBatch
  ) throws(LineFault) {
    let ticker = try market(text, &result)
    var message = message()
    func level(_ key: StaticString, _ what: StaticString) throws(LineFault) -> RawLevel {
      var place = try ticker.place(key, text)
      return try message.takeLevel(text, &place, what, "a quantity")
    }
    var quote = RawQuote()
    quote.bid.price = try level("b", "the bid price").price
    quote.ask.price = try level("a", "the ask price").price
    message.body = .quote(quote)
    let last = try LastTrade(try level("c", "the last price"), on: try grid())
    try batch.append(message, of: instrument, on: try grid())
    batch.lastTrade = last
  }

  /// The only market of a result. By which of its names for a pair Kraken answers it alone decides, so the
  /// name is not compared: one pair was asked for, and one must be told.
  private func market(
    _ text: Span<UInt8>, _ result: inout JSONScanner
  ) throws(LineFault) -> JSONObject {
    try result.expect(UInt8(ascii: "{"), text)
    guard try result.nextKey(text, isFirst: true) != nil else {
      throw LineFault("it tells of no market")
    }
    let market = try JSONObject(text, &result)
    guard try result.nextKey(text, isFirst: false) == nil else {
      throw LineFault("it tells of several markets, and one was asked for")
    }
    return market
  }

  private func message() -> Message {
    var message = Message()
    message.receiveTime = time
    return message
  }

  private func grid() throws(LineFault) -> TickAndLot {
    guard let index = directory.index(of: instrument) else {
      throw LineFault("instrument \(instrument.raw) is not defined")
    }
    return directory.grid(at: index)
  }
}
