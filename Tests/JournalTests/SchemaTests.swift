/// Old events stay readable for ever: versions, upcasters, and the lists of fields as they were when
/// each version was first written.

import Testing
import TradingCore

@testable import Journal

/// The fields of every kind and version as they were released. A line is never changed: whoever
/// changes a kind's fields raises its version, adds an upcaster and adds a line.
private let released: [EventKind: [UInt8: String]] = [
  .trade: [
    1:
      "instrument u16, price i64, quantity i64, id i64, firstID i64, count u32, "
      + "aggressor Side, isAggregate flag"
  ],
  .quote: [
    1:
      "instrument u16, bidPrice i64, bidQuantity i64, askPrice i64, askQuantity i64, "
      + "updateID i64"
  ],
  .depth: [
    1:
      "instrument u16, side Side, price i64, quantity i64, lastUpdateID i64, updateSpan "
      + "u32, flags u8"
  ],
  .bookSnapshot: [1: "instrument u16, side Side, price i64, quantity i64, updateID i64, flags u8"],
  .candle: [
    1:
      "instrument u16, intervalSeconds u32, open i64, high i64, low i64, close i64, "
      + "volume i64"
  ],
  .funding: [1: "instrument u16, rate i64, nextTime i64"],
  .reading: [1: "instrument u16, feature u16, value f64"],
  .accepted: [1: "order u64, venueOrderID i64, instrument u16, reason RejectReason"],
  .rejected: [1: "order u64, venueOrderID i64, instrument u16, reason RejectReason"],
  .sent: [1: "order u64, venueOrderID i64, instrument u16, reason RejectReason"],
  .sendFailed: [1: "order u64, venueOrderID i64, instrument u16, reason RejectReason"],
  .amended: [1: "order u64, price i64, quantity i64, instrument u16"],
  .fill: [
    1:
      "order u64, price i64, quantity i64, fee i64, tradeID i64, feeAsset u16, "
      + "instrument u16, side Side, liquidity Liquidity"
  ],
  .canceled: [1: "order u64, venueOrderID i64, instrument u16, reason RejectReason"],
  .expired: [1: "order u64, venueOrderID i64, instrument u16, reason RejectReason"],
  .unknown: [1: "order u64, venueOrderID i64, instrument u16, reason RejectReason"],
  .balance: [1: "amount i128, asset u16, reason u8"],
  .adjustment: [1: "amount i128, asset u16, reason u8"],
  .connected: [1: "venue u16, stream StreamKind"],
  .disconnected: [1: "venue u16, stream StreamKind"],
  .triggered: [1: "order u64, venueOrderID i64, instrument u16, reason RejectReason"],
  .gap: [1: "count u64, instrument u16, stream StreamKind, reason GapReason"],
  .timer: [1: "id u32"],
  .clockStep: [1: "step i64"],
  .place: [
    1:
      "price i64, quantity i64, instrument u16, side Side, type OrderType, timeInForce "
      + "TimeInForce, reduceOnly flag",
    2:
      "price i64, quantity i64, instrument u16, side Side, type OrderType, timeInForce "
      + "TimeInForce, flags u8, trigger i64, expirySeconds u32, trailing u16, parts u8, "
      + "list u8, book u8",
  ],
  .amend: [1: "order u64, price i64, quantity i64, cause u64"],
  .cancel: [1: "order u64, cause u64"],
  .flatten: [1: "instrument u16"],
  .halt: [1: "reason u8"],
  .resume: [1: "reason u8"],
  .configure: [1: "value i64, index u16, instrument u16, setting Setting"],
  .limit: [
    1: "value i64, kind LimitKind",
    2: "value i64, kind LimitKind, instrument u16, book u8",
  ],
  .key: [1: "fingerprint bits, id u32, action KeyAction"],
  .execute: [
    1:
      "quantity i64, limit i64, durationSeconds u32, slices u16, participation u16, "
      + "instrument u16, side Side, algorithm ExecutionAlgorithm, book u8"
  ],
  .instrument: [
    1:
      "instrument u16, tickMantissa i64, tickScale u8, lotMantissa i64, lotScale u8, "
      + "minQuantity i64, minNotional i64, base u16, quote u16, kind InstrumentKind, "
      + "origin DefinitionOrigin"
  ],
  .asset: [1: "asset u16, commissionDecimals u8"],
  .fee: [
    1: "instrument u16, maker i64, taker i64, asset u16, currency FeeCurrency",
    2:
      "instrument u16, maker i64, taker i64, asset u16, currency FeeCurrency, "
      + "basis FeeBasis, fromVolume i64, discount i64",
  ],
  .text: [
    1:
      "subject TextSubject, id u16, flags u8, count byte≤40, words byte≤5, bytes bits, "
      + "bytes bits, bytes bits, bytes bits, bytes bits"
  ],
  .model: [1: "id u16, digest bits, digest bits, digest bits, digest bits"],
  .build: [1: "version u32"],
  .logicVersion: [1: "version u32"],
  .notice: [1: "count u64, instrument u16, code NoticeCode"],
  .filter: [
    1:
      "instrument u16, kind FilterKind, low i64, high i64, step i64, other i64, "
      + "averageMinutes u16"
  ],
  .latency: [
    1: "time i64, feed i64, entry i64, response i64, spread i64, action LatencyAction"
  ],
  .signal: [
    1:
      "cause u64, instrument u16, kind SignalKind, side Side, weightMillionths i32, bid "
      + "i64, ask i64, quantity i64"
  ],
  .order: [
    1:
      "cause u64, price i64, quantity i64, instrument u16, side Side, type OrderType, "
      + "timeInForce TimeInForce, reduceOnly flag",
    2:
      "cause u64, price i64, quantity i64, instrument u16, side Side, type OrderType, timeInForce "
      + "TimeInForce, flags u8, trigger i64, expirySeconds u32, trailing u16, parts u8, "
      + "list u8, book u8",
  ],
  .amendRequest: [1: "order u64, price i64, quantity i64, cause u64"],
  .cancelRequest: [1: "order u64, cause u64"],
  .refused: [
    1:
      "cause u64, value i64, limit i64, quantity i64, instrument u16, side Side, reason "
      + "RefusalReason",
    2:
      "cause u64, value i64, limit i64, quantity i64, instrument u16, side Side, reason "
      + "RefusalReason, suggested i64",
  ],
  .alert: [1: "cause u64, value i64, code AlertCode"],
  .stateHash: [1: "state bits, strategy bits"],
  .request: [
    1:
      "cause u64, price i64, quantity i64, instrument u16, side Side, type OrderType, timeInForce "
      + "TimeInForce, flags u8, trigger i64, expirySeconds u32, trailing u16, parts u8, "
      + "list u8, book u8"
  ],
  .parent: [
    1:
      "cause u64, quantity i64, limit i64, durationSeconds u32, slices u16, "
      + "participation u16, instrument u16, side Side, algorithm ExecutionAlgorithm, book u8"
  ],
  .parentEnded: [
    1:
      "parent u64, filled i64, arrivalHalfTicks i64, shortfall i64, instrument u16, "
      + "outcome ParentOutcome"
  ],
]

