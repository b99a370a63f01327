/// A condition between the dimensions of a search, such as `fast < slow and slow >= 2 * fast`, compiled
/// once to a few steps over a stack.

internal import TradingCore

/// An expression that is true or false at each point. It has numbers, the names of dimensions, words
/// of choices, `+ − * /`, `< <= > >= == !=`, `and`, `or`, `not` and parentheses, which bind as in
/// Python; comparisons are joined with `and`. A choice whose words are all numbers counts as its number,
/// any other is compared by `==` and `!=` with one of its words. A comparison with what is not a number
/// (0 / 0) is false.
public struct Constraint: Equatable, Sendable {
  public let text: String
  private let steps: [Step]

  /// Reads an expression over dimensions.
  /// - Throws: `SearchError` that names the column.
  public init(_ text: String, over dimensions: [Dimension]) throws(SearchError) {
    self.text = text
    do throws(ExpressionError) {
      steps = try ConstraintBuilder.steps(of: text, over: dimensions)
    } catch { throw SearchError("constraint `\(text)`, \(error)") }
  }

  /// Whether it is true at a point of the space it was read for. O(length).
  public func holds(at point: Point) -> Bool {
    var stack: [Double] = []
    for step in steps { step.take(&stack, point.values) }
    return stack.last == 1
  }

  /// What is done to the stack: truth is 1, falsehood 0.
  enum Step: Equatable {
    case number(Double)
    /// The value of a dimension.
    case value(Int)
    /// The number that a dimension's chosen word is.
    case chosen(Int, [Double])
    case negate
    case not
    case join(ExpressionSign)

    func take(_ stack: inout [Double], _ values: [Double]) {
      switch self {
      case .number(let number): stack.append(number)
      case .value(let index): stack.append(values[index])
      case .chosen(let index, let numbers): stack.append(numbers[Int(values[index])])
      case .negate: stack.append(-(stack.popLast() ?? .nan))
      case .not: stack.append(1 - (stack.popLast() ?? .nan))
      case .join(let sign):
        let right = stack.popLast() ?? .nan
        let left = stack.popLast() ?? .nan
        stack.append(sign.result(left, right))
      }
    }
  }
}
