/// Who gets what: subscriptions by stream, each with a tally of what it was sent.

internal import TradingCore

/// One connection's interest in one stream.
struct Subscription {
  let connection: Int
  let name: String
  /// `{"stream":"…","data":`.
  let prefix: [UInt8]
  var tally = Tally()

  init(connection: Int, name: String) {
    self.connection = connection
    self.name = name
    var json = JSONText()
    json.add(name)
    prefix = Array(#"{"stream":"#.utf8) + json.bytes + Array(#","data":"#.utf8)
  }
}

/// All subscriptions, and what became of those that ended.
struct Subscriptions {
  /// What a subscription that ended was sent.
  struct Ended {
    let connection: Int
    let name: String
    let tally: Tally
  }

  private var byKey: [StreamKey: [Subscription]] = [:]
  private(set) var ended: [Ended] = []
  /// Keys in order of their first subscription, so that nothing depends on hashing.
  private(set) var keys: [StreamKey] = []

  /// The most ended subscriptions remembered; the oldest are forgotten.
  static let capacity = 4_096

  func has(_ key: StreamKey) -> Bool { !(byKey[key]?.isEmpty ?? true) }

  mutating func add(_ key: StreamKey, _ subscription: Subscription) {
    if byKey[key] == nil { keys.append(key) }
    byKey[key, default: []].append(subscription)
  }

  mutating func remove(_ key: StreamKey, connection: Int, name: String) {
    guard
      let index = byKey[key]?.firstIndex(where: { $0.connection == connection && $0.name == name }),
      let subscription = byKey[key]?.remove(at: index)
    else { return }
    remember(connection: connection, name: name, subscription.tally)
  }

  mutating func remember(connection: Int, name: String, _ tally: Tally) {
    if ended.count == Subscriptions.capacity { ended.removeFirst(ended.count / 2) }
    ended.append(Ended(connection: connection, name: name, tally: tally))
  }

  /// Visits the subscriptions of a stream; the visit may change their tallies.
  mutating func forEach(_ key: StreamKey, _ body: (inout Subscription) -> Void) {
    guard var list = byKey[key], !list.isEmpty else { return }
    byKey[key] = []
    for index in list.indices { body(&list[index]) }
    byKey[key] = list
  }

  /// Every subscription, in order of its stream.
  var all: [Subscription] { keys.flatMap { byKey[$0] ?? [] } }
}
