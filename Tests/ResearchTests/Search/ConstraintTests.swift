/// Constraints between parameters: what they mean, and what they refuse with which column.

import Testing
import TradingCore

@testable import Research

@Suite("Search constraints")
struct ConstraintTests {
  static let texts = ["fast=1..9", "slow=1..9", "rule=book|quote|same-event", "size=1|10|100"]

  static func read(_ text: String) throws(SearchError) -> (Constraint, SearchSpace) {
    let space = try space(texts[0], texts[1], texts[2], texts[3])
    return (try Constraint(text, over: space.dimensions), space)
  }

  @Test(
    "an expression is true where arithmetic says so",
    arguments: [
      ("fast < slow", true), ("slow >= 2 * fast", true), ("slow == 2 * fast + 1", true),
      ("fast * 2 + 1 = slow", true), ("slow - fast - 2 == 1", true),
      ("slow - (fast - 2) == 5", true),
      ("-fast < 0", true), ("- -fast > 0", true), ("slow / fast == 2.5", true),
      ("not fast < slow", false), ("not fast > slow and slow > 1", true),
      ("fast > slow or slow == 5 and fast == 2", true),
      ("(fast > slow or slow == 5) and fast == 3", false),
      ("rule == quote", true), ("quote != rule", false), ("rule != \"same-event\"", true),
      ("rule == 'book'", false), ("size == 100", true), ("size / 50 == fast", true),
      ("fast ≤ 2 and slow ≥ 5 and fast ≠ 3", true), ("fast × slow ÷ 10 = 1", true),
      ("0 / 0 == 0 / 0", false), ("0 / 0 != 0 / 0", false), ("1 / 0 > 1e300", true),
      ("fast<slow", true), ("1e-3 < .5", true), ("fast − slow < 0", true), ("+fast == 2", true),
    ])
  func meaning(text: String, isTrue: Bool) throws {
    let (constraint, _) = try ConstraintTests.read(text)
    #expect(constraint.holds(at: Point([2, 5, 1, 2])) == isTrue)
  }

  @Test(
    "a faulty expression is refused at its column",
    arguments: [
      ("fast < slw", 8, "nothing is called `slw`; did you mean `slow`?"),
      ("fast < zzzzzzzz", 8, "known: fast, slow, rule, size"),
      ("fast <", 7, "a number or a name is missing"), ("", 1, "a number or a name is missing"),
      ("< fast", 1, "missing before this"), ("fast slow", 6, "is missing before this"),
      ("(fast < slow", 1, "the parenthesis has no end"), ("fast < slow)", 12, "no parenthesis"),
      ("fast + slow", 1, "it must compare something"), ("rule", 1, "it must compare something"),
      ("1 < fast < 3", 10, "join comparisons with `and`"),
      ("fast and slow", 6, "joins comparisons"),
      ("not fast", 1, "`not` needs a comparison"),
      ("-(fast < slow) < 1", 1, "only a number has a sign"),
      ("rule == 3", 6, "a choice is compared by"), ("rule < book", 6, "a choice is compared by"),
      ("fast == book", 6, "needs numbers on both sides"), ("rule + 1 == 2", 6, "needs numbers"),
      ("fast $ slow", 6, "`$` means nothing here"), ("rule == 'book", 9, "has no end"),
      ("fast < 1.2.3", 8, "`1.2.3` is not a number"), ("book == quote", 6, "needs numbers"),
      ("() < 1", 2, "missing before this"), ("(fast < slow) + 1 > 2", 15, "needs numbers"),
    ])
  func refusals(text: String, column: Int, says: String) {
    let said = searchRefusal { () throws(SearchError) in _ = try ConstraintTests.read(text) }
    #expect(said.hasPrefix("constraint `\(text)`, column \(column): "), "\(said)")
    #expect(said.contains(says), "\(said)")
  }

