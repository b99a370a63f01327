/// Decimal text to integers and back, byte by byte, never through a `Double`.

/// A decimal number as mantissa × 10^−scale, exactly as written.
public struct Decimal64: Equatable, Sendable, BitwiseCopyable {
  public var mantissa: Int64
  /// Digits behind the point, 0…18.
  public var scale: Int

  public init(mantissa: Int64, scale: Int) {
    self.mantissa = mantissa
    self.scale = scale
  }

  /// The same value without trailing zeros behind the point.
  public var normalised: Decimal64 {
    var result = self
    while result.scale > 0, result.mantissa % 10 == 0 {
      result.mantissa /= 10
      result.scale -= 1
    }
    return result
  }

  /// The value at `newScale` digits, half to even where digits are dropped; `nil` when it does not
  /// fit in 64 bits. `exact` is false when a digit other than zero was dropped.
  public func rescaled(to newScale: Int) -> (mantissa: Int64, exact: Bool)? {
    if newScale >= scale {
      guard newScale - scale <= 18 else { return mantissa == 0 ? (0, true) : nil }
      let (product, overflow) = mantissa.multipliedReportingOverflow(
        by: powerOfTen(newScale - scale))
      return overflow ? nil : (product, true)
    }
    let divisor = powerOfTen(scale - newScale)
    let (quotient, remainder) = mantissa.quotientAndRemainder(dividingBy: divisor)
    guard remainder != 0 else { return (quotient, true) }
    let twice = remainder.magnitude * 2
    let up = twice > divisor.magnitude || (twice == divisor.magnitude && quotient & 1 != 0)
    return (up ? quotient + (mantissa < 0 ? -1 : 1) : quotient, false)
  }
}

extension Decimal64 {
  /// A number as people write it: digits, one point, a minus sign, underscores between digits
  /// (`100_000`). `nil` for any other text, more than 18 decimals and what does not fit in 64 bits.
  public init?(_ text: String) {
    self.init(mantissa: 0, scale: 0)
    let isNegative = text.utf8.first == UInt8(ascii: "-")
    var hasPoint = false
    var last: UInt8 = 0
    for byte in text.utf8.dropFirst(isNegative ? 1 : 0) {
      switch byte {
      case UInt8(ascii: "_") where last >= UInt8(ascii: "0") && last <= UInt8(ascii: "9"): break
      case UInt8(ascii: ".") where !hasPoint && last != UInt8(ascii: "_"): hasPoint = true
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        guard append(byte - UInt8(ascii: "0"), inFraction: hasPoint) else { return nil }
      default: return nil
      }
      last = byte
    }
    guard last != 0, last != UInt8(ascii: "_"), text.utf8.contains(where: { $0 >= 48 && $0 <= 57 })
    else { return nil }
    if isNegative { mantissa = -mantissa }
  }

  /// Takes one more digit; `false` when there is no room for it.
  private mutating func append(_ digit: UInt8, inFraction: Bool) -> Bool {
    let (tens, high) = mantissa.multipliedReportingOverflow(by: 10)
    let (sum, low) = tens.addingReportingOverflow(Int64(digit))
    guard !high, !low, !inFraction || scale < 18 else { return false }
    mantissa = sum
    if inFraction { scale += 1 }
    return true
  }
}

/// Writes `mantissa` × 10^−`scale` as decimal text with exactly `scale` digits behind the point.
public func decimalText(_ mantissa: Int128, scale: Int) -> String {
  let digits = DecimalDigits(mantissa.magnitude)
  let length = max(digits.count, scale + 1)
  var text: [UInt8] = []
  text.reserveCapacity(length + 2)
  if mantissa < 0 { text.append(UInt8(ascii: "-")) }
  for place in stride(from: length - 1, through: 0, by: -1) {
    text.append(digits[place])
    if place == scale, scale > 0 { text.append(UInt8(ascii: ".")) }
  }
  return String(decoding: text, as: UTF8.self)
}

/// The digits of a number in ASCII, the last one first: long tables are written with them.
private struct DecimalDigits {
  private var digits = InlineArray<39, UInt8>(repeating: UInt8(ascii: "0"))
  private(set) var count = 0

  /// 64 bits at a time: dividing 128 is slow.
  init(_ number: UInt128) {
    var rest = number
    while rest > UInt128(UInt64.max) {
      let (quotient, last) = rest.quotientAndRemainder(dividingBy: 10_000_000_000_000_000_000)
      let end = count + 19
      put(UInt64(last))
      count = end
      rest = quotient
    }
    put(UInt64(rest))
  }

  private mutating func put(_ number: UInt64) {
    var rest = number
    repeat {
      digits[count] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
      count += 1
    } while rest > 0
  }

  /// The digit at 10^`place`; zero beyond the first.
  subscript(place: Int) -> UInt8 { place < count ? digits[place] : UInt8(ascii: "0") }
}

/// A setting as people write it: whole numbers without a point, others in the fewest digits that
/// give the same `Double` back.
public func plainText(_ value: Double) -> String {
  Int64(exactly: value).map { "\($0)" } ?? "\(value)"
}

/// Reads what `plainText` writes, and decimals with or without an exponent besides; `nil` for what is no
/// finite number, and for numbers in base 16. Zero has no sign. O(length).
public func plainNumber(_ text: String) -> Double? {
  guard !text.utf8.contains(where: { $0 == UInt8(ascii: "x") || $0 == UInt8(ascii: "X") }),
    let value = Double(text), value.isFinite
  else { return nil }
  return value == 0 ? 0 : value
}

extension Money {
  /// Decimal text of the amount, `decimals` digits behind the point, rounded half to even.
  public func text(decimals: Int) -> String {
    let rounded = rounded(toDecimals: decimals).units
    return decimalText(rounded / Int128(powerOfTen(Money.scale - decimals)), scale: decimals)
  }
}
