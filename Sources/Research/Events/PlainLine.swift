/// An event as one line for eyes: sequence, receive time, kind, then `name=value`; flags by their
/// name alone where they are true, what is missing left out.

public import TradingCore

struct PlainLineVisitor: FieldVisitor {
  private(set) var bytes: [UInt8]
  private let receiveTime: Timestamp
  private let venueTime: Timestamp

  private static let sequenceWidth = 9
  private static let kindWidth = 12

  init(appendingTo bytes: consuming [UInt8], _ event: Event) {
    self.bytes = bytes
    receiveTime = event.receiveTime
    venueTime = event.venueTime
  }

  mutating func visit(_ name: String, _ value: FieldValue) {
    switch name {
    case "sequence":
      append(value, width: PlainLineVisitor.sequenceWidth, isRight: true)
      bytes.append(contentsOf: "  \(receiveTime.iso8601)".utf8)
    case "receiveTime", "venueTime": break
    case "kind":
      bytes.append(contentsOf: "  ".utf8)
      append(value, width: PlainLineVisitor.kindWidth, isRight: false)
      if !venueTime.isNone { bytes.append(contentsOf: " venueTime=\(venueTime.iso8601)".utf8) }
    default:
      switch value {
      case .missing, .unused, .flag(false): return
      case .flag(true): bytes.append(contentsOf: " \(name)".utf8)
      default:
        bytes.append(contentsOf: " \(name)=".utf8)
        append(value)
      }
    }
  }

  mutating func endLine() { bytes.append(UInt8(ascii: "\n")) }

  private mutating func append(_ value: FieldValue, width: Int, isRight: Bool) {
    let start = bytes.count
    append(value)
    let spaces = [UInt8](repeating: UInt8(ascii: " "), count: max(0, width - bytes.count + start))
    bytes.insert(contentsOf: spaces, at: isRight ? start : bytes.count)
  }

  private mutating func append(_ value: FieldValue) {
    switch value {
    case .integer(let number): bytes.append(digitsOf: number)
    case .unsigned(let number): bytes.append(digitsOf: number)
    case .decimal(let mantissa, let scale): bytes.append(decimal: mantissa, scale: scale)
    case .text(let text):
      bytes.append(contentsOf: printableLine(text).utf8)
    case .flag(let flag): bytes.append(contentsOf: (flag ? "true" : "false").utf8)
    case .number(let number): bytes.append(contentsOf: "\(number)".utf8)
    case .missing, .unused: break
    }
  }
}

extension [UInt8] {
  /// Appends an event as one line, JSON or plain.
  public mutating func appendLine(
    _ event: Event, _ sequence: Sequence64, _ fields: borrowing EventFields, asJSON: Bool
  ) {
    if asJSON {
      var visitor = JSONLineVisitor(appendingTo: consumeAll())
      visitor.append(event, sequence, fields)
      self = visitor.bytes
    } else {
      var visitor = PlainLineVisitor(appendingTo: consumeAll(), event)
      fields.visit(event, sequence: sequence, by: &visitor)
      visitor.endLine()
      self = visitor.bytes
    }
  }

  /// The bytes, leaving this array empty, so that a visitor can append without copying.
  private mutating func consumeAll() -> [UInt8] {
    var taken: [UInt8] = []
    swap(&taken, &self)
    return taken
  }
}
