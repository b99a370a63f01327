/// Why a search cannot be made as it was asked for: what is wrong and what to write instead.
public struct SearchError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A sentence for people, without the file or option it came from.
  public let message: String

  public init(_ message: String) { self.message = message }

  public var description: String { message }
}
