/// What left on each stream of each connection: how many messages, and a digest of all of them. A message
/// counts once the network has taken it, not when it was made: what a connection that broke or was closed
/// never had is not among them.

internal import TradingCore

/// Where a tally stands once a message has left.
public struct TallyMark: Equatable, Sendable {
  let tally: Int64
  let count: Int64
  let digest: UInt64
}

/// What was sent on one stream: a digest is XXH64 of each message, without the combined wrapper, seeded
/// with the digest before it; 0 before the first.
struct Tally: NumberedRecord {
  let id: Int64
  let connection: Int
  /// As the client spelled it; `user` for user data.
  let name: String
  var isOpen = true
  /// Messages made, and the digest of them.
  var made: Int64 = 0
  var madeDigest: UInt64 = 0
  /// Those of them that left.
  var left: Int64 = 0
  var leftDigest: UInt64 = 0
  /// Messages left out on purpose.
  var omitted: Int64 = 0
}

/// All tallies, those of ended streams among them, up to a capacity.
struct Tallies {
  private(set) var rows = Records<Tally>(capacity: 1 << 13)
  private var last: Int64 = 0

  mutating func open(_ connection: Int, _ name: String) -> Int64 {
    last += 1
    _ = rows.append(Tally(id: last, connection: connection, name: name))
    return last
  }

  mutating func close(_ id: Int64) { change(id) { $0.isOpen = false } }

  mutating func omit(_ id: Int64) { change(id) { $0.omitted += 1 } }

  /// Counts a message as made.
  /// - Returns: what to hand to `leave` when it has left.
  mutating func make(_ message: [UInt8], for id: Int64) -> TallyMark? {
    change(id) { row in
      row.made += 1
      row.madeDigest = XXH64.hash(message, seed: row.madeDigest)
      return TallyMark(tally: id, count: row.made, digest: row.madeDigest)
    }
  }

  /// Messages leave in the order they were made.
  mutating func leave(_ mark: TallyMark) {
    change(mark.tally) { row in (row.left, row.leftDigest) = (mark.count, mark.digest) }
  }

  @discardableResult
  private mutating func change<Result>(_ id: Int64, _ body: (inout Tally) -> Result) -> Result? {
    rows.index(of: id).map { body(&rows[$0]) }
  }
}
