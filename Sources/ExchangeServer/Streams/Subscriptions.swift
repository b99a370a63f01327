/// Who gets what: subscriptions by stream.

/// One connection's interest in one stream.
struct Subscription {
  let connection: Int
  /// As the client spelled it.
  let name: String
  /// Where what it is sent is counted.
  let tally: Int64
}

/// All subscriptions.
struct Subscriptions {
  private var byKey: [StreamKey: [Subscription]] = [:]
  /// Keys that are subscribed to, in order of their first subscription, so that nothing depends on
  /// hashing.
  private(set) var keys: [StreamKey] = []

  func has(_ key: StreamKey) -> Bool { byKey[key] != nil }

  subscript(key: StreamKey) -> [Subscription] { byKey[key] ?? [] }

  mutating func add(_ key: StreamKey, _ subscription: Subscription) {
    if byKey[key] == nil { keys.append(key) }
    byKey[key, default: []].append(subscription)
  }

  /// - Returns: what was removed; `nil` when there was none such.
  mutating func remove(_ key: StreamKey, connection: Int, name: String) -> Subscription? {
    let index = byKey[key]?.firstIndex { $0.connection == connection && $0.name == name }
    guard let index, let subscription = byKey[key]?.remove(at: index) else { return nil }
    if self[key].isEmpty {
      byKey[key] = nil
      keys.removeAll { $0 == key }
    }
    return subscription
  }
}
