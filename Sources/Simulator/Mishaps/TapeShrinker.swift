/// Makes a failing run smaller: fewer things go wrong, and the same invariant still does not hold. Source:
/// A. Zeller and R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input" (2002), ddmin.

import TradingCore

/// A failing seed on its way to the smallest set of strikes.
public struct TapeShrinker {
  private let order: RunOrder
  private let invariant: String
  /// The smallest failing run so far.
  public private(set) var best: SimulationResult
  /// Runs that were made.
  public private(set) var runs = 0

  /// - Parameter failing: a run of `order` that failed.
  public init?(_ order: RunOrder, _ failing: SimulationResult) {
    guard let violation = failing.violation else { return nil }
    (self.order, invariant, best) = (order, violation.invariant, failing)
  }

  /// Shrinks until nothing can be left out, or until told to stop.
  /// - Returns: the smallest failing run, with its story.
  public mutating func shrink(while goesOn: () -> Bool) throws -> SimulationResult {
    var parts = 2
    while best.strikes.count > 0, goesOn() {
      if try leaveOut(parts, while: goesOn) {
        parts = max(2, parts - 1)
      } else if parts >= best.strikes.count {
        break
      } else {
        parts = min(best.strikes.count, parts * 2)
      }
    }
    try endEarly(while: goesOn)
    return try told()
  }

  /// Leaves one of so many parts out, the first that can be.
  private mutating func leaveOut(_ parts: Int, while goesOn: () -> Bool) throws -> Bool {
    let strikes = best.strikes
    let size = (strikes.count + parts - 1) / parts
    for start in stride(from: 0, to: strikes.count, by: size) where goesOn() {
      let rest = Array(strikes[..<start] + strikes[min(start + size, strikes.count)...])
      if try fails(rest, span: order.span) { return true }
    }
    return false
  }

  /// Lets things go wrong for no longer than they have to.
  private mutating func endEarly(while goesOn: () -> Bool) throws {
    var span = best.violation?.time ?? .second
    for _ in 0..<6 where goesOn() {
      span = Interval(nanoseconds: span.nanoseconds / 2)
      guard span > .second, try fails(best.strikes, span: span) else { break }
      shortest = span
    }
  }

  private var shortest: Interval?

  private mutating func fails(_ strikes: [Strike], span: Interval?) throws -> Bool {
    runs += 1
    let result = try SimulationResult.of(made(strikes, span: span))
    guard result.violation?.invariant == invariant else { return false }
    best = result
    return true
  }

  private func made(_ strikes: [Strike], span: Interval?) -> RunOrder {
    var made = order
    (made.allowed, made.span, made.keep) = (Set(strikes), span ?? order.span, nil)
    return made
  }

  private func told() throws -> SimulationResult {
    var last = made(best.strikes, span: shortest)
    (last.isTold, last.keep) = (true, order.keep)
    return try SimulationResult.of(last)
  }
}
