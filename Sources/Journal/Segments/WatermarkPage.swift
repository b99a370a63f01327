/// The second page of a segment: what is known to be on the disk.
internal import TradingCore

/// What is known to be on the disk. Two slots are written in turn, so that one is always whole; the
/// higher offset holds.
struct WatermarkSlot: Equatable {
  /// Raised with every write.
  var counter: UInt64
  /// Bytes of the segment known durable.
  var offset: UInt64
  /// The last sequence in them; one less than the segment's first when there is none.
  var sequence: UInt64

  init(counter: UInt64, offset: UInt64, sequence: UInt64) {
    self.counter = counter
    self.offset = offset
    self.sequence = sequence
  }

  /// Appends counter, offset, sequence, and their XXH64 seeded with the journal's salt.
  func write(to writer: inout ByteWriter, salt: UInt64) {
    writer.put(counter)
    writer.put(offset)
    writer.put(sequence)
    writer.put(sum(salt))
  }

  init(_ reader: inout ByteReader, salt: UInt64) throws(Malformed) {
    self.init(counter: try reader.take(), offset: try reader.take(), sequence: try reader.take())
    guard try reader.take(UInt64.self) == sum(salt) else {
      throw Malformed("a watermark's checksum does not match")
    }
  }

  private func sum(_ salt: UInt64) -> UInt64 {
    var writer = ByteWriter()
    writer.put(counter)
    writer.put(offset)
    writer.put(sequence)
    return XXH64.hash(writer.bytes, seed: salt)
  }
}

/// The page of the two slots.
struct WatermarkPage {
  /// The slots; nil where the bytes are not whole, as a crash may leave one of them.
  let slots: [WatermarkSlot?]
  /// Whether every byte of the page is as it was written.
  let isWhole: Bool

  /// Reads the 4,096 bytes behind the first page; fewer at the end of a short file.
  init(_ bytes: [UInt8], salt: UInt64) {
    var slots: [WatermarkSlot?] = []
    var isWhole = bytes.count == JournalFormat.headerBytes - JournalFormat.watermarkOffset
    for number in 0..<2 {
      let start = min(number * JournalFormat.watermarkSlotBytes, bytes.count)
      let end = min(
        number == 0 ? JournalFormat.watermarkSlotBytes : Int(JournalFormat.pageBytes), bytes.count)
      var reader = ByteReader(Array(bytes[start..<end]))
      do throws(Malformed) {
        slots.append(try WatermarkSlot(&reader, salt: salt))
        try reader.expectZeros(upTo: end - start)
      } catch {
        if slots.count == number { slots.append(nil) }
        isWhole = false
      }
    }
    self.slots = slots
    self.isWhole = isWhole
  }

  /// The bytes of a page with these slots.
  static func bytes(_ slots: [WatermarkSlot], salt: UInt64) -> [UInt8] {
    var writer = ByteWriter()
    for (number, slot) in slots.enumerated() {
      slot.write(to: &writer, salt: salt)
      writer.pad(to: (number + 1) * JournalFormat.watermarkSlotBytes)
    }
    writer.pad(to: JournalFormat.headerBytes - JournalFormat.watermarkOffset)
    return writer.bytes
  }

  /// The most bytes that either slot says are durable.
  var durableOffset: UInt64 { slots.reduce(0) { max($0, $1?.offset ?? 0) } }
}
