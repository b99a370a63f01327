/// Rules: what they mean, what they refuse with which column, and that text and steps are one thing.
import Testing

@testable import TradingCore

@Suite("Rules")
struct RuleTests {
  static let names = RuleNames(names: [
    "close", "fast", "slow", "macd.line", "macd.signal", "limit",
  ])

  private func holds(_ text: String, _ bars: [ContiguousArray<Double>]) throws -> [Bool] {
    var rule = try RuleBuilder.rule(text, Self.names)
    var stack: ContiguousArray<Double> = []
    return bars.map { rule.holds($0, &stack) }
  }

  @Test(
    "a rule is true where arithmetic says so",
    arguments: [
      ("fast < slow", true), ("slow >= 2 * fast", true), ("not fast > slow and close > 1", true),
      ("fast > slow or slow == 5 and fast == 2", true), ("close / 0 > 1e300", true),
      ("0 / 0 != 0 / 0", false), ("macd.line - macd.signal == 1", true),
      ("-(fast - slow) * 2 == 6", true), ("limit = 70", true), ("fast crosses above slow", false),
    ])
  func meaning(text: String, isTrue: Bool) throws {
    #expect(try holds(text, [[10, 2, 5, 3, 2, 70]]) == [isTrue])
  }

  @Test("a crossing needs the other side, or equality, at the bar before")
  func crossings() throws {
    let fast: [Double] = [1, 3, 4, 2, 1, 2, 3, 2, 2, 1]
    let bars = fast.map { ContiguousArray([0, $0, 2, 0, 0, 0]) }
    let (no, yes) = (false, true)
    #expect(
      try holds("fast crosses above slow", bars)
        == [no, yes, no, no, no, no, yes, no, no, no])
    #expect(
      try holds("fast crosses  below slow", bars)
        == [no, no, no, no, yes, no, no, no, no, yes])
    // Behind an `or` that holds the crossing is followed all the same.
    #expect(
      try holds("fast == 2 or fast crosses above slow", bars)
        == [no, yes, no, yes, no, yes, yes, yes, yes, no])
  }

  @Test("what is not a number crosses nothing, before and after")
  func notANumber() throws {
    let bars = [1, .nan, 3, 1, 3].map { (fast: Double) in ContiguousArray([0, fast, 2, 0, 0, 0]) }
    #expect(try holds("fast crosses above slow", bars) == [false, false, false, false, true])
  }

  @Test("what is not a number leaves the same bytes with either sign, and none before it")
  func bytesOfNotANumber() throws {
    var prints: [UInt64] = []
    for bars in [[1.0], [1, .nan], [1, -.nan], [1, .nan, 1]] {
      var rule = try RuleBuilder.rule("fast crosses above slow", Self.names)
      var stack: ContiguousArray<Double> = []
      for fast in bars { _ = rule.holds([0, fast, 2, 0, 0, 0], &stack) }
      prints.append(rule.fingerprint)
    }
    #expect(prints[1] == prints[2] && prints[0] != prints[1] && prints[0] == prints[3])
  }

  @Test(
    "a faulty rule is refused at its column",
    arguments: [
      ("fast > slw", 8, "nothing is called `slw`; did you mean `slow`?"),
      ("macd > 0", 1, "nothing is called `macd`; say which: macd.line, macd.signal"),
      ("zzzzzzzzz > 0", 1, "known: close, fast, slow"),
      ("fast crosses slow", 6, "say `crosses above` or `crosses below`"),
      ("fast crosses", 6, "say `crosses above`"),
      ("fast + slow", 1, "it must compare something"), ("", 1, "a number or a name is missing"),
      ("1 < fast < 3", 10, "join comparisons with `and`"),
      ("fast and slow", 6, "joins comparisons"),
      ("(fast < slow) crosses above 1", 15, "join comparisons"),
      ("'fast' < slow", 1, "without quotation marks"), ("not fast", 1, "`not` needs a comparison"),
      ("-(fast < slow) < 1", 1, "only a number has a sign"), ("(fast < slow", 1, "has no end"),
      ("(fast < slow) + 1 > 2", 15, "needs numbers on both sides"),
    ])
  func refusals(text: String, column: Int, says: String) {
    do throws(ExpressionError) {
      _ = try RuleBuilder.rule(text, Self.names)
      Issue.record("\(text) was taken")
    } catch {
      #expect(error.column == column && error.problem.contains(says), "\(text): \(error)")
    }
  }

  @Test("a rule longer than a page is refused")
  func limit() throws {
    let most = Array(repeating: "fast > 1", count: BarRule.mostSteps / 4).joined(separator: " and ")
    _ = try RuleBuilder.rule(most, Self.names)
    #expect(throws: ExpressionError.self) {
      try RuleBuilder.rule(most + " and fast > 1", Self.names)
    }
  }

  /// Trees say what rules must: over a walk of bars, crossings included.
  @Test(
    "random rules mean what their trees mean, and their text reads back as the same steps",
    arguments: 1...150 as ClosedRange<UInt64>)
  func trees(seed: UInt64) throws {
    var source = RandomSource(seed: seed, label: "rules")
    let tree = RuleTree.truth(&source, depth: 5)
    let rule = try RuleBuilder.rule(tree.text, Self.names)
    let printed = RuleText(rule, Self.names).text
    #expect(try RuleBuilder.rule(printed, Self.names) == rule, "seed \(seed): \(tree.text)")
    #expect(RuleText(try RuleBuilder.rule(printed, Self.names), Self.names).text == printed)
    var (asked, stack) = (rule, ContiguousArray<Double>())
    var before: ContiguousArray<Double>?
    for _ in 0..<40 {
      let bar = ContiguousArray((0..<6).map { _ in Double(source.below(7)) - 3 })
      let expected = tree.value(bar, after: before) == 1
      let comparisons = RuleText(asked, Self.names, at: bar).comparisons
      #expect(asked.holds(bar, &stack) == expected, "seed \(seed): \(tree.text)")
      #expect(comparisons.count == tree.comparisonCount)
      before = bar
    }
  }
}

