/// `name:parameter=number,…`, as people ask for an indicator or a feature: read here and nowhere else.

/// A name and what was set, split but not yet looked up.
public struct SpelledParameters: Equatable, Sendable {
  /// What stands before the colon.
  public let name: String
  /// Each `parameter=number` as it was written; empty without a colon.
  public let settings: [String]

  /// Splits any text. O(n).
  public init(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    name = parts.first.map(String.init) ?? ""
    settings = parts.dropFirst().flatMap { list in
      list.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  /// The values that were set, and the defaults of all others. Numbers are decimals such as `2.5`.
  /// - Throws: `ParameterError` that names what is no setting, not known, set twice or out of its range.
  public func values(
    of parameters: [Parameter]
  ) throws(ParameterError) -> ParameterValues {
    var values = ParameterValues(defaultsOf: parameters)
    var seen: [String] = []
    for setting in settings {
      let pair = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard pair.count == 2, let value = Decimal64(String(pair[1])) else {
        throw .conflict("`\(setting)` is not a parameter and its number, as in length=20")
      }
      let parameter = String(pair[0])
      try values.set(parameter, to: value.approximate)
      guard !seen.contains(parameter) else { throw .conflict("`\(parameter)` is set twice") }
      seen.append(parameter)
    }
    return values
  }
}

extension Decimal64 {
  /// The nearest `Double`, for mantissas below 2⁵³; for judgement, never for books.
  var approximate: Double { Double(mantissa) / Double(powerOfTen(scale)) }
}
