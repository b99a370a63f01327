/// Coinbase's user channel: where an account's orders stand, to whoever shows a token. Source:
/// docs.cdp.coinbase.com, "User channel".

internal import TradingCore

extension ExchangeDesk {
  /// Orders in one message of what the channel begins with.
  private static let mostReported = 50

  /// Begins or ends the reports of the account that a token speaks for. They end with its key.
  mutating func followCoinbase(_ call: CoinbaseCall, on id: Int, at now: Timestamp) {
    guard call.isSubscription else {
      for stream in connections[id]?.userStreams ?? [] { tallies.close(stream.tally) }
      connections[id]?.userStreams.removeAll()
      return tellSubscriptions(id, at: now)
    }
    guard let (trader, key) = coinbaseSigner(call.token, for: nil, at: now) else {
      return send(id, .text(CoinbaseMessage.error("authentication failure")))
    }
    if connections[id]?.userStreams.isEmpty == true {
      let stream = Connection.UserStream(
        id: 0, trader: trader, key: key, tally: tallies.open(id, CoinbaseTopic.user))
      connections[id]?.userStreams.append(stream)
      for message in openOrders(of: trader, at: now) { sendCoinbase(message, on: id) }
    }
    tellSubscriptions(id, at: now)
  }

  /// All that is open, in as many messages as it takes; one where nothing is.
  private func openOrders(of trader: Int, at now: Timestamp) -> [[UInt8]] {
    let open = traders[trader].orders.allOpen
    return stride(from: 0, to: max(1, open.count), by: Self.mostReported).map { start in
      coinbaseReport(open[start...].prefix(Self.mostReported), isSnapshot: true, at: now)
    }
  }

  /// A message of where some orders stand.
  func coinbaseReport(
    _ orders: some Sequence<OrderRecord>, isSnapshot: Bool, at now: Timestamp
  ) -> [UInt8] {
    CoinbaseMessage.text(CoinbaseTopic.user, at: now) { json in
      json.set("type", isSnapshot ? "snapshot" : "update")
      json.set("orders", array: orders) { json, order in
        guard let market = markets[order.terms.instrument] else { return }
        json.object { order.writeCoinbaseReport(market, into: &$0) }
      }
    }
  }
}
