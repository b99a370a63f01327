/// What the registry of indicators says of itself, for people and as JSON.

public import TradingCore

/// The registry in words.
public enum IndicatorWords {
  /// All indicators, a family under another, names lined up.
  public static var list: String {
    let width = IndicatorRegistry.all.map(\.name.count).max() ?? 0
    let families = IndicatorRegistry.families.map { family in
      let lines = family.entries.map { entry in
        "  \(TextTable.pad(entry.name, to: width, .left))  \(entry.summary)"
      }
      return ([family.name] + lines).joined(separator: "\n")
    }
    return families.joined(separator: "\n\n")
  }

  /// All an entry says.
  public static func text(_ entry: IndicatorEntry) throws(ParameterError) -> String {
    var lines = ["\(entry.name): \(entry.summary)", ""]
    lines += TextTable.wrap(entry.definition, width: TerminalReport.width)
    lines.append("")
    for (name, value) in try facts(entry) { lines += hanging(name, value) }
    guard !entry.parameters.isEmpty else { return lines.joined(separator: "\n") }
    lines.append("")
    var table = TextTable(.left, .right, .left, .left, .left)
    table.append("parameter", "default", "unit", "range", "meaning")
    for parameter in entry.parameters {
      table.append(
        parameter.name, plainText(parameter.defaultValue), parameter.unit,
        "\(plainText(parameter.minimum))…\(plainText(parameter.maximum))"
          + (parameter.type == .whole ? ", whole" : ""),
        parameter.help)
    }
    return (lines + table.lines()).joined(separator: "\n")
  }

  private static func facts(_ entry: IndicatorEntry) throws(ParameterError) -> [(String, String)] {
    let usual = try entry.make(ParameterValues(defaultsOf: entry.parameters))
    let bars = usual.warmUp == 1 ? "bar" : "bars"
    return [
      ("looks at", entry.input.words), ("answers", entry.outputs.joined(separator: ", ")),
      ("warm after", "\(usual.warmUp) \(bars)" + (entry.parameters.isEmpty ? "" : " as usual")),
      ("TA-Lib", entry.talib ?? "has none"),
    ]
  }

  private static func hanging(_ name: String, _ value: String) -> [String] {
    let lines = TextTable.wrap(value, width: TerminalReport.width - 12)
    return lines.enumerated().map { place, line in
      TextTable.pad(place == 0 ? name : "", to: 12, .left) + line
    }
  }

  /// All an entry says, with stable keys.
  public static func json(_ entry: IndicatorEntry) throws(ParameterError) -> JSONValue {
    let usual = try entry.make(ParameterValues(defaultsOf: entry.parameters))
    let family = IndicatorRegistry.families.first { family in
      family.entries.contains { $0.name == entry.name }
    }
    return .object([
      ("name", .string(entry.name)), ("family", .string(family?.name ?? "")),
      ("summary", .string(entry.summary)), ("definition", .string(entry.definition)),
      ("talib", entry.talib.map(JSONValue.string) ?? .null),
      ("input", .string(entry.input.rawValue)),
      ("outputs", .array(entry.outputs.map(JSONValue.string))), ("warmUp", .count(usual.warmUp)),
      ("parameters", .array(entry.parameters.map(\.json))),
    ])
  }
}

extension Parameter {
  /// All it says of itself, with stable keys.
  public var json: JSONValue {
    .object([
      ("name", .string(name)), ("type", .string("\(type)")), ("default", .number(defaultValue)),
      ("minimum", .number(minimum)), ("maximum", .number(maximum)), ("unit", .string(unit)),
      ("help", .string(help)),
    ])
  }
}

extension IndicatorInput {
  fileprivate var words: String {
    switch self {
    case .close: "the close"
    case .bar: "high, low and close"
    case .fullBar: "open, high, low, close and volume"
    case .pair: "the close, and the close of another symbol (--against)"
    }
  }
}
