/// Where a setting came from: what wins over what, and how an error names the place.

/// The sources, the strongest first.
enum ConfigurationSource: Equatable, Sendable {
  case option(String)
  case environment
  case file(path: String, line: Int)
  case standard
  /// Nobody says, and there is no default.
  case none

  /// One word for people and programs, with the place where there is one.
  var text: String {
    switch self {
    case .option(let option): option
    case .environment: "environment"
    case .file(let path, let line): "\(path):\(line)"
    case .standard: "default"
    case .none: "not set"
    }
  }

  /// The stable word of `--json`.
  var word: String {
    switch self {
    case .option: "option"
    case .environment: "environment"
    case .file: "file"
    case .standard: "default"
    case .none: "none"
    }
  }

  /// Whether somebody chose the value.
  var isChosen: Bool {
    switch self {
    case .option, .environment, .file: true
    case .standard, .none: false
    }
  }

  /// Where an error has to be mended.
  func place(of name: String) -> String {
    switch self {
    case .option(let option): option
    case .environment: "the environment"
    case .file(let path, let line): "\(path):\(line)"
    case .standard, .none: "the default of \(name)"
    }
  }
}

/// A setting as it holds.
struct ConfigurationValue: Sendable {
  let key: ConfigurationKey
  /// In the key's one form; `nil` for one that is not set and for every secret.
  let text: String?
  let source: ConfigurationSource
}
