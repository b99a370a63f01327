/// What clients say on a connection in Coinbase's language, and how it is answered. Source:
/// docs.cdp.coinbase.com, "Advanced Trade WebSocket overview".

internal import Dialects
internal import TradingCore

/// A text message of a client.
struct CoinbaseCall {
  let isSubscription: Bool
  let channel: String
  let products: [String]
  /// What signs it, for the channel that needs an account.
  let token: String?

  /// - Returns: `nil` for text that is no subscription and no end of one.
  init?(_ bytes: [UInt8]) {
    let text = bytes.span
    var json = JSONScanner()
    guard let call = try? JSONObject(text, &json), (try? json.finish(text)) != nil,
      let type = try? call.string("type", text), let channel = try? call.string("channel", text)
    else { return nil }
    isSubscription = text.equals("subscribe", in: type)
    guard isSubscription || text.equals("unsubscribe", in: type) else { return nil }
    self.channel = text.string(channel)
    var products: [String] = []
    if var list = call.find("product_ids", text) {
      guard let names = try? JSONForm.elements(&list, text) else { return nil }
      products = names
    }
    self.products = products
    token = (try? call.string("jwt", text)).map { text.whole($0) }
  }
}

extension ExchangeDesk {
  /// Answers a message: what is subscribed to begins at once, then all that the connection has is told.
  mutating func answerCoinbase(_ text: [UInt8], on id: Int, at now: Timestamp) {
    guard let call = CoinbaseCall(text) else {
      return send(id, .text(CoinbaseMessage.error("failed to parse the message")))
    }
    guard call.channel != CoinbaseTopic.heartbeats else {
      connections[id]?.streams.removeAll { $0 == CoinbaseTopic.heartbeats }
      if call.isSubscription { connections[id]?.streams.append(CoinbaseTopic.heartbeats) }
      return tellSubscriptions(id, at: now)
    }
    guard call.channel != CoinbaseTopic.user else { return followCoinbase(call, on: id, at: now) }
    guard let topic = CoinbaseTopic(rawValue: call.channel) else {
      return send(id, .text(CoinbaseMessage.error("channel is not supported: \(call.channel)")))
    }
    let found = call.products.map { markets.coinbaseNamed($0) }
    guard !found.isEmpty, !found.contains(where: { $0 == nil }) else {
      return send(
        id, .text(CoinbaseMessage.error("\(call.channel): valid product_ids are required")))
    }
    for market in found.compactMap({ $0 }) {
      change(topic, market, isSubscription: call.isSubscription, on: id, at: now)
    }
    tellSubscriptions(id, at: now)
  }

  /// Begins or ends one product's channel. To subscribe again changes nothing.
  private mutating func change(
    _ topic: CoinbaseTopic, _ market: PublicMarket, isSubscription: Bool, on id: Int,
    at now: Timestamp
  ) {
    let name = market.coinbaseName + "@" + topic.rawValue
    guard isSubscription else { return unsubscribe(id, from: name) }
    guard connections[id]?.streams.contains(name) == false else { return }
    subscribe(id, to: name)
    sendCoinbase(coinbaseSnapshot(topic, market, at: now), on: id)
  }

  /// Tells all that a connection is subscribed to.
  mutating func tellSubscriptions(_ id: Int, at now: Timestamp) {
    let streams = connections[id]?.streams ?? []
    var channels: [(name: String, products: [String])] = []
    for stream in streams {
      let parts = stream.split(separator: "@", maxSplits: 1).map(String.init)
      let channel = parts.last ?? ""
      if let known = channels.firstIndex(where: { $0.name == channel }) {
        channels[known].products.append(parts[0])
      } else {
        channels.append((channel, [parts[0]]))
      }
    }
    let users = connections[id]?.userStreams.map { CoinbaseID.user.text(traders[$0.trader].uid) }
    let message = CoinbaseMessage.text("subscriptions", at: now) { json in
      json.set("subscriptions") { json in
        for channel in channels { json.set(channel.name, strings: channel.products) }
        if let users, !users.isEmpty { json.set(CoinbaseTopic.user, strings: users) }
      }
    }
    sendCoinbase(message, on: id)
  }

  /// Sends a message with its number on a connection.
  mutating func sendCoinbase(_ message: [UInt8], on id: Int, mark: TallyMark? = nil) {
    guard let sequence = connections[id]?.takeSequence() else { return }
    send(id, .text(CoinbaseMessage.numbered(message, sequence)), mark: mark)
  }

  /// A connection that asked for it is told every second that it lives. Faults know it as the stream
  /// `heartbeats`.
  mutating func sendCoinbaseHeartbeats(at now: Timestamp) {
    for id in connections.keys.sorted() {
      guard let connection = connections[id], connection.kind == .coinbase,
        connection.streams.contains(CoinbaseTopic.heartbeats)
      else { continue }
      connections[id]?.heartbeats += 1
      let message = CoinbaseMessage.heartbeat(connection.heartbeats, at: now)
      switch faults.onMessage(CoinbaseTopic.heartbeats) {
      case .omit: _ = connections[id]?.takeSequence()
      case .close(let code): close(id, code)
      case nil: sendCoinbase(message, on: id)
      }
    }
  }
}
