/// The notations that only scenarios have: shares and amounts that must be positive.

internal import TradingCore

public enum ScenarioValues {
  /// A share in units of 10^−`scale`: `0.25`, `25%` or `2500bp`; `nil` where digits lie beyond the scale.
  public static func share(_ text: String, scale: Int) -> Int64? {
    var digits = text[...]
    var shift = 0
    if digits.hasSuffix("%") {
      digits.removeLast()
      shift = 2
    } else if digits.hasSuffix("bp") {
      digits.removeLast(2)
      shift = 4
    }
    while digits.last == " " { digits.removeLast() }
    guard var number = Decimal64(String(digits))?.normalised else { return nil }
    number.scale += shift
    guard number.scale <= 18, let result = number.rescaled(to: scale), result.exact else {
      return nil
    }
    return result.mantissa
  }

  /// A decimal above zero.
  static func positive(_ text: String) -> Decimal64? {
    Decimal64(text).flatMap { $0.mantissa > 0 ? $0 : nil }
  }
}
