/// Keys that come and go while the exchange runs, and what each of them signed: for clients that rotate
/// theirs, and for whoever wants to know that nothing was signed with a key that had ended.

internal import TradingCore

extension ExchangeDesk {
  /// Where a key is, ended or not. O(keys).
  func place(ofKey key: String) -> (account: Int, key: Int)? {
    for (account, trader) in traders.enumerated() {
      if let place = trader.keys.firstIndex(where: { $0.key.id == key }) { return (account, place) }
    }
    return nil
  }

  /// The account that a control request is about: the first unless one of its keys is named.
  /// - Throws: -2015 for a key that nobody has.
  func account(ofKey key: String?) throws(APIError) -> Int {
    guard let key else { return 0 }
    guard let place = place(ofKey: key) else { throw .unknownKey }
    return place.account
  }

  /// Gives an account another key: `apiKey` with `secret` or `publicKey`; `account` is one it has, `rights` what the
  /// key may do.
  mutating func addKey(_ parameters: RequestParameters) throws(APIError) {
    let account = try account(ofKey: parameters["account"])
    let id = try parameters.required("apiKey")
    guard place(ofKey: id) == nil else { throw .invalid("apiKey") }
    let credential: AccountSettings.Credential
    if let secret = parameters["secret"] {
      credential = .secret(Array(secret.utf8))
    } else {
      credential = .publicKey(Array(try parameters.required("publicKey").utf8))
    }
    let rights = try parameters["rights"].map { text throws(APIError) in try KeyRights(text) }
    do throws(ExchangeServerError) {
      let key = try AccountSettings.Key(apiKey: id, credential: credential).key()
      var held = HeldKey(key)
      held.rights = rights ?? KeyRights()
      traders[account].keys.append(held)
    } catch {
      throw .invalid(parameters.has("secret") ? "secret" : "publicKey")
    }
  }

  /// Ends a key, now or in so many `milliseconds`.
  mutating func endKey(_ parameters: RequestParameters, at now: Timestamp) throws(APIError) {
    guard let place = place(ofKey: try parameters.required("apiKey")) else { throw .unknownKey }
    let wait = try parameters.integer("milliseconds") ?? 0
    guard (0...86_400_000).contains(wait) else { throw .invalid("milliseconds") }
    traders[place.account].keys[place.key].end =
      now + Interval(nanoseconds: wait * 1_000_000)
    endStreamsOfKeys(at: now)
  }

  /// Ends sessions and user data streams that were opened with a key that is over.
  mutating func endStreamsOfKeys(at now: Timestamp) {
    for id in connections.keys.sorted() {
      guard let connection = connections[id] else { continue }
      if connection.session != nil, isOver(connection.sessionKey, at: now) {
        logOut(connection, at: now)
      }
      for stream in connections[id]?.userStreams ?? [] where isOver(stream.key, at: now) {
        endUserStream(id, stream, at: now)
      }
    }
  }

  private func isOver(_ key: String, at now: Timestamp) -> Bool {
    place(ofKey: key).map { traders[$0.account].keys[$0.key].end <= now } ?? false
  }

  /// Every key there ever was, with how often it signed, in time and late, and was refused for asking too much.
  var keyList: [UInt8] {
    let held = traders.flatMap { trader in trader.keys.map { (trader.uid, $0) } }
    return JSONText.object { json in
      json.set("keys", array: held) { json, entry in
        json.object { json in
          json.set("apiKey", entry.1.key.id)
          json.set("uid", entry.0)
          if entry.1.end != .distantFuture { json.set("end", entry.1.end.milliseconds) }
          json.set("signed", entry.1.signed)
          json.set("late", entry.1.late)
          json.set("limited", entry.1.limited)
        }
      }
    }
  }
}
