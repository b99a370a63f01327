/// Commands as they are typed: what a report says to run again.

public enum ShellCommand {
  /// A verb of ours on a scenario, with the changes made to it.
  static func text(_ verb: String, _ file: String, setting changes: [String]) -> String {
    (["cryptobot \(verb) \(path(file))"] + changes.map { "--set \(word($0))" })
      .joined(separator: " ")
  }

  /// A file as one word of a shell, and never an option.
  public static func path(_ file: String) -> String {
    word(file.hasPrefix("-") ? "./" + file : file)
  }

  /// Text as one word of a shell.
  static func word(_ text: String) -> String {
    let plain = text.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "._-/=%:+,".contains($0))
    }
    return plain && !text.isEmpty ? text : "'" + text.replacing("'", with: "'\\''") + "'"
  }
}
