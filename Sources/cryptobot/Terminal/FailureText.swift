/// How a failure is told: a line for people with what to try, an object for programs that asked for JSON.

import ArgumentParser
import Research

extension CommandFailure {
  /// `MESSAGE` on one line, whatever names and values are in it, and where it holds no remedy a second line
  /// with one.
  var text: String {
    printableLine(description) + usage + (kind.isSaid ? "" : "\n  try: \(kind.suggestion)")
  }

  /// One line; keys are stable.
  var json: JSONValue {
    .object([
      ("error", .string(printableLine(description) + usage)),
      ("category", .string(kind.category.rawValue)),
      ("retryable", .bool(kind.isRetryable)), ("suggestion", .string(kind.suggestion)),
      ("exit", .count(outcome.rawValue)),
    ])
  }

  /// Says it on stderr, in the form that the command line asks for; nothing where all is said already.
  func tell() {
    guard !description.isEmpty else { return }
    let options = CommandLine.arguments.prefix { $0 != "--" }
    Output.note(options.contains("--json") ? json.text(pretty: false) : "cryptobot: error: \(text)")
  }

  /// What the parser of the command line says, in our form.
  init(parser error: any Error) {
    let (whole, words) = (Cryptobot.fullMessage(for: error), Cryptobot.message(for: error))
    guard whole.hasPrefix("Error: " + words) else {
      self.init(.internalError, whole)
      return
    }
    self.init(.usage, words)
    usage = String(whole.dropFirst("Error: ".count + words.count))
  }
}
