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
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    entry = try IndicatorRegistry.entry(named: parts.first.map(String.init) ?? "")
    var values = ParameterValues(defaultsOf: entry.parameters)
    var settings: [String] = []
    if parts.count == 2 {
      for part in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
        let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard pair.count == 2, let value = Decimal64(String(pair[1])) else {
          throw .conflict("`\(text)`: `\(part)` is not a parameter and its number, as in length=20")
        }
        try values.set(String(pair[0]), to: value.approximate)
        settings.append(String(part))
      }
    }
    self.values = values
    label = entry.name + (settings.isEmpty ? "" : "(\(settings.joined(separator: " ")))")
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

extension Decimal64 {
  /// The nearest `Double`, for mantissas below 2⁵³; for judgement, never for books.
  var approximate: Double { Double(mantissa) / Double(powerOfTen(scale)) }
}
