/// A condition over a bar's numbers, such as `fast crosses above slow and rsi < 70`: compiled once to
/// steps over a stack, and asked at every bar without allocating.

/// A rule and what its crossings remember of the bar before.
///
/// `a crosses above b` holds where a > b, and at the bar at which the rule was asked before a ≤ b;
/// `crosses below` where a < b after a ≥ b. Before the first such bar nothing has crossed. Every part is
/// worked out at every bar, also behind an `or` that holds already, so that crossings miss none. A
/// comparison with what is not a number (0 / 0) is false.
struct BarRule: Equatable, Sendable, CanonicallyEncodable {
  enum Step: Equatable, Sendable, BitwiseCopyable {
    case number(Double)
    /// The number at a place of the bar's.
    case value(Int32)
    case negate
    case deny
    case join(ExpressionSign)
    /// A crossing with the place of its memory.
    case cross(ExpressionSign, Int32)
  }

  /// Both sides of a crossing when it was asked for last.
  struct Crossing: Equatable, Sendable, BitwiseCopyable {
    var left = 0.0
    var right = 0.0
    var isKnown = false

    /// Whether the sides stood so that they may cross now.
    func allows(_ sign: ExpressionSign) -> Bool {
      isKnown && (sign == .crossesAbove ? left <= right : left >= right)
    }
  }

  /// The most steps of a rule; a rule of a page has a few dozen.
  static let mostSteps = 512

  let steps: ContiguousArray<Step>
  private(set) var crossings: ContiguousArray<Crossing>

  init(_ steps: ContiguousArray<Step>) {
    self.steps = steps
    let count = steps.reduce(0) { if case .cross = $1 { $0 + 1 } else { $0 } }
    crossings = ContiguousArray(repeating: Crossing(), count: count)
  }

  /// Asks it at a bar. O(steps).
  /// - Parameters:
  ///   - values: the bar's numbers, by place.
  ///   - stack: room to work in; what is in it is lost.
  mutating func holds(
    _ values: ContiguousArray<Double>, _ stack: inout ContiguousArray<Double>
  ) -> Bool {
    stack.removeAll(keepingCapacity: true)
    for step in steps {
      switch step {
      case .number(let number): stack.append(number)
      case .value(let place): stack.append(values[Int(place)])
      case .negate: stack[stack.count - 1].negate()
      case .deny: stack[stack.count - 1] = 1 - stack[stack.count - 1]
      case .join(let sign):
        let right = stack.removeLast()
        stack[stack.count - 1] = sign.result(stack[stack.count - 1], right)
      case .cross(let sign, let place):
        let right = stack.removeLast()
        let left = stack[stack.count - 1]
        let mayCross = crossings[Int(place)].allows(sign)
        // The sign of what is not a number differs between machines: none may get into the bytes.
        let isKnown = !left.isNaN && !right.isNaN
        crossings[Int(place)] =
          isKnown ? Crossing(left: left, right: right, isKnown: true) : Crossing()
        stack[stack.count - 1] = mayCross ? sign.result(left, right) : 0
      }
    }
    return stack[0] == 1
  }

  func encode(into bytes: inout CanonicalBytes) {
    bytes.append(crossings.count)
    for crossing in crossings {
      for number in [crossing.left, crossing.right] { bytes.append(number) }
      bytes.append(crossing.isKnown)
    }
  }
}
