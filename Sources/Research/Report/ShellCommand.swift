/// Commands as they are typed: what a report says to run again.

enum ShellCommand {
  /// A verb of ours on a scenario, with the changes made to it.
  static func text(_ verb: String, _ file: String, setting changes: [String]) -> String {
    (["cryptobot \(verb) \(word(file))"] + changes.map { "--set \(word($0))" })
      .joined(separator: " ")
  }

  /// Text as one word of a shell.
  static func word(_ text: String) -> String {
    let plain = text.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "._-/=%:+,".contains($0))
    }
    return plain && !text.isEmpty ? text : "'" + text.replacing("'", with: "'\\''") + "'"
  }
}
