/// The options of `walkforward` that say how the period is cut.

import ArgumentParser

/// The options that say what a section `walkforward` says; each stands in its place.
struct WindowOptions: ParsableArguments {
  @Option(name: .customLong("in"), help: "What each fold searches on, such as 90d.")
  var inSample: String?

  @Option(name: .customLong("out"), help: "What its best is judged by, such as 30d.")
  var outOfSample: String?

  @Option(help: "Instead of --out: so many folds share the rest of the period.")
  var folds: Int?

  @Option(help: "From fold to fold. Default: --out and --embargo.")
  var step: String?

  @Flag(help: "Every in-sample part begins with the first, and so they grow.")
  var anchored = false

  @Option(help: "Left out between a fold's two parts.")
  var purge: String?

  @Option(help: "Left out between one out-of-sample part and the next.")
  var embargo: String?

  @Option(help: "Before each part: strategies see it, nothing is traded.")
  var warmUp: String?

  /// The same as changes of the scenario: one reader checks both.
  var given: [GivenOption] {
    let all: [(option: String, key: String, value: String?)] = [
      ("--in", "in", inSample), ("--out", "out", outOfSample),
      ("--folds", "folds", folds.map { "\($0)" }), ("--step", "step", step),
      ("--anchored", "anchored", anchored ? "true" : nil), ("--purge", "purge", purge),
      ("--embargo", "embargo", embargo), ("--warm-up", "warmUp", warmUp),
    ]
    return all.compactMap { GivenOption($0.option, "walkforward.\($0.key)", $0.value) }
  }
}
