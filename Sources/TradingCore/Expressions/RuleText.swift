/// A rule in words again: as text that reads back equal, and as the comparisons it is made of with
/// both their sides.

/// One comparison of a rule at a bar.
struct RuleComparison: Equatable {
  /// Its sides as they are written.
  var left: String
  var right: String
  var sign: ExpressionSign
  var leftValue: Double
  var rightValue: Double
  /// Of a crossing the bar before; `nil` for other comparisons.
  var before: BarRule.Crossing?
}

/// Walks a rule's steps with a stack of texts instead of numbers.
struct RuleText {
  private struct Operand {
    var text: String
    /// How closely what it is made of binds.
    var rank: Int
    var value: Double

    /// In parentheses where it binds less closely than what is around it.
    func text(within rank: Int) -> String { self.rank < rank ? "(\(text))" : text }
  }

  private static let closest = 9

  /// The text, which reads back as the same rule.
  let text: String
  /// What it compares, in the order it is worked out.
  private(set) var comparisons: [RuleComparison] = []

  /// - Parameter values: the bar's numbers; without them sides have none.
  init(_ rule: BarRule, _ names: RuleNames, at values: ContiguousArray<Double>? = nil) {
    var (stack, comparisons) = ([Operand](), [RuleComparison]())
    for step in rule.steps {
      switch step {
      case .number(let number):
        stack.append(Operand(text: plainText(number), rank: Self.closest, value: number))
      case .value(let place):
        stack.append(
          Operand(
            text: names.names[Int(place)], rank: Self.closest, value: values?[Int(place)] ?? .nan))
      case .negate:
        let rank = ExpressionSign.rankOfNegation
        let operand = stack.removeLast()
        stack.append(
          Operand(text: "-" + operand.text(within: rank), rank: rank, value: -operand.value))
      case .deny:
        let rank = ExpressionSign.rankOfNot
        let operand = stack.removeLast()
        stack.append(
          Operand(text: "not " + operand.text(within: rank), rank: rank, value: 1 - operand.value))
      case .join(let sign), .cross(let sign, _):
        let (right, left) = (stack.removeLast(), stack.removeLast())
        var before: BarRule.Crossing?
        if case .cross(_, let place) = step { before = rule.crossings[Int(place)] }
        if sign.rank == ExpressionSign.less.rank {
          comparisons.append(
            RuleComparison(
              left: left.text, right: right.text, sign: sign, leftValue: left.value,
              rightValue: right.value, before: before))
        }
        stack.append(RuleText.joined(sign, left, right))
      }
    }
    text = stack.last?.text ?? ""
    self.comparisons = comparisons
  }

  /// What stands right of a sign of the same rank was read with it first, and needs parentheses.
  private static func joined(_ sign: ExpressionSign, _ left: Operand, _ right: Operand) -> Operand {
    let text =
      left.text(within: sign.rank) + " \(sign.rawValue) "
      + right.text(within: sign.rank + 1)
    return Operand(text: text, rank: sign.rank, value: sign.result(left.value, right.value))
  }
}