/// A row of `kind` whose fields `write` gives, as an earlier build would have written it.
private func row(_ kind: EventKind, _ write: (inout FieldWriter) -> Void) -> [UInt8] {
  var fields = FieldWriter()
  var receive: Int64 = 7
  fields.signed(&receive)
  var given = false
  fields.flag(&given)
  write(&fields)
  return [kind.rawValue, UInt8(fields.bytes.count)] + fields.bytes.bytes
}

@Suite("Event versions")
struct SchemaTests {
  /// As if gaps had once named nothing but instrument and count.
  private let upcaster = Upcaster(kind: .gap, version: 1) { (fields) throws(Malformed) in
    var gap = Gap(instrument: .none, stream: .any, count: 0, reason: .disconnected)
    try fields.instrument(&gap.instrument)
    try fields.unsigned(&gap.count)
    return .gap(gap)
  }

  private func versions(_ changes: [EventKind: UInt8]) throws -> SchemaVersions {
    var bytes = SchemaVersions.current.bytes
    for (kind, version) in changes { bytes[Int(kind.rawValue)] = version }
    return try SchemaVersions(bytes)
  }

  @Test("an earlier version's row becomes an event of today")
  func upcasting() throws {
    var (instrument, count) = (InstrumentID(3), UInt64(9))
    let bytes = row(.gap) { fields in
      fields.instrument(&instrument)
      fields.unsigned(&count)
    }
    var reader = RowReader(bytes, upcasters: [upcaster])
    let gap = Gap(instrument: instrument, stream: .any, count: 9, reason: .disconnected)
    #expect(try reader.next() == Event(receiveTime: Timestamp(nanoseconds: 7), .gap(gap)))
    #expect(reader.isAtEnd)
    var current = RowReader(bytes)
    #expect(throws: Malformed.self) { try current.next() }
  }

