/// The two directions of a row's fields. Each payload lists its fields once (`EventFields`), and the
/// same list writes and reads them, so the two can never disagree.
internal import TradingCore

/// Takes or gives the fields of one row, in order.
protocol FieldCoder {
  /// What can go wrong: nothing when writing, `Malformed` when reading.
  associatedtype Failure: Error
  /// A field whose small magnitudes, of either sign, are the common ones.
  mutating func signed(_ value: inout Int64) throws(Failure)
  /// A field whose small values are the common ones.
  mutating func unsigned<Word: FixedWidthInteger & UnsignedInteger>(
    _ value: inout Word) throws(Failure)
  /// A field that is any bit pattern: eight bytes.
  mutating func bits(_ value: inout UInt64) throws(Failure)
  /// One of an enumeration's cases.
  mutating func choice<Choice: RawRepresentable<UInt8>>(_ value: inout Choice) throws(Failure)
  mutating func flag(_ value: inout Bool) throws(Failure)
  /// A small number that must not exceed `most`, or whoever uses it would go astray.
  mutating func small(_ value: inout UInt8, most: UInt8) throws(Failure)
}

extension FieldCoder {
  mutating func price(_ value: inout Price) throws(Failure) { try signed(&value.ticks) }
  mutating func quantity(_ value: inout Quantity) throws(Failure) { try signed(&value.lots) }
  mutating func instrument(_ value: inout InstrumentID) throws(Failure) { try unsigned(&value.raw) }
  mutating func asset(_ value: inout AssetID) throws(Failure) { try unsigned(&value.raw) }
  mutating func order(_ value: inout OrderID) throws(Failure) { try unsigned(&value.raw) }
  mutating func run(_ value: inout RunFlags) throws(Failure) { try unsigned(&value.rawValue) }

  /// A field of 32 bits of either sign.
  mutating func signed(_ value: inout Int32) throws(Failure) {
    var folded = UInt32(bitPattern: (value << 1) ^ (value >> 31))
    try unsigned(&folded)
    value = Int32(bitPattern: (folded >> 1) ^ (0 &- (folded & 1)))
  }

  /// 128 bits as two words, zigzagged so that small amounts of either sign are short.
  mutating func money(_ value: inout Money) throws(Failure) {
    let folded = UInt128(bitPattern: (value.units << 1) ^ (value.units >> 127))
    var low = UInt64(truncatingIfNeeded: folded)
    var high = UInt64(truncatingIfNeeded: folded >> 64)
    try unsigned(&low)
    try unsigned(&high)
    let joined = UInt128(high) << 64 | UInt128(low)
    value.units = Int128(bitPattern: (joined >> 1) ^ (0 &- (joined & 1)))
  }
}

/// Writes fields as variable-length integers.
struct FieldWriter: FieldCoder {
  var bytes = ByteWriter()

  mutating func signed(_ value: inout Int64) { bytes.putVarint(zigzag(value)) }
  mutating func unsigned<Word: FixedWidthInteger & UnsignedInteger>(_ value: inout Word) {
    bytes.putVarint(UInt64(value))
  }
  mutating func bits(_ value: inout UInt64) { bytes.put(value) }
  mutating func choice<Choice: RawRepresentable<UInt8>>(_ value: inout Choice) {
    bytes.put(value.rawValue)
  }
  mutating func flag(_ value: inout Bool) { bytes.put(UInt8(value ? 1 : 0)) }
  mutating func small(_ value: inout UInt8, most: UInt8) {
    precondition(value <= most, "FieldWriter.small: \(value) exceeds \(most)")
    bytes.put(value)
  }
}

/// Reads what `FieldWriter` wrote; refuses values that no field of that type can hold.
struct FieldReader: FieldCoder {
  var bytes: ByteReader

  mutating func signed(_ value: inout Int64) throws(Malformed) {
    value = unzigzag(try bytes.takeVarint())
  }
  mutating func unsigned<Word: FixedWidthInteger & UnsignedInteger>(
    _ value: inout Word
  ) throws(Malformed) {
    let wide = try bytes.takeVarint()
    guard let narrow = Word(exactly: wide) else {
      throw Malformed("\(wide) does not fit in \(Word.bitWidth) bits")
    }
    value = narrow
  }
  mutating func bits(_ value: inout UInt64) throws(Malformed) { value = try bytes.take() }
  mutating func choice<Choice: RawRepresentable<UInt8>>(
    _ value: inout Choice
  ) throws(Malformed) {
    let raw = try bytes.take(UInt8.self)
    guard let known = Choice(rawValue: raw) else { throw Malformed("\(raw) is no \(Choice.self)") }
    value = known
  }
  mutating func flag(_ value: inout Bool) throws(Malformed) {
    let raw = try bytes.take(UInt8.self)
    guard raw <= 1 else { throw Malformed("\(raw) is neither yes nor no") }
    value = raw == 1
  }
  mutating func small(_ value: inout UInt8, most: UInt8) throws(Malformed) {
    value = try bytes.take()
    guard value <= most else { throw Malformed("\(value) exceeds \(most)") }
  }
}
