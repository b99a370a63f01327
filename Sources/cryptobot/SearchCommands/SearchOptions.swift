/// The options of `optimize` and `walkforward` that say what to search and how.

import ArgumentParser
import Research
import TradingCore

/// The options that say what a section `search` says; each stands in its place.
struct SearchOptions: ParsableArguments {
  @Option(help: "A parameter and its values, such as fast=2..20; instead of the scenario's.")
  var over: [String] = []

  @Option(name: .customLong("where"), help: "What values must meet, such as 'fast < slow'.")
  var conditions: [String] = []

  @Option(
    help: "How points are chosen: \(SamplerKind.allCases.map(\.rawValue).joined(separator: ", ")).")
  var sampler: String?

  @Option(help: "The most trials. Default: the whole grid, else \(SearchPlan.usualTrials).")
  var trials: Int?

  @Option(help: "What is looked for: a metric, or a sum such as sharpe=1,maxDrawdown=-0.5.")
  var objective: String?

  @Option(help: "Trials with fewer closed round trips have no score.")
  var minTrips: Int?

  @Option(help: "The seed of random and tpe.")
  var seed: UInt64?

  @Option(
    help: "Trials that a sampler is asked for at a time. Default: \(SearchPlan.usualGeneration).")
  var generation: Int?

  /// The same as changes of the scenario: one reader checks both.
  var given: [GivenOption] {
    let pairs = over.isEmpty ? nil : "{\(over.map(Self.pair).joined(separator: ", "))}"
    let words =
      conditions.isEmpty ? nil : "[\(conditions.map(Self.quoted).joined(separator: ", "))]"
    let all: [(option: String, key: String, value: String?)] = [
      ("--over", "parameters", pairs), ("--where", "where", words),
      ("--sampler", "sampler", sampler.map(Self.quoted)),
      ("--trials", "trials", trials.map { "\($0)" }),
      ("--objective", "objective", objective.map(Self.objective)),
      ("--min-trips", "minTrips", minTrips.map { "\($0)" }),
      ("--seed", "seed", seed.map { "\($0)" }),
      ("--generation", "generation", generation.map { "\($0)" }),
    ]
    return all.compactMap { GivenOption($0.option, "search.\($0.key)", $0.value) }
  }

  /// `name=text` as an entry of a YAML map.
  private static func pair(_ text: String) -> String {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    return "\(quoted(String(parts[0]))): \(parts.count == 2 ? quoted(String(parts[1])) : "\"\"")"
  }

  private static func objective(_ text: String) -> String {
    guard text.contains("=") else { return quoted(text) }
    let terms = text.split(separator: ",", omittingEmptySubsequences: false)
    return "{\(terms.map { pair(String($0)) }.joined(separator: ", "))}"
  }

  private static func quoted(_ text: String) -> String { JSONValue.string(text).text() }
}
