/// The limits in force by kind and scope. The narrowest scope that is set holds: an instrument in a
/// book, an instrument, a book, everything.

/// A limit that holds, and for whom it was set: what is counted against it is counted there.
public struct LimitInForce: Equatable, Sendable, BitwiseCopyable {
  public var value: Int64
  /// `.none` for every instrument.
  public var instrument: InstrumentID
  /// `.all` for every book.
  public var book: BookID

  /// Whether an order is one of those the limit was set for.
  public func covers(_ terms: OrderTerms) -> Bool {
    (instrument == .none || instrument == terms.instrument) && (book == .all || book == terms.book)
  }
}

public struct LimitTable: Equatable, Sendable, CanonicallyDecodable {
  /// The most limits of a scope narrower than everything; one more halts trading, since a limit that
  /// is not kept would not limit.
  public static let capacity = 1_024
  /// Room for kinds; a test compares it with them.
  static let kindCapacity = 16

  private var general = InlineArray<16, Int64>(repeating: -1)
  private var scoped: ContiguousArray<LimitChange> = []

  public init() {}

  public static func == (left: Self, right: Self) -> Bool {
    left.scoped == right.scoped
      && left.general.indices.allSatisfy {
        left.general[$0] == right.general[$0]
      }
  }

  /// The limit for everything; `nil` when there is none.
  public subscript(kind: LimitKind) -> Int64? {
    @inline(__always) get {
      let value = general[Int(kind.rawValue)]
      return value < 0 ? nil : value
    }
  }

  /// The limits of narrower scopes, in the order they were set.
  public var narrow: ContiguousArray<LimitChange> { scoped }

  /// Whether a limit of the kind holds for anything. O(narrow limits).
  func has(_ kind: LimitKind) -> Bool {
    self[kind] != nil || scoped.contains { $0.kind == kind }
  }

  /// The limit that holds for an instrument in a book. O(narrow limits).
  @inline(__always)
  public func limit(
    _ kind: LimitKind, _ instrument: InstrumentID, _ book: BookID
  ) -> LimitInForce? {
    let found = self[kind].map { LimitInForce(value: $0, instrument: .none, book: .all) }
    if scoped.isEmpty { return found }
    return LimitTable.narrowest(of: scoped, kind, instrument, book) ?? found
  }

  private static func narrowest(
    of scoped: ContiguousArray<LimitChange>, _ kind: LimitKind, _ instrument: InstrumentID,
    _ book: BookID
  ) -> LimitInForce? {
    var found: LimitInForce?
    var rank = 0
    for limit in scoped
    where limit.kind == kind && limit.rank > rank
      && (limit.instrument == .none || limit.instrument == instrument)
      && (limit.book == .all || limit.book == book)
    {
      found = LimitInForce(value: limit.value, instrument: limit.instrument, book: limit.book)
      rank = limit.rank
    }
    return found
  }

  /// Sets a limit, or takes it away where the value is negative: then the next wider scope holds.
  /// - Returns: false when there is no room for it.
  mutating func apply(_ change: LimitChange) -> Bool {
    guard change.rank > 0 else {
      general[Int(change.kind.rawValue)] = max(-1, change.value)
      return true
    }
    scoped.removeAll {
      $0.kind == change.kind && $0.instrument == change.instrument && $0.book == change.book
    }
    guard change.value >= 0 else { return true }
    guard scoped.count < LimitTable.capacity else { return false }
    scoped.append(change)
    return true
  }

  public func encode(into bytes: inout CanonicalBytes) {
    for index in general.indices { bytes.append(general[index]) }
    bytes.append(scoped.count)
    for limit in scoped { limit.encode(into: &bytes) }
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    for index in general.indices {
      general[index] = try reader.take()
      try reader.expect(general[index] >= -1, "a limit of \(general[index])")
    }
    scoped = try reader.takeArray(atMost: LimitTable.capacity)
    let areNarrow = scoped.allSatisfy {
      $0.rank > 0 && $0.value >= 0 && !$0.kind.isForAccountOnly
    }
    try reader.expect(areNarrow, "a narrow limit of no scope, or below zero")
  }
}

extension LimitChange: CanonicallyDecodable {
  /// Whether it is for less than everything.
  var isNarrow: Bool { rank > 0 }

  /// How narrow its scope is, 0 for everything.
  fileprivate var rank: Int { (instrument == .none ? 0 : 2) + (book == .all ? 0 : 1) }

  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(value)
    bytes.append(instrument.raw)
    bytes.append(kind.rawValue)
    bytes.append(book.raw)
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    let value: Int64 = try reader.take()
    let instrument: InstrumentID = try reader.take()
    let kind: LimitKind = try reader.take()
    self.init(kind, value: value, instrument: instrument, book: BookID(try reader.take()))
  }
}