/// A rule as a tree, which is its own oracle.
private indirect enum RuleTree {
  case number(Double)
  case name(Int)
  case negate(RuleTree)
  case not(RuleTree)
  case join(String, RuleTree, RuleTree)

  static func truth(_ source: inout RandomSource, depth: Int) -> RuleTree {
    switch depth > 0 ? source.below(6) : 0 {
    case 1: return .not(truth(&source, depth: depth - 1))
    case 2, 3:
      let sign = source.chance(0.5) ? "and" : "or"
      return .join(sign, truth(&source, depth: depth - 1), truth(&source, depth: depth - 1))
    default:
      let signs = ["<", "<=", ">", ">=", "==", "!=", "crosses above", "crosses below"]
      let sign = signs[Int(source.below(8))]
      return .join(sign, number(&source, depth: depth - 1), number(&source, depth: depth - 1))
    }
  }

  static func number(_ source: inout RandomSource, depth: Int) -> RuleTree {
    switch depth > 0 ? source.below(5) : source.below(2) {
    case 0: return .number(Double(source.below(40)) / 8)
    case 1: return .name(Int(source.below(6)))
    case 2: return .negate(number(&source, depth: depth - 1))
    default:
      let sign = ["+", "-", "*", "/"][Int(source.below(4))]
      return .join(sign, number(&source, depth: depth - 1), number(&source, depth: depth - 1))
    }
  }

  /// Every part in parentheses, so that nothing depends on ranks.
  var text: String {
    switch self {
    case .number(let number): plainText(number)
    case .name(let index): RuleTests.names.names[index]
    case .negate(let tree): "-(\(tree.text))"
    case .not(let tree): "not (\(tree.text))"
    case .join(let sign, let left, let right): "(\(left.text)) \(sign) (\(right.text))"
    }
  }

  var comparisonCount: Int {
    switch self {
    case .number, .name: 0
    case .negate(let tree), .not(let tree): tree.comparisonCount
    case .join(let sign, let left, let right):
      left.comparisonCount + right.comparisonCount
        + (["and", "or", "+", "-", "*", "/"].contains(sign) ? 0 : 1)
    }
  }

  func value(
    _ bar: ContiguousArray<Double>, after before: ContiguousArray<Double>?
  ) -> Double {
    switch self {
    case .number(let number): return number
    case .name(let index): return bar[index]
    case .negate(let tree): return -tree.value(bar, after: before)
    case .not(let tree): return tree.value(bar, after: before) == 1 ? 0 : 1
    case .join(let sign, let left, let right):
      let (a, b) = (left.value(bar, after: before), right.value(bar, after: before))
      guard sign.hasPrefix("crosses") else { return RuleTree.joined(a, sign, b) }
      guard let before else { return 0 }
      // Before this one no bar is known, but crossings do not look further back.
      let (c, d) = (left.value(before, after: nil), right.value(before, after: nil))
      let isAbove = sign == "crosses above"
      return (isAbove ? a > b && c <= d : a < b && c >= d) ? 1 : 0
    }
  }

  private static func joined(_ a: Double, _ sign: String, _ b: Double) -> Double {
    let isTrue: Bool
    switch sign {
    case "+": return a + b
    case "-": return a - b
    case "*": return a * b
    case "/": return a / b
    case "and": isTrue = a == 1 && b == 1
    case "or": isTrue = a == 1 || b == 1
    case "<": isTrue = a < b
    case "<=": isTrue = a <= b
    case ">": isTrue = a > b
    case ">=": isTrue = a >= b
    case "==": isTrue = a == b
    default: isTrue = !a.isNaN && !b.isNaN && a != b
    }
    return isTrue ? 1 : 0
  }
}
