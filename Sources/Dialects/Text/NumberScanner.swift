/// Numbers from bytes to integers: decimals of any notation, whole numbers, epochs. Nothing here
/// makes a `Double` or a `String`; trailing zeros never cost range.

package import TradingCore

/// A decimal as read: normalised (no trailing zeros) and at most 8 decimals fine.
package struct ScannedDecimal: Equatable {
  package var value: Decimal64
  /// Whether digits other than zero beyond the eighth decimal were rounded (half to even).
  package var rounded: Bool
}

/// Reads numbers at a position in a line and moves the position behind them.
package enum NumberScanner {
  /// The finest grid a decimal is kept on, in digits behind the point.
  package static let decimals = 8

  /// Below this a mantissa takes two more digits without overflow.
  private static let roomy: UInt64 = 10_000_000_000_000_000

  /// A decimal such as `-12.50`, `.5`, `1e-05`. O(length).
  package static func decimal(
    _ text: Span<UInt8>, _ position: inout Int
  ) throws(LineFault) -> ScannedDecimal {
    let count = text.count
    var index = position
    var mantissa: UInt64 = 0
    var scale = 0
    var pendingZeros = 0
    while index < count, text[index] &- 48 < 10, mantissa < roomy {
      mantissa = mantissa * 10 + UInt64(text[index] &- 48)
      index += 1
    }
    guard index > position else { return try longDecimal(text, &position) }
    if index < count, text[index] == UInt8(ascii: ".") {
      index += 1
      while index < count, text[index] &- 48 < 10, mantissa < roomy {
        let digit = text[index] &- 48
        index += 1
        if digit == 0 {
          pendingZeros += 1
          continue
        }
        guard scale + pendingZeros < decimals else { return try longDecimal(text, &position) }
        for _ in 0...pendingZeros {
          guard mantissa < roomy * 10 else { return try longDecimal(text, &position) }
          mantissa *= 10
        }
        mantissa += UInt64(digit)
        scale += pendingZeros + 1
        pendingZeros = 0
      }
    }
    if index < count, text[index] &- 48 < 10 || text[index] | 0x20 == UInt8(ascii: "e") {
      return try longDecimal(text, &position)
    }
    position = index
    return ScannedDecimal(value: Decimal64(mantissa: Int64(mantissa), scale: scale), rounded: false)
  }

  /// A whole number with an optional minus sign.
  package static func integer(_ text: Span<UInt8>, _ position: inout Int) throws(LineFault) -> Int64
  {
    var index = position
    let negative = index < text.count && text[index] == UInt8(ascii: "-")
    if negative { index += 1 }
    let start = index
    var value: Int64 = 0
    while index < text.count, text[index] &- 48 < 10 {
      let (tens, tooBig) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflow) = tens.addingReportingOverflow(Int64(text[index] &- 48))
      guard !tooBig, !overflow else { throw LineFault("a whole number does not fit in 64 bits") }
      value = sum
      index += 1
    }
    guard index > start else { throw LineFault("expected a whole number") }
    position = index
    return negative ? -value : value
  }
}

/// Digits collected so far in the road for every notation.
private struct Digits {
  /// At most 18 significant digits.
  var mantissa: UInt64 = 0
  var kept = 0
  /// Power of ten the mantissa counts in.
  var exponent = 0
  /// Whether a digit other than zero did not fit.
  var sticky = false
  var seen = 0

  mutating func take(_ digit: UInt8, inFraction: Bool) {
    seen += 1
    if kept < 18 {
      mantissa = mantissa * 10 + UInt64(digit)
      if mantissa > 0 { kept += 1 }
      if inFraction { exponent -= 1 }
    } else {
      if digit != 0 { sticky = true }
      if !inFraction { exponent += 1 }
    }
  }
}

extension NumberScanner {
  /// The slow road: signs, exponents, long float noise. Exact for any length.
  private static func longDecimal(
    _ text: Span<UInt8>, _ position: inout Int
  ) throws(LineFault) -> ScannedDecimal {
    var index = position
    var digits = Digits()
    var negative = false
    if index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
      negative = text[index] == UInt8(ascii: "-")
      index += 1
    }
    var inFraction = false
    while index < text.count {
      let byte = text[index]
      if byte &- 48 < 10 {
        digits.take(byte &- 48, inFraction: inFraction)
      } else if byte == UInt8(ascii: "."), !inFraction {
        inFraction = true
      } else {
        break
      }
      index += 1
    }
    guard digits.seen > 0 else { throw LineFault("expected a number") }
    if index < text.count, text[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      digits.exponent += try exponent(text, &index)
    }
    var result = try settled(digits)
    if negative { result.value.mantissa = -result.value.mantissa }
    position = index
    return result
  }

  private static func exponent(
    _ text: Span<UInt8>, _ index: inout Int
  ) throws(LineFault) -> Int {
    if index < text.count, text[index] == UInt8(ascii: "+") { index += 1 }
    let value = try integer(text, &index)
    guard abs(value) < 10_000 else { throw LineFault("the exponent \(value) is out of range") }
    return Int(value)
  }

  /// Brings collected digits onto the grid of 8 decimals, half to even.
  private static func settled(_ digits: Digits) throws(LineFault) -> ScannedDecimal {
    var mantissa = digits.mantissa
    var exponent = digits.exponent
    var rounded = false
    if exponent < -decimals {
      (mantissa, rounded) = halfEven(mantissa, drop: -decimals - exponent, sticky: digits.sticky)
      exponent = -decimals
    } else if digits.sticky {
      throw LineFault("a number needs more than 18 digits")
    }
    guard mantissa > 0 else {
      return ScannedDecimal(value: Decimal64(mantissa: 0, scale: 0), rounded: rounded)
    }
    while exponent < 0, mantissa % 10 == 0 {
      mantissa /= 10
      exponent += 1
    }
    while exponent > 0 {
      let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
      guard !overflow, product <= UInt64(Int64.max) else {
        throw LineFault("a number does not fit in 64 bits")
      }
      mantissa = product
      exponent -= 1
    }
    return ScannedDecimal(
      value: Decimal64(mantissa: Int64(mantissa), scale: -exponent), rounded: rounded)
  }

  /// `mantissa` without its last `drop` digits, rounded half to even; `sticky` says that digits
  /// other than zero follow it.
  private static func halfEven(
    _ mantissa: UInt64, drop: Int, sticky: Bool
  ) -> (UInt64, rounded: Bool) {
    guard drop <= 18 else { return (0, mantissa > 0 || sticky) }
    let divisor = UInt64(powerOfTen(drop))
    var (quotient, remainder) = mantissa.quotientAndRemainder(dividingBy: divisor)
    let twice = remainder * 2
    if twice > divisor || (twice == divisor && (sticky || quotient & 1 == 1)) { quotient += 1 }
    return (quotient, remainder > 0 || sticky)
  }
}
