/// Coinbase's candles, five minutes long, to events once they have closed.
///
/// Coinbase tells the candle that is open every second or so and never says that it has closed: it has when
/// the next one begins, so a candle comes as late as the first trade behind it. A subscription begins with
/// the candles of the last hours. Those that had closed before we first listened are history; those that
/// closed since the newest one that any link brought closed between two links, and are told late.

import TradingCore

extension CoinbaseMarket {
  /// Candles of one event.
  /// - Parameter begun: the start of the newest candle seen on any link, by symbol; `.none` before the
  ///   first.
  func candles(
    _ event: CoinbaseEvent, _ text: Span<UInt8>, _ message: inout Message,
    on link: inout CoinbaseLink, begun: inout [Timestamp], into batch: inout FrameBatch
  ) throws(LineFault) {
    begin(&message, at: sent)
    var told: [CoinbaseLink.Candle] = []
    var json = try event.place("candles")
    try json.expect(UInt8(ascii: "["), text)
    while try json.nextElement(text, isFirst: told.isEmpty) {
      told.append(try candle(text, &json, &message))
    }
    told.sort { ($0.start, $0.symbol) < ($1.start, $1.symbol) }
    for candle in told {
      let known = candle.symbol < begun.count ? begun[candle.symbol] : .none
      let first = event.isSnapshot ? (known == .none ? .distantFuture : known) : .distantPast
      try take(candle, &message, on: &link, from: first, into: &batch)
    }
    for candle in told {
      while begun.count <= candle.symbol { begun.append(.none) }
      begun[candle.symbol] = max(begun[candle.symbol], candle.start)
    }
  }

  /// Takes a candle as it stands: the one before it has closed, and is told unless it began before `first`.
  private func take(
    _ candle: CoinbaseLink.Candle, _ message: inout Message, on link: inout CoinbaseLink,
    from first: Timestamp, into batch: inout FrameBatch
  ) throws(LineFault) {
    guard let place = link.candles.firstIndex(where: { $0.symbol == candle.symbol }) else {
      return link.candles.append(candle)
    }
    let old = link.candles[place]
    guard candle.start >= old.start else { return }
    if candle.start > old.start, old.start >= first {
      message.venueTime = old.start
      message.body = .candle(old.bar)
      try append(message, of: candle.symbol, into: &batch)
    }
    link.candles[place] = candle
  }

  private func candle(
    _ text: Span<UInt8>, _ json: inout JSONScanner, _ message: inout Message
  ) throws(LineFault) -> CoinbaseLink.Candle {
    let object = try JSONObject(text, &json)
    var bar = try RawCandle(coinbase: object, text, &message)
    bar.intervalSeconds = CoinbaseChannel.candleSeconds
    return CoinbaseLink.Candle(
      symbol: try symbol(text, try object.string("product_id", text)),
      start: try object.time("start", text), bar: bar)
  }
}

extension RawCandle {
  /// Prices and volume of a candle as Coinbase writes it, in streams and over HTTP; its length is not told.
  init(
    coinbase object: JSONObject, _ text: Span<UInt8>, _ message: inout Message
  ) throws(LineFault) {
    self.init()
    open = try message.take(try object.decimal("open", text), "the open")
    high = try message.take(try object.decimal("high", text), "the high")
    low = try message.take(try object.decimal("low", text), "the low")
    close = try message.take(try object.decimal("close", text), "the close")
    volume = try message.take(try object.decimal("volume", text), "the volume")
  }
}
