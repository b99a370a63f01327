/// What clients say on a connection in Kraken's language, and how it is answered: subscribe, unsubscribe,
/// ping, and what is about an account. Source: docs.kraken.com, Spot WebSocket v2.

internal import Dialects
internal import TradingCore

extension ExchangeDesk {
  /// Answers a message.
  mutating func answerKraken(_ text: [UInt8], on id: Int, at now: Timestamp) {
    let call: KrakenCall
    do { call = try KrakenCall(text) } catch {
      return refuseKraken("Malformed request", nil, nil, on: id, at: now)
    }
    switch call.method {
    case "ping": replyKraken("pong", call.requestID, on: id, at: now) { _ in }
    case "subscribe" where call.channel == "executions": followKraken(call, on: id, at: now)
    case "unsubscribe" where call.channel == "executions": unfollowKraken(call, on: id, at: now)
    case "add_order", "amend_order", "cancel_order", "cancel_all", "cancel_all_orders_after":
      answerKrakenOrder(call, on: id, at: now)
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

  /// Says that something was done.
  /// - Parameter delay: how much later than at once; a fault.
  mutating func replyKraken(
    _ method: String, _ requestID: Int64?, on id: Int, at now: Timestamp,
    after delay: Interval = .zero, _ body: (inout JSONText) -> Void
  ) {
    let text = JSONText.object { json in
      json.set("method", method)
      body(&json)
      if method != "pong" { json.set("success", true) }
      json.set("time_in", now.instantText)
      json.set("time_out", now.instantText)
      if let requestID { json.set("req_id", requestID) }
    }
    send(id, .text(text), after: delay)
  }

  /// Says why something was not done.
  mutating func refuseKraken(
    _ words: String, _ call: KrakenCall?, _ symbol: String?, on id: Int, at now: Timestamp,
    after delay: Interval = .zero
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
    send(id, .text(text), after: delay)
  }

  /// A connection with a subscription is told every second that it lives.
  mutating func sendKrakenHeartbeats() {
    for id in connections.keys.sorted() {
      guard let connection = connections[id], connection.kind == .kraken,
        !connection.streams.isEmpty || !connection.userStreams.isEmpty
      else { continue }
      send(id, .text(KrakenMessage.heartbeat))
    }
  }
}
