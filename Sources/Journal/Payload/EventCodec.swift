/// Rare events as rows: kind, length, both clocks, then the fields as variable-length integers. Market
/// events take this road too when they do not fit the columns, so every event of every kind has one.
///
///     kind u8 · bytes of what follows u8 · receive Δ · venue form u8, venue Δ · fields
///
/// Clocks are differences to the row before in the same block, wrapping, so any two values work.
internal import TradingCore

/// The clocks of the row before; both directions keep the same.
private struct RowClocks {
  var receive: Int64 = 0
  var venue: Int64 = 0
}

/// Writes rows one after the other.
struct RowWriter {
  private var clocks = RowClocks()
  private var fields = FieldWriter()

  /// The rows written so far.
  var bytes: [UInt8] { fields.bytes.bytes }
  /// How many bytes they are.
  var count: Int { fields.bytes.count }

  mutating func removeAll() {
    clocks = RowClocks()
    fields.bytes.removeAll()
  }

  mutating func append(_ event: Event) {
    fields.bytes.put(event.kind.rawValue)
    let start = fields.bytes.count
    fields.bytes.put(UInt8(0))
    let receive = event.receiveTime.nanoseconds
    fields.bytes.putVarint(zigzag(receive &- clocks.receive))
    clocks.receive = receive
    appendVenueTime(event.venueTime)
    appendPayload(event.body)
    fields.bytes.patch(UInt8(fields.bytes.count - start - 1), at: start)
  }

  private mutating func appendVenueTime(_ time: Timestamp) {
    fields.bytes.put(UInt8(time.isNone ? 0 : 1))
    guard !time.isNone else { return }
    fields.bytes.putVarint(zigzag(time.nanoseconds &- clocks.venue))
    clocks.venue = time.nanoseconds
  }

  private mutating func appendPayload(_ body: EventBody) {
    switch body {
    case .trade(var payload): payload.visit(&fields)
    case .quote(var payload): payload.visit(&fields)
    case .depth(var payload): payload.visit(&fields)
    case .bookSnapshot(var payload): payload.visit(&fields)
    case .candle(var payload): payload.visit(&fields)
    case .funding(var payload): payload.visit(&fields)
    case .reading(var payload): payload.visit(&fields)
    case .accepted(var payload): payload.visit(&fields)
    case .rejected(var payload): payload.visit(&fields)
    case .sent(var payload): payload.visit(&fields)
    case .sendFailed(var payload): payload.visit(&fields)
    case .amended(var payload): payload.visit(&fields)
    case .fill(var payload): payload.visit(&fields)
    case .canceled(var payload): payload.visit(&fields)
    case .expired(var payload): payload.visit(&fields)
    case .unknown(var payload): payload.visit(&fields)
    case .balance(var payload): payload.visit(&fields)
    case .adjustment(var payload): payload.visit(&fields)
    case .connected(var payload): payload.visit(&fields)
    case .disconnected(var payload): payload.visit(&fields)
    case .gap(var payload): payload.visit(&fields)
    case .triggered(var payload): payload.visit(&fields)
    case .timer(var payload): payload.visit(&fields)
    case .clockStep(var payload): payload.visit(&fields)
    case .place(var payload): payload.visit(&fields)
    case .amend(var payload): payload.visit(&fields)
    case .cancel(var payload): payload.visit(&fields)
    case .flatten(var payload): payload.visit(&fields)
    case .halt(var payload): payload.visit(&fields)
    case .resume(var payload): payload.visit(&fields)
    case .configure(var payload): payload.visit(&fields)
    case .limit(var payload): payload.visit(&fields)
    case .key(var payload): payload.visit(&fields)
    case .execute(var payload): payload.visit(&fields)
    case .instrument(var payload): payload.visit(&fields)
    case .asset(var payload): payload.visit(&fields)
    case .fee(var payload): payload.visit(&fields)
    case .text(var payload): payload.visit(&fields)
    case .model(var payload): payload.visit(&fields)
    case .build(var payload): payload.visit(&fields)
    case .logicVersion(var payload): payload.visit(&fields)
    case .notice(var payload): payload.visit(&fields)
    case .filter(var payload): payload.visit(&fields)
    case .latency(var payload): payload.visit(&fields)
    case .signal(var payload): payload.visit(&fields)
    case .order(var payload): payload.visit(&fields)
    case .amendRequest(var payload): payload.visit(&fields)
    case .cancelRequest(var payload): payload.visit(&fields)
    case .refused(var payload): payload.visit(&fields)
    case .alert(var payload): payload.visit(&fields)
    case .stateHash(var payload): payload.visit(&fields)
    case .request(var payload): payload.visit(&fields)
    case .parent(var payload): payload.visit(&fields)
    case .parentEnded(var payload): payload.visit(&fields)
    }
  }
}

