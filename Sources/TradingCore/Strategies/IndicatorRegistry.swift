/// The one list of indicators. Commands, reports and composed strategies read it; to add an indicator,
/// write its file and add its line.

/// An indicator by name: what it says, what it looks at, what it is set by and what it answers.
public struct IndicatorEntry: Sendable {
  public let name: String
  /// What it says, in one sentence.
  public let summary: String
  /// How it is computed, with what stands where a division by zero would.
  public let definition: String
  /// What TA-Lib calls it and where the two differ; `nil` where TA-Lib has none.
  public let talib: String?
  public let input: IndicatorInput
  public let parameters: [Parameter]
  /// The names of its answers, in the order of `AnyIndicator.update`.
  public let outputs: [String]

  /// Parameters of which none may exceed the next.
  private let ascending: [String]
  private let build: @Sendable (ParameterValues) -> AnyIndicator

  init<Member: Indicator>(
    _ name: String, _ summary: String, _ definition: String, talib: String? = nil,
    _ parameters: [Parameter], ascending: [String] = [],
    _ build: @escaping @Sendable (ParameterValues) -> Member
  ) where Member.Input: SampleReadable, Member.Output: NamedNumbers {
    self.name = name
    self.summary = summary
    self.definition = definition
    self.talib = talib
    self.parameters = parameters
    self.ascending = ascending
    input = Member.Input.input
    outputs = Member.Output.names
    self.build = { AnyIndicator(build($0)) }
  }

  /// The indicator with these values, which are of the entry's `parameters`.
  /// - Throws: `ParameterError.conflict` when values do not go together.
  public func make(_ values: ParameterValues) throws(ParameterError) -> AnyIndicator {
    for (lower, upper) in zip(ascending, ascending.dropFirst())
    where values[lower] > values[upper] {
      throw .conflict("`\(lower)` must not exceed `\(upper)`")
    }
    return build(values)
  }
}

public enum IndicatorRegistry {
  /// The most bars any window may span.
  public static let mostBars = 10_000

  /// The families, each with a name for people.
  public static let families: [(name: String, entries: [IndicatorEntry])] = [
    ("Averages", averages), ("Momentum", momentum), ("Oscillators", oscillators), ("Trend", trend),
    ("Volatility", volatility), ("Volume", volume), ("Statistics", statistics),
  ]

  /// Every indicator, by family.
  public static let all: [IndicatorEntry] = families.flatMap(\.entries)

  /// The indicator of that name.
  /// - Throws: `ParameterError.noIndicator` with the nearest known name. O(indicators).
  public static func entry(named name: String) throws(ParameterError) -> IndicatorEntry {
    guard let entry = all.first(where: { $0.name == name }) else {
      throw .noIndicator(name, nearest: nearestName(to: name, among: all.map(\.name)))
    }
    return entry
  }

  /// A window in bars.
  static func bars(
    _ usual: Int, _ name: String = "length", from least: Int = 1, help: String = "bars looked at"
  ) -> Parameter {
    Parameter(
      name, .whole, default: Double(usual), in: Double(least)...Double(mostBars), unit: "bars",
      help: help)
  }

  /// How many deviations or ranges a band lies away.
  static func width(_ usual: Double) -> Parameter {
    Parameter(
      "width", .number, default: usual, in: 0.01...100, help: "deviations or ranges to each side")
  }
}
