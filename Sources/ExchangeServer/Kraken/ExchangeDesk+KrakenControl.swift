/// What clients say on a connection in Kraken's language, and how it is answered: subscribe, unsubscribe,
/// ping. Source: docs.kraken.com, Spot WebSocket v2.

internal import Dialects
internal import TradingCore

/// A text message of a client.
struct KrakenCall {
  let method: String
  /// As sent; `nil` without one.
  let requestID: Int64?
  let symbols: [String]
  let channel: String
  /// A book's depth, a candle's minutes.
  let depth: Int64?
  let interval: Int64?
  let wantsSnapshot: Bool?

  /// - Throws: for text that is no request.
  init(_ bytes: [UInt8]) throws(LineFault) {
    let text = bytes.span
    var json = JSONScanner()
    let call = try JSONObject(text, &json)
    try json.finish(text)
    method = text.string(try call.string("method", text))
    requestID = call.find("req_id", text) == nil ? nil : try call.integer("req_id", text)
    guard var place = call.find("params", text) else {
      (symbols, channel, depth, interval, wantsSnapshot) = ([], "", nil, nil, nil)
      return
    }
    let params = try JSONObject(text, &place)
    channel = text.string(try params.string("channel", text))
    depth = params.find("depth", text) == nil ? nil : try params.integer("depth", text)
    interval = params.find("interval", text) == nil ? nil : try params.integer("interval", text)
    wantsSnapshot =
      params.find("snapshot", text) == nil ? nil : try params.boolean("snapshot", text)
    symbols = try Self.symbols(params.find("symbol", text), text)
  }

  private static func symbols(
    _ place: JSONScanner?, _ text: Span<UInt8>
  ) throws(LineFault) -> [String] {
    guard var json = place else { return [] }
    var symbols: [String] = []
    try json.expect(UInt8(ascii: "["), text)
    while try json.nextElement(text, isFirst: symbols.isEmpty) {
      symbols.append(text.string(try json.string(text)).filter { $0 != "\\" })
    }
    return symbols
  }

  /// The channel's name with its parameter; `nil` for one that there is not.
  var topic: KrakenTopic? {
    switch channel {
    case "trade": .trade
    case "ticker": .ticker
    case "book": KrakenTopic(name: "book\(depth ?? 10)")
    case "ohlc": KrakenTopic(name: "ohlc\(interval ?? 1)")
    default: nil
    }
  }
}

extension ExchangeDesk {
  /// Answers a message.
  mutating func answerKraken(_ text: [UInt8], on id: Int, at now: Timestamp) {
    let call: KrakenCall
    do { call = try KrakenCall(text) } catch {
      return refuseKraken("Malformed request", nil, nil, on: id, at: now)
    }
    switch call.method {
    case "ping":
      replyKraken("pong", call.requestID, on: id, at: now) { _ in }
    case "subscribe", "unsubscribe":
      for symbol in call.symbols { change(call, symbol, on: id, at: now) }
      if call.symbols.isEmpty { refuseKraken("Symbol(s) not found", call, nil, on: id, at: now) }
    default: refuseKraken("Unsupported method", call, nil, on: id, at: now)
    }
  }

  /// Begins or ends one symbol's subscription.
  private mutating func change(
    _ call: KrakenCall, _ symbol: String, on id: Int, at now: Timestamp
  ) {
    guard let topic = call.topic else {
      return refuseKraken("Unsupported channel or parameter", call, symbol, on: id, at: now)
    }
    guard let market = markets.krakenNamed(symbol) else {
      return refuseKraken("Currency pair not supported \(symbol)", call, symbol, on: id, at: now)
    }
    let key = self.topic(market.id, topic)
    let name = krakenStream(key)
    let isKnown = connections[id]?.streams.contains(name) ?? false
    guard isKnown == (call.method == "unsubscribe") else {
      let words = isKnown ? "Already subscribed" : "Subscription Not Found"
      return refuseKraken(words, call, symbol, on: id, at: now)
    }
    if isKnown { unsubscribe(id, from: name) } else { subscribe(id, to: name) }
    if !subscriptions.has(key) { krakenBooks[key] = nil }
    replyKraken(call.method, call.requestID, on: id, at: now) { json in
      json.set("result") { json in
        json.set("channel", call.channel)
        if let depth = call.depth { json.set("depth", depth) }
        if let interval = call.interval { json.set("interval", interval) }
        json.set("symbol", symbol)
      }
    }
    // Of the channels, trades alone begin without what was before, unless it is asked for.
    guard !isKnown, call.wantsSnapshot ?? (topic != .trade) else { return }
    let snapshot = krakenSnapshot(key, at: now)
    if !snapshot.isEmpty { send(id, .text(snapshot)) }
  }

  private mutating func replyKraken(
    _ method: String, _ requestID: Int64?, on id: Int, at now: Timestamp,
    _ body: (inout JSONText) -> Void
  ) {
    let text = JSONText.object { json in
      json.set("method", method)
      body(&json)
      if method != "pong" { json.set("success", true) }
      json.set("time_in", now.instantText)
      json.set("time_out", now.instantText)
      if let requestID { json.set("req_id", requestID) }
    }
    send(id, .text(text))
  }

  private mutating func refuseKraken(
    _ words: String, _ call: KrakenCall?, _ symbol: String?, on id: Int, at now: Timestamp
  ) {
    let text = JSONText.object { json in
      json.set("error", words)
      if let call { json.set("method", call.method) }
      json.set("success", false)
      if let symbol { json.set("symbol", symbol) }
      json.set("time_in", now.instantText)
      json.set("time_out", now.instantText)
      if let id = call?.requestID { json.set("req_id", id) }
    }
    send(id, .text(text))
  }

  /// A connection with a subscription is told every second that it lives.
  mutating func sendKrakenHeartbeats() {
    for id in connections.keys.sorted() {
      guard let connection = connections[id], connection.kind == .kraken,
        !connection.streams.isEmpty
      else { continue }
      send(id, .text(KrakenMessage.heartbeat))
    }
  }
}
