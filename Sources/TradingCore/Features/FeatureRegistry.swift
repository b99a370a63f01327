/// The one list of features. Commands, tables and strategies read it; to add a feature, write its file and
/// add its line.

/// What a feature looks at.
public enum FeatureInput: String, Sendable, CaseIterable {
  case trades
  /// The best bid and ask, told by quotes or by a book.
  case quotes
  /// The levels of a book in step with its venue.
  case book
}

/// A feature by name: what it says, what it looks at, what it is set by.
public struct FeatureEntry: Sendable {
  public let name: String
  /// What it says, in one sentence.
  public let summary: String
  /// Where its definition comes from; empty where it needs no source.
  public let source: String
  public let inputs: [FeatureInput]
  public let parameters: [Parameter]
  private let build: @Sendable (ParameterValues) -> any Feature

  init(
    _ name: String, _ summary: String, _ inputs: [FeatureInput], _ parameters: [Parameter] = [],
    source: String = "", _ build: @escaping @Sendable (ParameterValues) -> any Feature
  ) {
    self.name = name
    self.summary = summary
    self.source = source
    self.inputs = inputs
    self.parameters = parameters
    self.build = build
  }

  /// The feature with these values, which are of the entry's `parameters`.
  public func choose(_ values: ParameterValues) -> FeatureChoice {
    FeatureChoice(entry: self, values: values, feature: build(values))
  }

  /// The feature as it is unless told otherwise.
  public var usual: FeatureChoice { choose(ParameterValues(defaultsOf: parameters)) }
}

/// A feature with its parameters set.
public struct FeatureChoice: Sendable {
  public let entry: FeatureEntry
  public let values: ParameterValues
  let feature: any Feature

  /// The columns of its numbers: the feature's name, what was set to other than its default, and the
  /// number's own name, joined by `_`: `ofi`, `ofi_window_30`, `depth_levels_5_bid`.
  public var columns: [FeatureColumn] {
    let set = zip(values.parameters, values.values).filter { $0.defaultValue != $1 }
    let name = ([entry.name] + set.map { "\($0.name)_\(plainText($1))" }).joined(separator: "_")
    return feature.outputs.map { output in
      FeatureColumn(
        name: output.name.isEmpty ? name : "\(name)_\(output.name)", unit: output.unit,
        entry: entry, values: values)
    }
  }
}

/// One column of numbers.
public struct FeatureColumn: Sendable {
  public let name: String
  public let unit: FeatureUnit
  public let entry: FeatureEntry
  public let values: ParameterValues
}

public enum FeatureRegistry {
  /// The most levels of a book that any feature follows.
  public static let mostLevels = 100
  /// The most observations that any window holds.
  public static let mostObservations = 10_000
  /// The longest window or horizon in seconds: a day.
  public static let mostSeconds = 86_400.0

  /// Every feature, by what it looks at.
  public static let all: [FeatureEntry] = quotes + book + trades

  /// The feature of that name.
  /// - Throws: `ParameterError.unknown` with the nearest known name. O(features).
  public static func entry(named name: String) throws(ParameterError) -> FeatureEntry {
    guard let entry = all.first(where: { $0.name == name }) else {
      throw .unknown(name: name, nearest: nearestName(to: name, among: all.map(\.name)))
    }
    return entry
  }
}
