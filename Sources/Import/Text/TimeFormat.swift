/// The user's word for how a file writes its times: strptime's %Y %m %d %H %M %S %f, read here so
/// that no locale and no system library decides what a moment is.

import Dialects

/// A parsed format, checked before the first line is read.
struct TimeFormat: Equatable {
  private enum Part: Equatable {
    case year, month, day, hour, minute, second, fraction
    case literal(UInt8)
  }

  private let parts: [Part]

  /// - Throws: `ImportError.usage` for a directive outside the subset, or without a date.
  init(_ format: String) throws(ImportError) {
    var parts: [Part] = []
    var bytes = format.utf8.makeIterator()
    while let byte = bytes.next() {
      guard byte == UInt8(ascii: "%") else {
        parts.append(.literal(byte))
        continue
      }
      let directive = bytes.next() ?? UInt8(ascii: " ")
      guard let part = TimeFormat.part(directive) else {
        let name = Character(UnicodeScalar(directive))
        throw .usage("--time-format: %\(name) is none of %Y %m %d %H %M %S %f %%")
      }
      parts.append(part)
    }
    guard parts.contains(.year), parts.contains(.month), parts.contains(.day) else {
      throw .usage("--time-format \"\(format)\" lacks one of %Y, %m, %d")
    }
    self.parts = parts
  }

  private static func part(_ directive: UInt8) -> Part? {
    switch directive {
    case UInt8(ascii: "Y"): .year
    case UInt8(ascii: "m"): .month
    case UInt8(ascii: "d"): .day
    case UInt8(ascii: "H"): .hour
    case UInt8(ascii: "M"): .minute
    case UInt8(ascii: "S"): .second
    case UInt8(ascii: "f"): .fraction
    case UInt8(ascii: "%"): .literal(UInt8(ascii: "%"))
    default: nil
    }
  }

  /// The moment written at `position`, in nanoseconds since the epoch, UTC. Month, day and time
  /// take one or two digits as they come.
  func nanoseconds(_ text: Span<UInt8>, _ position: inout Int) throws(LineFault) -> Int64 {
    var time = CalendarTime()
    for part in parts {
      switch part {
      case .year: time.year = try TimeScanner.digits(4, text, &position)
      case .month: time.month = try twoDigits(text, &position)
      case .day: time.day = try twoDigits(text, &position)
      case .hour: time.hour = try twoDigits(text, &position)
      case .minute: time.minute = try twoDigits(text, &position)
      case .second: time.second = try twoDigits(text, &position)
      case .fraction: time.nanosecond = try billionths(text, &position)
      case .literal(let byte):
        guard position < text.count, text[position] == byte else {
          throw LineFault("a time does not follow --time-format")
        }
        position += 1
      }
    }
    return try time.nanoseconds()
  }

  private func twoDigits(_ text: Span<UInt8>, _ position: inout Int) throws(LineFault) -> Int64 {
    let two = text.count - position >= 2 && text[position + 1] &- 48 < 10
    return try TimeScanner.digits(two ? 2 : 1, text, &position)
  }

  private func billionths(_ text: Span<UInt8>, _ position: inout Int) throws(LineFault) -> Int64 {
    var value: Int64 = 0
    var place: Int64 = 100_000_000
    while position < text.count, text[position] &- 48 < 10, place > 0 {
      value += Int64(text[position] &- 48) * place
      place /= 10
      position += 1
    }
    return value
  }
}
