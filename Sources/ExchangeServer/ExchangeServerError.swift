/// Why an exchange cannot be opened.

public enum ExchangeServerError: Error, Equatable, Sendable, CustomStringConvertible {
  /// An account's key or credential is unusable.
  case account(String)
  /// A certificate or its key cannot be read or do not go together.
  case identity(String)
  /// The port cannot be listened on.
  case port(Int, String)

  public var description: String {
    switch self {
    case .account(let text): text
    case .identity(let text): "the certificate cannot be used: \(text)"
    case .port(let port, let text): "port \(port) cannot be listened on: \(text)"
    }
  }
}
