/// JSON with a fixed order: objects keep the order they were written in, numbers read back equal,
/// and whatever is not a finite number is `null`. The same value gives the same bytes everywhere.

/// A JSON value (RFC 8259).
public enum JSONValue: Equatable, Sendable {
  case null
  case bool(Bool)
  case integer(Int128)
  /// Written as the shortest text that reads back equal; `null` when not finite.
  case number(Double)
  case string(String)
  case array([JSONValue])
  /// Members in the order they are written; keys must not repeat.
  case object([(String, JSONValue)])

  /// A number, or `null` where there is none.
  public static func optional(_ value: Double?) -> JSONValue {
    value.map(JSONValue.number) ?? .null
  }

  /// A whole number of any width.
  public static func count(_ value: some BinaryInteger) -> JSONValue { .integer(Int128(value)) }

  /// The members of an object, an empty list for anything else.
  public var members: [(String, JSONValue)] {
    if case .object(let members) = self { members } else { [] }
  }

  public static func == (left: JSONValue, right: JSONValue) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let left), .bool(let right)): left == right
    case (.integer(let left), .integer(let right)): left == right
    case (.number(let left), .number(let right)): left.bitPattern == right.bitPattern
    case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
    case (.array(let left), .array(let right)): left == right
    case (.object(let left), .object(let right)):
      left.count == right.count && zip(left, right).allSatisfy { $0.0 == $1.0 && $0.1 == $1.1 }
    default: false
    }
  }
}

extension JSONValue {
  /// The value as text; `pretty` puts every member of an object and every element of an array that
  /// holds objects on its own line, indented by two spaces. O(size).
  public func text(pretty: Bool = true) -> String {
    var text = ""
    append(to: &text, indent: pretty ? 0 : nil)
    return text
  }

  private func append(to text: inout String, indent: Int?) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .number(let value): text += value.isFinite ? value.description : "null"
    case .string(let value): JSONValue.append(quoted: value, to: &text)
    case .array(let values):
      let inner = values.contains(where: \.isContainer) ? indent : nil
      JSONValue.append(values, between: ("[", "]"), to: &text, indent: inner) {
        value, text, indent in
        value.append(to: &text, indent: indent)
      }
    case .object(let members):
      JSONValue.append(members, between: ("{", "}"), to: &text, indent: indent) {
        member, text, indent in
        JSONValue.append(quoted: member.0, to: &text)
        text += indent == nil ? ":" : ": "
        member.1.append(to: &text, indent: indent)
      }
    }
  }

  private var isContainer: Bool {
    switch self {
    case .array, .object: true
    case .null, .bool, .integer, .number, .string: false
    }
  }

  private static func append<Element>(
    _ elements: [Element], between marks: (String, String), to text: inout String, indent: Int?,
    each: (Element, inout String, Int?) -> Void
  ) {
    text += marks.0
    let inner = indent.map { $0 + 2 }
    for (index, element) in elements.enumerated() {
      if index > 0 { text += "," }
      if let inner { text += "\n" + String(repeating: " ", count: inner) }
      each(element, &text, inner)
    }
    if let indent, !elements.isEmpty { text += "\n" + String(repeating: " ", count: indent) }
    text += marks.1
  }

  /// Quotes and escapes; `<` is escaped too, so that JSON inside HTML cannot end its script.
  private static func append(quoted value: String, to text: inout String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case "<", "\u{2028}", "\u{2029}", "\u{7F}",
        _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
