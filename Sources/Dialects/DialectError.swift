/// Why a dialect could not read, write or sign something, in words that say where.

public import TradingCore

/// What went wrong, by what a caller has to tell apart. No case ever holds a secret.
public enum DialectError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Bytes of a venue break a rule of its language. `byte` counts from 0 in the frame or the body;
  /// it is `nil` where the rule is about the whole.
  case malformed(frame: String, byte: Int?, rule: String)
  /// A symbol or an asset that no definition names.
  case undefined(name: String)
  /// A name or an id that something else in the directory has.
  case repeated(name: String)
  /// A definition that no message could be read by, and why.
  case unusable(name: String, reason: String)
  /// A request that the venue's language has no words for.
  case inexpressible(String)
  /// A request about an order whose name the venue has not told yet, at a venue that takes no other.
  case unnamed(OrderID)
  /// Key material that is not what it should be: what it lacks, never what it holds.
  case key(String)
  /// libcrypto failed.
  case library(String)

  /// One sentence for people.
  public var description: String {
    switch self {
    case .malformed(let frame, let byte, let rule):
      "\(frame): \(rule)" + (byte.map { ", at byte \($0)" } ?? "")
    case .undefined(let name): "\(name) is no symbol or asset of this connection"
    case .repeated(let name): "\(name) is defined already"
    case .unusable(let name, let reason): "\(name): \(reason)"
    case .inexpressible(let what): what
    case .unnamed(let order): "the venue's own name of order \(order.raw) is not known yet"
    case .key(let what): "the API key: \(what)"
    case .library(let what): what
    }
  }
}
