/// What all parts of one simulation share: time, chance, mishaps, and what is written down of it.

public import TradingCore

/// An invariant that does not hold.
public struct Violation: Equatable, Sendable {
  /// Lower case, words joined by hyphens.
  public var invariant: String
  /// What is wrong, with its numbers.
  public var text: String
  /// Virtual time since the beginning.
  public var time: Interval

  /// Whether it is the same one of another run: the same invariant in the same words, whatever the numbers.
  public func isLike(_ other: Violation) -> Bool {
    invariant == other.invariant && words == other.words
  }

  private var words: [Substring] {
    text.split(separator: " ").filter { word in !word.contains(where: \.isNumber) }
  }
}

final class Stage {
  let seed: UInt64
  let timeline: Timeline
  let plant: Plant?
  var clock = MachineClock()
  var tape: MishapTape
  var paths = PathLedger()
  private(set) var violation: Violation?
  private(set) var story: Story
  /// A hash over everything that crossed a wire or was journalled.
  private(set) var trace: UInt64

  /// When every simulation begins.
  static let start = Timestamp(nanoseconds: 1_767_225_610_000_000_000)

  init(_ order: RunOrder) {
    (seed, plant) = (order.seed, order.plant)
    timeline = Timeline(
      from: Self.start, ties: RandomSource(seed: order.seed, label: "ties"))
    tape = MishapTape(order)
    story = Story(isTold: order.isTold)
    trace = order.seed
  }

  /// Random numbers of one part.
  func random(_ label: String) -> RandomSource { RandomSource(seed: seed, label: label) }

  var now: Timestamp { timeline.now }

  /// Whether something strikes now.
  func strikes(_ mishap: Mishap) -> Bool {
    guard tape.strikes(mishap) else { return false }
    paths.count(.mishap(mishap))
    tell("! \(mishap.rawValue)")
    return true
  }

  /// Writes down what happened, for whoever reads the story of a failure.
  func tell(_ text: @autoclosure () -> String) {
    story.tell(text, at: now - Self.start)
  }

  /// An invariant does not hold; the first one counts.
  func fail(_ invariant: String, _ text: String) {
    guard violation == nil else { return }
    violation = Violation(invariant: invariant, text: text, time: now - Self.start)
    tell("✗ \(invariant): \(text)")
  }

  /// Mixes bytes into the trace.
  func mix(_ bytes: [UInt8]) { trace = XXH64.hash(bytes, seed: trace) }

  func mix(_ number: UInt64) {
    trace = (trace ^ number) &* 0x9E37_79B9_7F4A_7C15
    trace ^= trace >> 29
  }
}