/// Reads rows one after the other.
struct RowReader {
  private var clocks = RowClocks()
  private var fields: FieldReader

  /// Kinds whose rows are not of today's version.
  private let upcasters: [Upcaster]

  init(_ bytes: [UInt8], upcasters: [Upcaster] = []) {
    fields = FieldReader(bytes: ByteReader(bytes))
    self.upcasters = upcasters
  }

  var isAtEnd: Bool { fields.bytes.remaining == 0 }

  /// The next row's event.
  mutating func next() throws(Malformed) -> Event {
    let id = try fields.bytes.take(UInt8.self)
    guard let kind = EventKind(rawValue: id) else { throw Malformed("\(id) is no kind of event") }
    let length = try fields.bytes.take(UInt8.self)
    let left = fields.bytes.remaining
    clocks.receive = clocks.receive &+ unzigzag(try fields.bytes.takeVarint())
    let venue = try venueTime()
    let event = Event(
      receiveTime: Timestamp(nanoseconds: clocks.receive), venueTime: venue, try body(kind))
    guard left - fields.bytes.remaining == Int(length) else {
      throw Malformed("a row's length does not match its fields")
    }
    return event
  }

  private mutating func venueTime() throws(Malformed) -> Timestamp {
    var given = false
    try fields.flag(&given)
    guard given else { return .none }
    clocks.venue = clocks.venue &+ unzigzag(try fields.bytes.takeVarint())
    guard clocks.venue != .min else { throw Malformed("a venue time is given as none") }
    return Timestamp(nanoseconds: clocks.venue)
  }

  private mutating func payload<Payload: EventFields>() throws(Malformed) -> Payload {
    var payload = Payload.blank
    try payload.visit(&fields)
    return payload
  }

  /// The payload's fields, of today's version or an earlier one.
  private mutating func body(_ kind: EventKind) throws(Malformed) -> EventBody {
    guard !upcasters.isEmpty, let upcaster = upcasters.first(where: { $0.kind == kind }) else {
      return try currentBody(kind)
    }
    return try upcaster.read(&fields)
  }

  private mutating func currentBody(_ kind: EventKind) throws(Malformed) -> EventBody {
    switch kind {
    case .trade: .trade(try payload())
    case .quote: .quote(try payload())
    case .depth: .depth(try payload())
    case .bookSnapshot: .bookSnapshot(try payload())
    case .candle: .candle(try payload())
    case .funding: .funding(try payload())
    case .reading: .reading(try payload())
    case .accepted: .accepted(try payload())
    case .rejected: .rejected(try payload())
    case .sent: .sent(try payload())
    case .sendFailed: .sendFailed(try payload())
    case .amended: .amended(try payload())
    case .fill: .fill(try payload())
    case .canceled: .canceled(try payload())
    case .expired: .expired(try payload())
    case .unknown: .unknown(try payload())
    case .balance: .balance(try payload())
    case .adjustment: .adjustment(try payload())
    case .connected: .connected(try payload())
    case .disconnected: .disconnected(try payload())
    case .gap: .gap(try payload())
    case .triggered: .triggered(try payload())
    case .timer: .timer(try payload())
    case .clockStep: .clockStep(try payload())
    case .place: .place(try payload())
    case .amend: .amend(try payload())
    case .cancel: .cancel(try payload())
    case .flatten: .flatten(try payload())
    case .halt: .halt(try payload())
    case .resume: .resume(try payload())
    case .configure: .configure(try payload())
    case .limit: .limit(try payload())
    case .key: .key(try payload())
    case .execute: .execute(try payload())
    case .instrument: .instrument(try payload())
    case .asset: .asset(try payload())
    case .fee: .fee(try payload())
    case .text: .text(try payload())
    case .model: .model(try payload())
    case .build: .build(try payload())
    case .logicVersion: .logicVersion(try payload())
    case .notice: .notice(try payload())
    case .filter: .filter(try payload())
    case .latency: .latency(try payload())
    case .signal: .signal(try payload())
    case .order: .order(try payload())
    case .amendRequest: .amendRequest(try payload())
    case .cancelRequest: .cancelRequest(try payload())
    case .refused: .refused(try payload())
    case .alert: .alert(try payload())
    case .stateHash: .stateHash(try payload())
    case .request: .request(try payload())
    case .parent: .parent(try payload())
    case .parentEnded: .parentEnded(try payload())
    }
  }
}
