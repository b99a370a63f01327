/// The way back from canonical bytes: a cursor that hands out values in the order they were written
/// and throws where bytes cannot be what `CanonicalBytes` writes. Nothing it is given can trap it.
///
/// Every value has one form: a flag is 0 or 1, a small integer leaves the bytes above it zero, a count
/// stays within the capacity of what is counted. So what decodes also encodes to the same bytes.

/// Why bytes are no canonical bytes; `at` is the offset of the first byte that does not fit.
public enum CanonicalError: Error, Equatable, Sendable {
  /// The bytes end within a value.
  case short(at: Int)
  /// Bytes are left behind the last value.
  case surplus(at: Int)
  /// No value that a state can have is written like this.
  case impossible(String, at: Int)
}

extension CanonicalError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .short(let offset): "the bytes end within the value at \(offset)"
    case .surplus(let offset): "bytes from \(offset) on belong to nothing"
    case .impossible(let what, let offset): "\(what) before byte \(offset) cannot be"
    }
  }
}

/// A value that can be made again from its canonical bytes.
public protocol CanonicallyDecodable: CanonicallyEncodable {
  /// Reads what `encode` wrote. Fields that are not in the bytes but follow from them are rebuilt.
  /// - Throws: `CanonicalError` for bytes that `encode` never writes.
  init(canonical reader: inout CanonicalReader) throws(CanonicalError)
}

extension CanonicallyDecodable {
  /// The value whose canonical bytes are exactly `bytes`. O(size).
  /// - Throws: `CanonicalError`, also when bytes are left over.
  public init(canonicalBytes bytes: [UInt8]) throws(CanonicalError) {
    var reader = CanonicalReader(bytes)
    try self.init(canonical: &reader)
    guard reader.remaining == 0 else { throw .surplus(at: reader.offset) }
  }
}

/// A cursor over canonical bytes.
public struct CanonicalReader: Sendable {
  private let bytes: [UInt8]
  /// Bytes taken so far.
  public private(set) var offset = 0

  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Bytes not yet taken.
  public var remaining: Int { bytes.count - offset }

  public mutating func take() throws(CanonicalError) -> UInt8 {
    guard remaining >= 1 else { throw .short(at: offset) }
    defer { offset += 1 }
    return bytes[offset]
  }

  public mutating func take() throws(CanonicalError) -> UInt64 {
    guard remaining >= 8 else { throw .short(at: offset) }
    var value: UInt64 = 0
    for index in 0..<8 { value |= UInt64(bytes[offset + index]) << UInt64(8 * index) }
    offset += 8
    return value
  }

  public mutating func take() throws(CanonicalError) -> Bool {
    let byte: UInt8 = try take()
    try expect(byte <= 1, "a flag of \(byte)")
    return byte == 1
  }

  public mutating func take() throws(CanonicalError) -> Int64 {
    Int64(bitPattern: try take())
  }

  public mutating func take() throws(CanonicalError) -> UInt16 { try takeSmall() }
  public mutating func take() throws(CanonicalError) -> UInt32 { try takeSmall() }

  public mutating func take() throws(CanonicalError) -> Double {
    Double(bitPattern: try take())
  }

  public mutating func take() throws(CanonicalError) -> Int128 {
    let low: UInt64 = try take()
    let high: Int64 = try take()
    return Int128(high) << 64 | Int128(low)
  }

  public mutating func take() throws(CanonicalError) -> Price { Price(ticks: try take()) }
  public mutating func take() throws(CanonicalError) -> Quantity { Quantity(lots: try take()) }
  public mutating func take() throws(CanonicalError) -> Money { Money(units: try take()) }
  public mutating func take() throws(CanonicalError) -> InstrumentID { InstrumentID(try take()) }
  public mutating func take() throws(CanonicalError) -> AssetID { AssetID(try take()) }
  public mutating func take() throws(CanonicalError) -> OrderID { OrderID(try take()) }

  public mutating func take() throws(CanonicalError) -> Timestamp {
    Timestamp(nanoseconds: try take())
  }

  public mutating func take() throws(CanonicalError) -> Interval {
    Interval(nanoseconds: try take())
  }

  /// An enum of one byte.
  public mutating func take<Value: RawRepresentable>() throws(CanonicalError) -> Value
  where Value.RawValue == UInt8 {
    let raw: UInt8 = try take()
    guard let value = Value(rawValue: raw) else {
      throw .impossible("a \(Value.self) of \(raw)", at: offset)
    }
    return value
  }

  private mutating func takeSmall<Value: FixedWidthInteger>() throws(CanonicalError) -> Value {
    let wide: UInt64 = try take()
    guard let value = Value(exactly: wide) else {
      throw .impossible("\(wide) in \(Value.bitWidth) bits", at: offset)
    }
    return value
  }

  /// Throws unless what was just taken can be.
  public func expect(
    _ condition: Bool, _ what: @autoclosure () -> String
  ) throws(CanonicalError) {
    guard condition else { throw .impossible(what(), at: offset) }
  }
}

extension CanonicalReader {
  /// The most that anything is counted to: far beyond what any journal holds, and far enough from
  /// the end of 64 bits that no sum of a few counts leaves it.
  static let mostCounted = UInt64(1) << 60

  /// How often something happened.
  public mutating func takeTally<Count: FixedWidthInteger>() throws(CanonicalError) -> Count {
    let count: UInt64 = try take()
    try expect(count <= CanonicalReader.mostCounted, "a count of \(count)")
    return Count(count)
  }

  /// How many elements follow: at most `capacity`, and at most one for each byte that is left.
  public mutating func takeCount(atMost capacity: Int) throws(CanonicalError) -> Int {
    let count: Int = try takeTally()
    try expect(count <= capacity, "a count of \(count) where \(capacity) have room")
    guard count <= remaining else { throw .short(at: offset) }
    return count
  }

  /// A count, and behind it that many bytes. O(bytes).
  public mutating func takeBytes() throws(CanonicalError) -> [UInt8] {
    let count = try takeCount(atMost: remaining)
    defer { offset += count }
    return Array(bytes[offset..<offset + count])
  }

  /// A flag, and behind a set one the value.
  public mutating func takeOptional<Value: CanonicallyDecodable>() throws(CanonicalError)
    -> Value?
  {
    try take() ? Value(canonical: &self) : nil
  }

  /// A count, and behind it the elements. O(elements).
  public mutating func takeArray<Value: CanonicallyDecodable>(
    atMost capacity: Int
  ) throws(CanonicalError) -> ContiguousArray<Value> {
    let count = try takeCount(atMost: capacity)
    var values: ContiguousArray<Value> = []
    values.reserveCapacity(count)
    for _ in 0..<count { values.append(try Value(canonical: &self)) }
    return values
  }
}
