/// Venues as people and programs read them.

import Dialects
import Research

enum VenueWords {
  /// One line for each venue below a heading.
  static func table(_ profiles: [VenueProfile]) -> String {
    var table = TextTable(.left, .left, .left, .left, .left)
    table.append("venue", "exchange", "test network", "dead man's switch", "for example")
    for profile in profiles {
      table.append(
        profile.name, profile.title, profile.testHosts == nil ? "no" : "yes",
        profile.abilities.contains(.cancelAllAfter) ? "yes" : "no", profile.exampleSymbol)
    }
    return table.lines().joined(separator: "\n")
      + "\n\n`cryptobot venues show NAME` says what each can do"
  }

  /// Everything about one venue.
  static func text(_ profile: VenueProfile) -> String {
    let example = "cryptobot record \(profile.name) \(profile.exampleSymbol) -o journal"
    let sections = [
      profile.title + "\n",
      columns([
        ("streams", profile.streams.joined(separator: ", ")),
        ("past candles", profile.history.words), ("key", profile.key),
        ("for example", example),
        ("its market now", "cryptobot venues market \(profile.name) \(profile.exampleSymbol)"),
      ]),
      "\nWhat can be done there:",
      columns(
        VenueAbility.allCases.map { ability in
          (profile.abilities.contains(ability) ? "  yes" : "  no", ability.title)
        }),
      "\nWhere it listens:", columns(addresses(profile).map { ("  " + $0.name, $0.address) }),
    ]
    return (sections + profile.notes.map { "\n" + $0 }).joined(separator: "\n")
  }

  private static func columns(_ rows: [(String, String)]) -> String {
    var table = TextTable(.left, .left)
    for row in rows { table.append(row.0, row.1) }
    return table.lines(width: .max).joined(separator: "\n")
  }

  private static func addresses(_ profile: VenueProfile) -> [(name: String, address: String)] {
    func named(_ hosts: VenueHosts, _ suffix: String) -> [(name: String, address: String)] {
      [
        ("rest" + suffix, hosts.rest), ("market" + suffix, hosts.market),
        ("account" + suffix, hosts.account),
      ]
    }
    return named(profile.hosts, "") + (profile.testHosts.map { named($0, ", test") } ?? [])
  }
}

extension VenueProfile {
  /// All of it under stable keys.
  var json: JSONValue {
    .object([
      ("name", .string(name)), ("title", .string(title)),
      ("exampleSymbol", .string(exampleSymbol)),
      ("streams", .array(streams.map { .string($0) })),
      ("history", history.json),
      (
        "abilities",
        .object(VenueAbility.allCases.map { ($0.rawValue, .bool(abilities.contains($0))) })
      ),
      ("key", .string(key)), ("hosts", hosts.json), ("testHosts", testHosts?.json ?? .null),
      ("notes", .array(notes.map { .string($0) })),
    ])
  }
}

extension CandleHistory {
  /// The lengths, and how far back they go where that is not to the beginning.
  fileprivate var words: String {
    names.joined(separator: ", ") + (kept.map { "; the newest \($0) of each" } ?? "")
  }

  fileprivate var json: JSONValue {
    .object([
      ("intervals", .array(names.map { .string($0) })),
      ("kept", kept.map { .count(UInt64($0)) } ?? .null),
    ])
  }
}

extension VenueHosts {
  fileprivate var json: JSONValue {
    .object([
      ("rest", .string(rest)), ("market", .string(market)), ("account", .string(account)),
    ])
  }
}
