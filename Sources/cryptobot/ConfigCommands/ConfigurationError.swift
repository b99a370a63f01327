/// Why a configuration is not taken: the name, the place, what is wrong and what to do.

enum ConfigurationError: Error, Equatable, CustomStringConvertible {
  /// A key that is none of ours.
  case unknownKey(name: String, place: String, hint: String?)
  /// A value outside what its key takes.
  case outOfRange(name: String, value: String, source: ConfigurationSource, expected: String)
  /// A line that is no `NAME=value`.
  case malformed(file: String, line: Int, problem: String)
  /// A key that stands in a file twice.
  case repeated(name: String, file: String, lines: [Int])
  /// Others may read a file with a secret in it.
  case exposed(file: String, mode: UInt32, name: String)
  /// A file that was named and is not there.
  case missing(file: String)
  /// A file that cannot be read.
  case unreadable(file: String, reason: String)
  /// Two options that say the opposite of each other.
  case contradiction(String)

  var description: String {
    switch self {
    case .unknownKey(let name, let place, let hint):
      "\(place): unknown key \(name); " + (hint ?? "`cryptobot config keys` names them all")
    case .outOfRange(let name, let value, let source, let expected):
      "\(source.place(of: name)): \(name) is \"\(value)\", and must be \(expected)"
    case .malformed(let file, let line, let problem): "\(file):\(line): \(problem)"
    case .repeated(let name, let file, let lines):
      "\(file):\(lines.last ?? 0): \(name) stands on line \(lines.first ?? 0) already; leave one"
    case .exposed(let file, let mode, let name):
      "\(file) holds \(name) and others may read it (mode 0\(String(mode, radix: 8))); "
        + "say: chmod 600 \(file)"
    case .missing(let file):
      "\(file): no such file; check the path, or begin one with "
        + "`cryptobot config template > \(file)`"
    case .unreadable(let file, let reason): "\(file) cannot be read: \(reason)"
    case .contradiction(let text): text
    }
  }

  /// Whether the command line is to blame, rather than what it was started amid.
  var isUsage: Bool {
    switch self {
    case .contradiction: true
    case .outOfRange(_, _, let source, _): if case .option = source { true } else { false }
    default: false
    }
  }
}
