/// Text made safe for HTML, and numbers made short for drawing.

import TradingCore

enum HTMLText {
  /// `text` on one line with markup escaped and invisible characters shown as `�`; safe between tags
  /// and inside quoted attributes.
  static func escape(_ text: String) -> String { markup(ReportText.visible(text)) }

  /// Several lines of text, tabs kept, otherwise as `escape`.
  static func block(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { line in
        line.split(separator: "\t", omittingEmptySubsequences: false)
          .map { escape(String($0)) }.joined(separator: "\t")
      }.joined(separator: "\n")
  }

  /// A number's text with a true minus sign, escaped.
  static func number(_ text: String) -> String {
    escape(text).replacing("-", with: "−")
  }

  /// `value` in about eight significant digits, no exponent where it can be helped, for scripts.
  static func short(_ value: Double) -> String {
    guard value.isFinite else { return "null" }
    guard value.magnitude >= 1e-6, value.magnitude < 1e15 else {
      return value == 0 ? "0" : value.description
    }
    var decimals = 7
    var bound = 10.0
    while value.magnitude >= bound, decimals > 0 {
      bound *= 10
      decimals -= 1
    }
    if value.magnitude < 1 { decimals = 12 }
    return trimmed(fixedPlain(value, decimals))
  }

  /// A coordinate with one decimal at most.
  static func coordinate(_ value: Double) -> String {
    value.isFinite ? trimmed(fixedPlain(value, 1)) : "0"
  }

  /// A percentage for a style: `12.34%`.
  static func percent(_ fraction: Double) -> String {
    trimmed(fixedPlain(fraction.isFinite ? fraction * 100 : 0, 3)) + "%"
  }

  private static func fixedPlain(_ value: Double, _ decimals: Int) -> String {
    NumberText.fixed(value, decimals).replacing(",", with: "")
  }

  private static func trimmed(_ digits: String) -> String {
    guard digits.utf8.contains(0x2E) else { return digits }
    var text = Substring(digits)
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return String(text)
  }

  private static func markup(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
