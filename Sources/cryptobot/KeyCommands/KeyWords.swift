/// Keys as people and programs read them: never more than an id and a fingerprint.

import Research
import Store
import TradingCore

enum KeyWords {
  /// One line for each key below a heading.
  static func table(_ keys: [KeyRecord], at now: Timestamp) -> String {
    guard !keys.isEmpty else { return "the key store is empty; `cryptobot keys add` puts one in" }
    var table = TextTable(.right, .left, .left, .left, .left, .right, .left, .left)
    table.append(
      "id", "venue", "label", "fingerprint", "state", "age", "rotation due", "works until")
    for key in keys {
      table.append(
        "\(key.id)", key.venue, key.label, hexadecimal(key.fingerprint), key.state.rawValue,
        "\(days(now - key.created)) d", due(key, at: now), end(key, at: now))
    }
    return table.lines(width: .max).joined(separator: "\n")
  }

  /// - Parameter due: what stands under `due`; `nil` for no such member.
  static func json(
    _ keys: [KeyRecord], due: [KeyRecord]? = nil, at now: Timestamp
  ) -> JSONValue {
    let parts = [("keys", keys)] + (due.map { [("due", $0)] } ?? [])
    return .object(parts.map { ($0, .array($1.map { json($0, at: now) })) })
  }

  /// What happened to a key, in a line.
  static func line(_ key: KeyRecord) -> String {
    "key \(key.id)  \(key.venue)  \(key.label)  \(hexadecimal(key.fingerprint))  \(key.state.rawValue)"
  }

  static func json(_ key: KeyRecord, at now: Timestamp) -> JSONValue {
    .object([
      ("id", .count(Int64(key.id))), ("venue", .string(key.venue)), ("label", .string(key.label)),
      ("fingerprint", .string(hexadecimal(key.fingerprint))),
      ("state", .string(key.state.rawValue)), ("isUsable", .bool(key.isUsable(at: now))),
      ("created", .string(key.created.iso8601)), ("changed", .string(key.changed.iso8601)),
      ("due", .string(key.due.iso8601)), ("isDue", .bool(key.state == .active && now >= key.due)),
      ("graceEnd", key.graceEnd.isNone ? .null : .string(key.graceEnd.iso8601)),
      ("ageDays", .count(days(now - key.created))),
    ])
  }

  /// What the owner of a key should know who has not rotated it.
  static func warning(of key: KeyRecord, at now: Timestamp) -> String {
    let when =
      now >= key.due
      ? "was due on \(key.due.iso8601.prefix(10))"
      : "is due in \(days(key.due - now)) d, on \(key.due.iso8601.prefix(10))"
    return
      "key \(key.id) (\(key.venue), \(key.label)) \(when): make a new one at \(key.venue), then "
      + "`cryptobot keys rotate \(key.id)`"
  }

  private static func days(_ span: Interval) -> Int64 {
    max(0, span.nanoseconds / Interval.day.nanoseconds)
  }

  private static func due(_ key: KeyRecord, at now: Timestamp) -> String {
    guard key.state == .active else { return "" }
    let date = String(key.due.iso8601.prefix(10))
    if now >= key.due { return "\(date), now" }
    return key.isNearlyDue(at: now) ? "\(date), soon" : date
  }

  private static func end(_ key: KeyRecord, at now: Timestamp) -> String {
    guard key.state == .grace else { return "" }
    return key.isUsable(at: now) ? String(key.graceEnd.iso8601.prefix(19)) + "Z" : "over"
  }
}
