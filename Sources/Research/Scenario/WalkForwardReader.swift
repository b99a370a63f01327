/// The `walkforward` part of a scenario: how a period is cut into folds.

internal import TradingCore

enum WalkForwardReader {
  static func read(
    _ root: inout ScenarioSection, warmUp: Interval
  ) throws(ScenarioError) -> WalkForwardSettings? {
    guard var section = try root.section("walkforward") else { return nil }
    let inSample = try section.value("in", expected: span, Interval.init)
    let length = try section.value("out", expected: span, Interval.init)
    let folds = try section.value("folds", expected: "a whole number from 2") { Int($0) }
    let step = try section.value("step", expected: span, Interval.init)
    var settings = WalkForwardSettings(
      inSample: inSample ?? .zero, outOfSample: .folds(folds ?? 0),
      isAnchored: try section.choice("anchored", among: [("true", true), ("false", false)])
        ?? false,
      purge: try section.value("purge", expected: span, Interval.init) ?? .zero,
      embargo: try section.value("embargo", expected: span, Interval.init) ?? .zero,
      warmUp: try section.value("warmUp", expected: span, Interval.init) ?? warmUp)
    try section.finish()
    guard inSample != nil else {
      throw section.error(
        at: nil, "`walkforward.in` is missing: say how long each fold searches on, 90d")
    }
    guard (length == nil) != (folds == nil) else {
      throw section.error(at: nil, "`walkforward` needs one of `out`, such as 30d, and `folds`")
    }
    guard folds == nil || step == nil else {
      throw section.error(at: nil, "`walkforward.step` follows from `folds`: leave it out")
    }
    if let length { settings.outOfSample = .length(length, step: step) }
    do throws(WindowFault) { try settings.check() } catch {
      throw section.error(at: nil, "\(error)")
    }
    return settings
  }

  private static let span = "a span such as 30d"
}

extension Scenario {
  /// The settings of its section `walkforward`.
  /// - Throws: `ScenarioError` where there is none, with what to write.
  public func walkForwardSettings() throws(ScenarioError) -> WalkForwardSettings {
    if let walkForward { return walkForward }
    throw ScenarioError(
      file: name, "no folds to walk: write `walkforward: {in: 90d, out: 30d}` into the scenario")
  }
}
