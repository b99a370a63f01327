/// A field of an event as files show it: exact, and by name.

internal import TradingCore

/// A value in one of the few forms that JSON lines and CSV have in common.
public enum FieldValue: Equatable, Sendable {
  case integer(Int64)
  case unsigned(UInt64)
  /// mantissa × 10^−scale, written with all its digits; quoted in JSON, because it is exact.
  case decimal(Int128, scale: Int)
  case text(String)
  case flag(Bool)
  case number(Double)
  /// What the source did not give.
  case missing
  /// A field that few events have need of and this one leaves at its default: as if its kind did not
  /// have it, so that events of an earlier version show what they always did.
  case unused
}

/// Takes an event's fields one by one, in an order that never changes.
public protocol FieldVisitor {
  mutating func visit(_ name: String, _ value: FieldValue)
}

extension FieldVisitor {
  /// Visits a field that is shown only where it is not at its default.
  mutating func visit(_ name: String, _ value: FieldValue, unless isDefault: Bool) {
    visit(name, isDefault ? .unused : value)
  }
}

extension [UInt8] {
  /// Appends the digits of a whole number.
  mutating func append(digitsOf value: UInt64) {
    var rest = value
    let start = count
    repeat {
      append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest != 0
    self[start...].reverse()
  }

  /// Appends a signed whole number.
  mutating func append(digitsOf value: Int64) {
    if value < 0 { append(UInt8(ascii: "-")) }
    append(digitsOf: value.magnitude)
  }

  /// Appends mantissa × 10^−scale with exactly `scale` digits behind the point.
  mutating func append(decimal mantissa: Int128, scale: Int) {
    guard let small = UInt64(exactly: mantissa.magnitude), scale <= 18 else {
      return append(contentsOf: decimalText(mantissa, scale: scale).utf8)
    }
    if mantissa < 0 { append(UInt8(ascii: "-")) }
    guard scale > 0 else { return append(digitsOf: small) }
    let unit = UInt64(powerOfTen(scale))
    append(digitsOf: small / unit)
    append(UInt8(ascii: "."))
    append(fraction: small % unit, scale: scale)
  }

  private mutating func append(fraction: UInt64, scale: Int) {
    var rest = fraction
    let start = count
    for _ in 0..<scale {
      append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    }
    self[start...].reverse()
  }
}