  /// Rows as version 1 wrote them, byte by byte: kind, length, receive time 7, no venue time, fields.
  private static var firstRows: [([UInt8], EventBody)] {
    let instrument = InstrumentID(3)
    func terms(reduceOnly: Bool) -> OrderTerms {
      OrderTerms(
        instrument: instrument, side: .sell, type: .limit, quantity: Quantity(lots: 5),
        price: Price(ticks: 100), timeInForce: .immediateOrCancel, reduceOnly: reduceOnly)
    }
    return [
      ([48, 10, 14, 0, 0xC8, 1, 10, 3, 1, 1, 1, 1], .place(terms(reduceOnly: true))),
      ([48, 10, 14, 0, 0xC8, 1, 10, 3, 1, 1, 1, 0], .place(terms(reduceOnly: false))),
      (
        [81, 11, 14, 0, 9, 0xC8, 1, 10, 3, 1, 1, 1, 1],
        .order(Order(cause: 9, terms: terms(reduceOnly: true)))
      ),
      ([55, 4, 14, 0, 100, 2], .limit(LimitChange(.maxDrawdown, value: 50))),
      (
        [66, 9, 14, 0, 3, 1, 20, 0xFF, 0xFF, 3, 1],
        .fee(FeeSchedule(instrument: instrument, maker: -1, taker: 10, currency: .received))
      ),
      (
        [84, 9, 14, 0, 9, 14, 12, 10, 3, 1, 2],
        .refused(
          Refused(
            cause: 9, instrument: instrument, side: .sell, quantity: Quantity(lots: 5),
            reason: .maxOrder, value: 7, limit: 6))
      ),
    ]
  }

  @Test("rows of version 1 are today's events, with nothing in what they did not say")
  func firstVersion() throws {
    let first = try SchemaVersions([UInt8](repeating: 0, count: JournalFormat.schemaBytes))
    for (bytes, body) in Self.firstRows {
      var reader = RowReader(bytes, upcasters: try first.upcasters())
      #expect(try reader.next() == Event(receiveTime: Timestamp(nanoseconds: 7), body))
      #expect(reader.isAtEnd)
      var today = RowReader(bytes)
      #expect(throws: Malformed.self) { try today.next() }
    }
    #expect(Set(Self.firstRows.map(\.1.kind)) == Set(Upcaster.all.map(\.kind)))
  }

