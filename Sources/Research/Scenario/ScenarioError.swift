/// Why a scenario was refused: where in the file, what is wrong, what to do.
public struct ScenarioError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file, or the option for a value from the command line: `--set`.
  public var file: String
  /// 1-based; `nil` where no single line is to blame.
  public var line: Int?
  public var message: String
  /// Whether there is no such file at all.
  public var isMissing = false
  /// Whether an option is to blame, and not a file.
  public var isOfCommand: Bool { file.hasPrefix("--") }

  public init(file: String, line: Int? = nil, _ message: String) {
    self.file = file
    self.line = line
    self.message = message
  }

  public var description: String {
    line.map { "\(file):\($0): \(message)" } ?? "\(file): \(message)"
  }
}
