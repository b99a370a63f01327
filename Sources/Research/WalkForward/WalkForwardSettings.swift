/// How a period is cut for walk-forward: a search sees the in-sample part of a fold and is judged by
/// the out-of-sample part after it, fold after fold.

public import TradingCore

/// The `walkforward` part of a scenario.
public struct WalkForwardSettings: Equatable, Sendable {
  /// The out-of-sample parts.
  public enum Parts: Equatable, Sendable {
    /// As many of this length as fit, `step` from one to the next; `nil`: an embargo apart.
    case length(Interval, step: Interval?)
    /// This many share what is left of the period, an embargo apart, in whole seconds each.
    case folds(Int)
  }

  /// Length of the in-sample part; of the first one where anchored.
  public var inSample: Interval
  public var outOfSample: Parts
  /// Whether every in-sample part begins with the first, and so they grow.
  public var isAnchored: Bool
  /// Left out between the in-sample end and the out-of-sample start, so that nothing held in the one
  /// reaches into the other.
  public var purge: Interval
  /// Left out at least between an out-of-sample end and the next out-of-sample start.
  public var embargo: Interval
  /// Before each part: indicators see it, nothing is traded or measured.
  public var warmUp: Interval

  public init(
    inSample: Interval, outOfSample: Parts, isAnchored: Bool = false, purge: Interval = .zero,
    embargo: Interval = .zero, warmUp: Interval = .zero
  ) {
    self.inSample = inSample
    self.outOfSample = outOfSample
    self.isAnchored = isAnchored
    self.purge = purge
    self.embargo = embargo
    self.warmUp = warmUp
  }
}

extension WalkForwardSettings {
  /// Refuses what no period could be cut by.
  /// - Throws: `WindowFault` naming the key.
  func check() throws(WindowFault) {
    let shortest = Interval(nanoseconds: 1)
    var lengths = [
      ("in", inSample, shortest), ("purge", purge, .zero), ("embargo", embargo, .zero),
      ("warmUp", warmUp, .zero),
    ]
    switch outOfSample {
    case .length(let length, let step):
      lengths.append(("out", length, shortest))
      if let step { lengths.append(("step", step, shortest)) }
    case .folds(let count):
      guard count >= 2 else { throw .tooFewFolds(count) }
      guard count <= WindowPlan.mostFolds else { throw .tooManyFolds(count) }
    }
    for (key, length, least) in lengths where length < least || length > .longestText {
      throw .length(key: key)
    }
  }
}

/// Why a period cannot be cut as it was asked for.
public enum WindowFault: Error, Equatable, Sendable, CustomStringConvertible {
  /// A length, by its key, that is negative, zero where it must not be, or beyond a hundred years.
  case length(key: String)
  /// Out-of-sample parts would overlap, or come closer than the embargo.
  case stepTooShort(step: Interval, least: Interval)
  /// Not even two folds fit; `least` is what two take.
  case periodTooShort(period: Interval, least: Interval)
  /// Nothing is left for the out-of-sample parts of so many folds.
  case noRoom(folds: Int)
  case tooFewFolds(Int)
  case tooManyFolds(Int)

  public var description: String {
    switch self {
    case .length(let key): "`walkforward.\(key)` is no length that a part can have"
    case .stepTooShort(let step, let least):
      "`walkforward.step` is \(step.shortText); out-of-sample parts overlap, or their embargo does, "
        + "below \(least.shortText)"
    case .periodTooShort(let period, let least):
      "the period is \(NumberText.duration(seconds: period.seconds)) long; two folds take "
        + NumberText.duration(seconds: least.seconds)
    case .noRoom(let folds):
      "the period has no room for \(folds) out-of-sample parts after warm-up, in-sample part and purge"
    case .tooFewFolds(let count): "`walkforward.folds` is \(count); walk-forward takes at least 2"
    case .tooManyFolds(let count):
      "\(count) folds; at most \(WindowPlan.mostFolds): make `walkforward.step` longer"
    }
  }
}
