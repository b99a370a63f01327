/// What is wrong with a YAML text, and where: one way to say it for every file of ours. The parser's own
/// description quotes the lines around, which may hold a secret; this does not.

internal import Yams

/// Why a text is not YAML.
package struct YAMLFault: CustomStringConvertible {
  /// The line the parser stopped at, where it says so.
  package let line: Int?
  package let problem: String

  /// - Parameters:
  ///   - error: what Yams threw.
  ///   - namesKeys: whether a key that stands twice is named; not where a secret may have slipped there.
  package init(_ error: any Error, namesKeys: Bool = true) {
    guard let error = error as? YamlError else {
      (line, problem) = (nil, "it cannot be read")
      return
    }
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      (line, self.problem) = (mark.line, problem)
    case .duplicatedKeysInMapping(let keys, let context):
      let names = namesKeys ? ": " + keys.joined(separator: ", ") : ""
      (line, problem) = (context.mark.line, "a key stands twice" + names)
    case .reader(let problem, _, _, _): (line, self.problem) = (nil, problem)
    case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
      (line, problem) = (nil, "it cannot be read")
    }
  }

  /// `:3: not YAML: …`, to follow the name of a file.
  package var description: String {
    "\(line.map { ":\($0)" } ?? ""): not YAML: \(problem)"
  }
}
