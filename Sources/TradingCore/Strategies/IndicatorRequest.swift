/// An indicator as people ask for it: `ema`, `ema:length=50`, `macd:fast=8,slow=21`.

/// A name of the registry with checked values.
public struct IndicatorRequest: Sendable {
  public let entry: IndicatorEntry
  public let values: ParameterValues
  /// What heads its columns: its name, and in brackets what was set: `macd(fast=8 slow=21)`.
  public let label: String

  /// Reads the text form; what is not set has its default.
  /// - Throws: `ParameterError` that names what is not known, not a number, out of its range or does not
  ///   go together.
  public init(_ text: String) throws(ParameterError) {
    let spelled = SpelledParameters(text)
    entry = try IndicatorRegistry.entry(named: spelled.name)
    values = try spelled.values(of: entry.parameters)
    let settings = spelled.settings.joined(separator: " ")
    label = entry.name + (settings.isEmpty ? "" : "(\(settings))")
    _ = try entry.make(values)
  }

  /// The indicator, which has seen nothing yet.
  /// - Throws: nothing for values that were checked here.
  public func make() throws(ParameterError) -> AnyIndicator { try entry.make(values) }

  /// A heading for each of its answers: the label alone where there is one answer.
  public var columns: [String] {
    entry.outputs.count == 1 ? [label] : entry.outputs.map { "\(label).\($0)" }
  }
}
