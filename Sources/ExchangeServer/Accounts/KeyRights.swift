/// What a key may do at the exchange. It is looked at in whatever is asked over HTTP, where people find out what
/// their keys may do.

/// A key's rights.
struct KeyRights: Equatable, Sendable {
  var mayRead = true
  var mayTrade = true
  /// Nothing can be sent away here; a venue that is asked says so of the key.
  var mayWithdraw = false

  init() {}

  /// - Throws: for text that is no list of `read`, `trade` and `withdraw`.
  init(_ text: String) throws(APIError) {
    let words = text.split(separator: ",").map(String.init)
    for word in words where !["read", "trade", "withdraw"].contains(word) {
      throw .invalid("rights")
    }
    mayRead = words.contains("read")
    mayTrade = words.contains("trade")
    mayWithdraw = words.contains("withdraw")
  }
}

extension ExchangeDesk {
  /// What a key may do; everything is forbidden to one that nobody has. O(keys).
  func rights(ofKey key: String?) -> KeyRights? {
    key.flatMap { place(ofKey: $0) }.map { traders[$0.account].keys[$0.key].rights }
  }

  /// Whether a key may trade, or where nothing is traded, read.
  func isAllowed(_ key: String?, toTrade trades: Bool) -> Bool {
    guard let rights = rights(ofKey: key) else { return false }
    return trades ? rights.mayTrade : rights.mayRead
  }

  /// - Throws: -2015 for a key that may not.
  func expectRight(of key: String?, toTrade trades: Bool) throws(APIError) {
    guard isAllowed(key, toTrade: trades) else { throw .unknownKey }
  }

  /// What Coinbase says of a key.
  func coinbasePermissions(ofKey key: String) -> HTTPAnswer {
    let rights = rights(ofKey: key) ?? KeyRights()
    return HTTPAnswer(
      200,
      JSONText.object { json in
        json.set("can_view", rights.mayRead)
        json.set("can_trade", rights.mayTrade)
        json.set("can_transfer", rights.mayWithdraw)
        json.set("portfolio_uuid", "")
        json.set("portfolio_type", "DEFAULT")
      })
  }
}
