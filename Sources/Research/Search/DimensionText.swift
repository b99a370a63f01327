/// How people write the values of a dimension: `2..20`, `20..200:10`, `log:0.001..0.1`, `5ms..50ms:5ms`,
/// `book|quote`.

internal import TradingCore

extension Dimension {
  /// Forms of the text, for help and errors.
  public static let forms = "LOW..HIGH, LOW..HIGH:STEP, log:LOW..HIGH or ONE|OTHER|…"

  /// Reads what stands behind a dimension's name.
  /// - Parameters:
  ///   - isWhole: whether only whole numbers are meant; `nil`: where all are written without a point.
  /// - Throws: `SearchError` with the forms there are.
  init(
    key: String, name: String, text: String, isWhole: Bool?
  ) throws(SearchError) {
    guard let parts = RangeText(text) else {
      let words = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      guard !words.contains(""), !text.contains("..") else {
        throw SearchError("`\(name)`: \"\(text)\" is none of \(Dimension.forms)")
      }
      try self.init(key: key, name: name, values: .choice(words))
      return
    }
    guard parts.low <= parts.high else {
      throw SearchError("`\(name)`: \"\(text)\" ends below its beginning")
    }
    let fits = parts.numbers.allSatisfy { Int64(exactly: $0) != nil }
    guard fits || isWhole != true else {
      throw SearchError("`\(name)`: \"\(text)\" must have whole numbers only")
    }
    let values: Values =
      if isWhole ?? (fits && !text.contains(/\d\.\d|e/)) {
        .whole(
          Int64(parts.low)...Int64(parts.high), step: parts.step.map { Int64($0) } ?? 1,
          isLog: parts.isLog)
      } else {
        .number(parts.low...parts.high, step: parts.step, isLog: parts.isLog)
      }
    try self.init(key: key, name: name, values: values, unit: parts.unit)
  }
}

/// The parts of `log:LOW..HIGH:STEP`, the same unit behind each number.
private struct RangeText {
  var isLog = false
  var low = 0.0
  var high = 0.0
  var step: Double?
  var unit = ""

  var numbers: [Double] { [low, high] + (step.map { [$0] } ?? []) }

  init?(_ text: String) {
    var rest = text[...]
    if rest.hasPrefix("log:") {
      isLog = true
      rest = rest.dropFirst(4)
    }
    guard let dots = rest.firstRange(of: "..") else { return nil }
    let tail = rest[dots.upperBound...].split(separator: ":", omittingEmptySubsequences: false)
    guard tail.count <= 2, let low = RangeText.number(rest[..<dots.lowerBound]),
      let high = RangeText.number(tail[0]), low.unit == high.unit
    else { return nil }
    (self.low, self.high, unit) = (low.value, high.value, low.unit)
    guard tail.count == 2 else { return }
    guard let step = RangeText.number(tail[1]), step.unit == unit else { return nil }
    self.step = step.value
  }

  /// A number and the unit behind it: letters or a percent sign.
  private static func number(_ text: Substring) -> (value: Double, unit: String)? {
    let trimmed = text.drop { $0 == " " }
    let digits = trimmed.prefix { $0.isNumber || "+-.eE".contains($0) }
    for end in [digits.endIndex] + digits.indices.reversed() {
      guard let value = Double(trimmed[..<end]), value.isFinite else { continue }
      var unit = trimmed[end...]
      while unit.last == " " { unit.removeLast() }
      return unit.allSatisfy { $0.isLetter || $0 == "%" } ? (value, String(unit)) : nil
    }
    return nil
  }
}

extension Dimension {
  /// The values as they are written; reading it gives the same dimension.
  public var form: String {
    switch values {
    case .choice(let words): return words.joined(separator: "|")
    case .whole(let range, let step, let isLog):
      let ends = (Double(range.lowerBound), Double(range.upperBound))
      return form(ends, step: step == 1 ? nil : Double(step), isLog, plainText)
    case .number(let range, let step, let isLog):
      // A point says that not only whole numbers are meant.
      return form((range.lowerBound, range.upperBound), step: step, isLog) { "\($0)" }
    }
  }

  private func form(
    _ ends: (Double, Double), step: Double?, _ isLog: Bool, _ text: (Double) -> String
  ) -> String {
    (isLog ? "log:" : "") + text(ends.0) + unit + ".." + text(ends.1) + unit
      + (step.map { ":" + text($0) + unit } ?? "")
  }
}