  @Test("random expressions mean what their trees mean", arguments: 1...200 as ClosedRange<UInt64>)
  func trees(seed: UInt64) throws {
    var source = RandomSource(seed: seed, label: "constraints")
    let tree = ConstraintTree.truth(&source, depth: 5)
    let (constraint, space) = try ConstraintTests.read(tree.text)
    for _ in 0..<20 {
      let point = space.random(&source)
      #expect(
        constraint.holds(at: point) == (tree.value(point.values) == 1), "seed \(seed): \(tree.text)"
      )
    }
  }

  @Test("ten thousand parentheses are no deeper than one")
  func depth() throws {
    let deep =
      String(repeating: "(", count: 10_000) + "fast" + String(repeating: ")", count: 10_000)
    let (constraint, _) = try ConstraintTests.read("\(deep) < slow")
    #expect(constraint.holds(at: Point([1, 2, 0, 0])))
  }
}

/// An expression as a tree, which is its own oracle.
private indirect enum ConstraintTree {
  case number(Double)
  case name(Int)
  case negate(ConstraintTree)
  case not(ConstraintTree)
  case join(String, ConstraintTree, ConstraintTree)

  static func truth(_ source: inout RandomSource, depth: Int) -> ConstraintTree {
    switch depth > 0 ? source.below(6) : 0 {
    case 1: return .not(truth(&source, depth: depth - 1))
    case 2, 3:
      let sign = source.chance(0.5) ? "and" : "or"
      return .join(sign, truth(&source, depth: depth - 1), truth(&source, depth: depth - 1))
    default:
      let sign = ["<", "<=", ">", ">=", "==", "!="][Int(source.below(6))]
      return .join(sign, number(&source, depth: depth - 1), number(&source, depth: depth - 1))
    }
  }

  static func number(_ source: inout RandomSource, depth: Int) -> ConstraintTree {
    switch depth > 0 ? source.below(5) : source.below(2) {
    case 0: return .number(Double(source.below(5)))
    case 1: return .name(Int(source.below(2)))
    case 2: return .negate(number(&source, depth: depth - 1))
    default:
      let sign = ["+", "-", "*", "/"][Int(source.below(4))]
      return .join(sign, number(&source, depth: depth - 1), number(&source, depth: depth - 1))
    }
  }

  /// As few parentheses as the ranks of Python allow.
  var text: String {
    switch self {
    case .number(let number): plainText(number)
    case .name(let index): ["fast", "slow"][index]
    case .negate(let inner): "-" + inner.text(above: 7)
    case .not(let inner): "not " + inner.text(above: 3)
    case .join(let sign, let left, let right):
      "\(left.text(above: rank == 4 ? 5 : rank)) \(sign) \(right.text(above: rank + 1))"
    }
  }

  private func text(above least: Int) -> String { rank < least ? "(\(text))" : text }

  private var rank: Int {
    switch self {
    case .number, .name: 8
    case .negate: 7
    case .not: 3
    case .join("or", _, _): 1
    case .join("and", _, _): 2
    case .join("+", _, _), .join("-", _, _): 5
    case .join("*", _, _), .join("/", _, _): 6
    case .join: 4
    }
  }

  func value(_ values: [Double]) -> Double {
    switch self {
    case .number(let number): return number
    case .name(let index): return values[index]
    case .negate(let inner): return -inner.value(values)
    case .not(let inner): return inner.value(values) == 1 ? 0 : 1
    case .join(let sign, let left, let right):
      let (a, b) = (left.value(values), right.value(values))
      switch sign {
      case "and": return a == 1 && b == 1 ? 1 : 0
      case "or": return a == 1 || b == 1 ? 1 : 0
      case "<": return a < b ? 1 : 0
      case "<=": return a <= b ? 1 : 0
      case ">": return a > b ? 1 : 0
      case ">=": return a >= b ? 1 : 0
      case "==": return a == b ? 1 : 0
      case "!=": return !a.isNaN && !b.isNaN && a != b ? 1 : 0
      case "+": return a + b
      case "-": return a - b
      case "*": return a * b
      default: return a / b
      }
    }
  }
}
