/// The list of settings as people and programs read it.

import Research

enum ConfigurationWords {
  /// One block for each key: its name and what it takes, then what it does.
  static var table: String {
    ConfigurationKey.all.map { key in
      "\(key.name)  \(facts(key).joined(separator: "; "))\n    \(key.help)"
    }.joined(separator: "\n")
  }

  private static func facts(_ key: ConfigurationKey) -> [String] {
    [
      key.kind.expected, key.fallback.map { "default \($0)" }, key.option.map { "option \($0)" },
      "for " + key.readers.joined(separator: ", "),
    ].compactMap { $0 }
  }

  static var json: JSONValue {
    .array(
      ConfigurationKey.all.map { key in
        .object([
          ("key", .string(key.name)), ("expected", .string(key.kind.expected)),
          ("default", key.fallback.map(JSONValue.string) ?? .null),
          ("option", key.option.map(JSONValue.string) ?? .null),
          ("isSecret", .bool(key.isSecret)),
          ("readers", .array(key.readers.map(JSONValue.string))), ("help", .string(key.help)),
        ])
      })
  }

  /// A file that sets nothing yet.
  static var template: String {
    let head = """
      # Settings of cryptobot. What stands here goes under the environment and the command's options.
      # Lines are NAME=value. Keep this file to yourself: chmod 600.
      """
    let keys = ConfigurationKey.all.map { key in
      "# \(key.help)\n# \(facts(key).joined(separator: "; ")).\n#\(key.name)=\(key.fallback ?? "")"
    }
    return ([head] + keys).joined(separator: "\n\n")
  }
}

#if Live
  extension Configured {
    /// Stands for a secret that is set: nothing of it, not even how long it is.
    static let mask = "********"

    /// Columns of key, value and source.
    var text: String {
      var table = TextTable(.left, .left, .left)
      table.append("KEY", "VALUE", "SOURCE")
      for value in values { table.append(value.key.name, shown(value) ?? "-", value.source.text) }
      return table.lines(width: .max).joined(separator: "\n")
    }

    private func shown(_ value: ConfigurationValue) -> String? {
      value.key.isSecret && value.source.isChosen ? Self.mask : value.text.map { printable($0) }
    }

    /// `isSet` says of a secret what `value` may not.
    var json: JSONValue {
      let rows = values.map { value -> JSONValue in
        var members: [(String, JSONValue)] = [
          ("key", .string(value.key.name)), ("value", value.text.map(JSONValue.string) ?? .null),
          ("isSet", .bool(value.source != .none)), ("isSecret", .bool(value.key.isSecret)),
          ("source", .string(value.source.word)),
        ]
        if case .option(let option) = value.source { members.append(("option", .string(option))) }
        if case .file(let path, let line) = value.source {
          members += [("file", .string(path)), ("line", .count(line))]
        }
        return .object(members)
      }
      return .object([
        ("file", file.map { .string($0.path) } ?? .null), ("settings", .array(rows)),
      ])
    }
  }
#endif
