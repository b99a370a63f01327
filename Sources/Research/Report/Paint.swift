/// Terminal colours, only where asked for.

/// Wraps text in ANSI codes, or leaves it alone.
struct Paint {
  var isOn: Bool

  func bold(_ text: String) -> String { code("1", text) }
  func dim(_ text: String) -> String { code("2", text) }
  func warning(_ text: String) -> String { code("33", text) }
  func signed(_ text: String, isGood: Bool) -> String { code(isGood ? "32" : "31", text) }

  private func code(_ code: String, _ text: String) -> String {
    isOn && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
