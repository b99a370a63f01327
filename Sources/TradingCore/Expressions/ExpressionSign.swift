/// The signs of expressions: conditions of a search and rules of a composed strategy are written with
/// the same ones, and they mean and bind the same.

/// What stands between two operands. Truth is 1, falsehood 0.
public enum ExpressionSign: String, Sendable, BitwiseCopyable, CaseIterable {
  case or, and
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case equal = "=="
  case different = "!="
  case crossesAbove = "crosses above"
  case crossesBelow = "crosses below"
  case plus = "+"
  case minus = "-"
  case times = "*"
  case over = "/"

  /// Those that bind more closely have more; they are Python's. `not` has 3, the sign of a number 7.
  public var rank: Int {
    switch self {
    case .or: 1
    case .and: 2
    case .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .different, .crossesAbove,
      .crossesBelow:
      4
    case .plus, .minus: 5
    case .times, .over: 6
    }
  }

  static let rankOfNot = 3
  static let rankOfNegation = 7

  /// What it makes of two numbers. A comparison with what is not a number (0 / 0) is false. Of a crossing
  /// this is the half that must hold now; what held before is not in two numbers.
  public func result(_ left: Double, _ right: Double) -> Double {
    switch self {
    case .or: max(left, right)
    case .and: min(left, right)
    case .less, .crossesBelow: left < right ? 1 : 0
    case .lessOrEqual: left <= right ? 1 : 0
    case .greater, .crossesAbove: left > right ? 1 : 0
    case .greaterOrEqual: left >= right ? 1 : 0
    case .equal: left == right ? 1 : 0
    case .different: left < right || left > right ? 1 : 0
    case .plus: left + right
    case .minus: left - right
    case .times: left * right
    case .over: left / right
    }
  }
}

/// What is wrong with an expression, and where in it.
public struct ExpressionError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Of the first character in question, from 1; behind the last where something is missing.
  public let column: Int
  public let problem: String

  public init(_ column: Int, _ problem: String) { (self.column, self.problem) = (column, problem) }

  public var description: String { "column \(column): \(problem)" }
}
