/// Options of the form `--name value`, taken one by one; what is left over is an error.

import Foundation

enum Failure: Error {
  case usage(String)
}

/// What was wrong with a real journal, and how to see it again.
struct Loss: Error, CustomStringConvertible {
  var description: String
}

struct Options {
  private var pairs: [(name: String, value: String)] = []

  init(_ arguments: [String]) throws {
    var place = 0
    while place < arguments.count {
      guard arguments[place].hasPrefix("--"), place + 1 < arguments.count else {
        throw Failure.usage("expected --option value, found \(arguments[place])")
      }
      pairs.append((arguments[place], arguments[place + 1]))
      place += 2
    }
  }

  /// All values of one option, which is then done with.
  mutating func values(_ name: String) -> [String] {
    defer { pairs.removeAll { $0.name == name } }
    return pairs.filter { $0.name == name }.map(\.value)
  }

  mutating func text(_ name: String) -> String? { values(name).last }

  mutating func number<Value: FixedWidthInteger>(_ name: String, _ otherwise: Value) throws -> Value
  {
    guard let text = text(name) else { return otherwise }
    guard let value = Value(text) else { throw Failure.usage("\(name) \(text) is no number") }
    return value
  }

  func finish() throws {
    if let first = pairs.first { throw Failure.usage("no such option: \(first.name)") }
  }
}

/// Writes a line at once, so that a long run can be watched.
func say(_ text: String) {
  FileHandle.standardOutput.write(Data((text + "\n").utf8))
}

/// The folder in which to work, with a slash behind it.
func scratch(_ options: inout Options) -> String {
  let folder = options.text("--folder") ?? NSTemporaryDirectory()
  return folder.hasSuffix("/") ? folder : folder + "/"
}
