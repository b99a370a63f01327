/// State as bytes in one fixed order, so that equal states have equal bytes on any machine and in
/// any build: the ground for fingerprints and snapshots. `CanonicalReader` is the way back.
///
/// Integers are little endian, doubles their bit pattern; arrays write their count first. Nothing is
/// derived from reflection, addresses or hashed containers.
public struct CanonicalBytes: Sendable {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  public mutating func append(_ value: UInt8) { bytes.append(value) }
  public mutating func append(_ value: Bool) { bytes.append(value ? 1 : 0) }

  public mutating func append(_ value: UInt64) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  public mutating func append(_ value: Int64) { append(UInt64(bitPattern: value)) }
  public mutating func append(_ value: Int) { append(Int64(value)) }
  public mutating func append(_ value: UInt16) { append(UInt64(value)) }
  public mutating func append(_ value: UInt32) { append(UInt64(value)) }
  public mutating func append(_ value: Double) { append(value.bitPattern) }

  public mutating func append(_ value: Int128) {
    append(UInt64(truncatingIfNeeded: value))
    append(UInt64(truncatingIfNeeded: value >> 64))
  }

  public mutating func append(_ value: Price) { append(value.ticks) }
  public mutating func append(_ value: Quantity) { append(value.lots) }
  public mutating func append(_ value: Money) { append(value.units) }
  public mutating func append(_ value: Timestamp) { append(value.nanoseconds) }
  public mutating func append(_ value: Interval) { append(value.nanoseconds) }

  /// Appends the count of some bytes, then the bytes.
  public mutating func append(bytes other: some Collection<UInt8>) {
    append(other.count)
    bytes.append(contentsOf: other)
  }

  /// Forgets the bytes, keeps the room.
  public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  /// The 64-bit fingerprint of the bytes so far.
  public var fingerprint: UInt64 { XXH64.hash(bytes) }
}

/// What has canonical bytes.
public protocol CanonicallyEncodable {
  /// Appends every field that makes two values different, in a fixed order.
  func encode(into bytes: inout CanonicalBytes)
}

extension CanonicallyEncodable {
  /// The 64-bit fingerprint of the canonical bytes. O(size).
  public var fingerprint: UInt64 {
    var bytes = CanonicalBytes()
    encode(into: &bytes)
    return bytes.fingerprint
  }
}