  @Test("a row of version 1 with a field too many, too few or a flag of 2 is refused")
  func firstVersionMalformed() throws {
    let first = try SchemaVersions([UInt8](repeating: 0, count: JournalFormat.schemaBytes))
    for (bytes, body) in Self.firstRows {
      let shorter = [bytes[0], bytes[1] - 1] + bytes[2...].dropLast()
      let longer = [bytes[0], bytes[1] + 1] + bytes[2...] + [0]
      let other = bytes.dropLast() + [200]
      for row in [shorter, longer, Array(other)] {
        var reader = RowReader(row, upcasters: try first.upcasters())
        #expect(throws: Malformed.self, "\(body.kind) \(row)") { try reader.next() }
      }
    }
  }

  @Test("kinds of today's version are read as ever beside it")
  func mixed() throws {
    var writer = RowWriter()
    var numbers = Numbers(seed: 5)
    let events = [EventKind.fill, .order, .halt].map { anyEvent($0, &numbers) }
    for event in events { writer.append(event) }
    var reader = RowReader(writer.bytes, upcasters: [upcaster])
    for event in events { #expect(try reader.next() == event) }
  }

  @Test("a segment's versions choose the readers, and one that is missing is an error")
  func choice() throws {
    var newer = SchemaVersions.current.bytes
    newer[Int(EventKind.gap.rawValue)] = 2
    let old = SchemaVersions.current
    let today = SchemaVersions(unchecked: newer)
    #expect(try old.upcasters(to: today, among: [upcaster]).map(\.kind) == [.gap])
    #expect(try today.upcasters(to: today, among: [upcaster]).isEmpty)
    #expect(throws: Malformed.self) { try old.upcasters(to: today, among: []) }
  }

  @Test("files of format 1.0 hold version 1 of everything")
  func firstFormat() throws {
    let none = try SchemaVersions([UInt8](repeating: 0, count: JournalFormat.schemaBytes))
    for kind in EventKind.allCases { #expect(none[kind] == 1) }
  }

  @Test("a header of a later minor version is read, whatever it says in addition")
  func laterMinor() throws {
    let header = SegmentHeader(
      identity: try identity(), predecessor: SegmentHeader.Predecessor(chainHead: .zero))
    var page = header.page
    page[18] = UInt8(JournalFormat.minorVersion) + 1
    page[3_000] = 7
    page[4_000] = 9
    var sum = ByteWriter()
    sum.put(XXH64.hash(Array(page[..<4_088])))
    page.replaceSubrange(4_088..., with: sum.bytes)
    #expect(try SegmentHeader(page, segment: "s") == header)
    page[18] -= 1
    #expect(throws: JournalError.self) { try SegmentHeader(page, segment: "s") }
  }

  @Test("a version that is newer than this build is refused")
  func newer() {
    #expect(throws: Malformed.self) { try versions([.trade: 2]) }
  }

  @Test("every version below today's has its upcaster")
  func complete() {
    for kind in EventKind.allCases {
      let known = Upcaster.all.filter { $0.kind == kind }.map(\.version).sorted()
      #expect(known == Array(1..<SchemaVersions.current[kind]))
    }
  }

  @Test("the fields of every earlier version stand in the format page")
  func documented() throws {
    let stated = try FormatPage("Events").table(under: "Earlier versions").map {
      "\($0[0]) \($0[1]): \($0[2])"
    }
    let known = EventKind.allCases.flatMap { kind in
      (1..<SchemaVersions.current[kind]).map { version in
        "\(kind.name) \(version): \(released[kind]?[version] ?? "not in the list")"
      }
    }
    #expect(stated == known)
  }

  @Test("no kind's fields change under one version")
  func frozen() throws {
    var lines: [String] = []
    for kind in EventKind.allCases {
      let fields = try StoredKind(kind).fields.map(\.description).joined(separator: ", ")
      let version = SchemaVersions.current[kind]
      if released[kind]?[version] != fields {
        lines.append("  .\(kind.name): [\(version): \"\(fields)\"],")
      }
    }
    #expect(lines.isEmpty, "\(lines.joined(separator: "\n"))")
  }
}
