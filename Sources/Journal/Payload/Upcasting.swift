/// Old events read as today's. The fields of a kind may change; the bytes on disk never do. Each change
/// raises the kind's version (`SchemaVersions.current`) and leaves here how the version before is read.
///
/// Market events in columns need none of this: a new field is a new column, and a block without that
/// column has the field's default.
internal import TradingCore

/// How one earlier version of a kind's row becomes an event of today.
struct Upcaster: Sendable {
  let kind: EventKind
  /// The version it reads.
  let version: UInt8
  /// Reads the fields of that version, all of them, and fills in what it did not say.
  let read: @Sendable (inout FieldReader) throws(Malformed) -> EventBody

  /// Every earlier version there ever was, oldest first: append only.
  static let all: [Upcaster] = [
    Upcaster(kind: .place, version: 1) { (fields) throws(Malformed) in
      var terms = OrderTerms.blank
      try terms.visitFirst(&fields)
      return .place(terms)
    },
    Upcaster(kind: .order, version: 1) { (fields) throws(Malformed) in
      var order = Order.blank
      try fields.unsigned(&order.cause)
      try order.terms.visitFirst(&fields)
      return .order(order)
    },
    Upcaster(kind: .limit, version: 1) { (fields) throws(Malformed) in
      var change = LimitChange.blank
      try change.visitFirst(&fields)
      return .limit(change)
    },
    Upcaster(kind: .fee, version: 1) { (fields) throws(Malformed) in
      var schedule = FeeSchedule.blank
      try schedule.visitFirst(&fields)
      return .fee(schedule)
    },
    Upcaster(kind: .refused, version: 1) { (fields) throws(Malformed) in
      var refused = Refused.blank
      try refused.visitFirst(&fields)
      return .refused(refused)
    },
  ]
}

extension SchemaVersions {
  /// What reads the rows of a segment with these versions, beside today's fields; mostly nothing.
  /// - Parameters:
  ///   - current: the versions of today.
  ///   - upcasters: how earlier ones are read.
  /// - Throws: `Malformed` when an earlier version has no reader.
  func upcasters(
    to current: SchemaVersions = .current, among upcasters: [Upcaster] = Upcaster.all
  ) throws(Malformed) -> [Upcaster] {
    var found: [Upcaster] = []
    for kind in EventKind.allCases where self[kind] < current[kind] {
      guard let upcaster = upcasters.first(where: { $0.kind == kind && $0.version == self[kind] })
      else { throw Malformed("nothing reads version \(self[kind]) of event kind \(kind.rawValue)") }
      found.append(upcaster)
    }
    return found
  }
}
