/// Which version of each event kind's fields a segment was written with.
internal import TradingCore

struct SchemaVersions: Equatable {
  /// One byte for each kind id; 0, as in files of format 1.0, means version 1.
  let bytes: [UInt8]

  /// The versions this build writes. Raised when a kind's fields change; the old fields then stay
  /// readable for ever (`EventFields`).
  static let current = SchemaVersions(
    unchecked: (0..<JournalFormat.schemaBytes).map {
      switch EventKind(rawValue: UInt8($0)) {
      case nil: 0
      case .place, .order, .limit, .fee, .refused: 2
      default: 1
      }
    })

  init(unchecked bytes: [UInt8]) { self.bytes = bytes }

  /// Reads a segment's table.
  init(_ bytes: [UInt8]) throws(Malformed) {
    for (kind, version) in bytes.enumerated() {
      let known = Self.current.bytes[kind]
      guard version > known, known > 0 else { continue }
      throw Malformed("version \(version) of event kind \(kind) is newer than this build")
    }
    self.bytes = bytes
  }

  /// The version of a kind's fields.
  subscript(_ kind: EventKind) -> UInt8 { max(bytes[Int(kind.rawValue)], 1) }
}
