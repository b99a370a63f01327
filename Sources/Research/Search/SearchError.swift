/// Why a search cannot be made as it was asked for: what is wrong and what to write instead.
public struct SearchError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A sentence for people, without the file or option it came from.
  public let message: String
  /// What is to blame where that is known: a key of the section `search`, such as `where`.
  public let key: String?

  public init(_ message: String, key: String? = nil) {
    self.message = message
    self.key = key
  }

  public var description: String { message }
}
