/// Arbitrary payload bytes in an otherwise perfect block: they are refused, or they are exactly as many
/// events as the header says, and those survive being written and read again.
import DiskSimulation
import Journal
import JournalSimulation
import TradingCore

enum BlockProperty {
  /// The most events that are written again, so that the fuzzer keeps its pace.
  private static let mostRewritten = 256

  /// The input is the count of events in two bytes, then the payload.
  static func run(_ input: [UInt8]) throws -> FuzzOutcome {
    guard input.count > 2 else { return .refused }
    let count = Int(input[0]) | Int(input[1]) << 8
    let disk = try disk(count, Array(input[2...]))
    // A block larger than a block can be is no block: the journal ends before it.
    guard count <= JournalFormat.maxBlockEvents,
      let found = try? events(on: disk, verifying: false, acceptingOpen: true)
    else { return .refused }
    guard found.count == count else { return .broken("\(found.count) events of \(count)") }
    guard count <= mostRewritten else { return .held }
    return try rewritten(found) == found ? .held : .broken("the events change when written again")
  }

  /// The events written to a live journal and read from it.
  private static func rewritten(_ events: [Event]) throws -> [Event] {
    let disk = SimDisk()
    var writer = try openLive(on: disk)
    var batch = EventBatch()
    batch.firstSequence = 1
    batch.events.append(contentsOf: events)
    try writer.append(batch)
    try writer.close()
    return try JournalFuzzing.events(on: disk)
  }

  /// An open segment with one block.
  private static func disk(_ count: Int, _ payload: [UInt8]) throws -> SimDisk {
    let segment = header + block(count, payload)
    var image = try emptyFolder.get()
    try image.put(
      Mender.mended(segment), as: "j/" + JournalFormat.segmentName(first: 1) + ".open")
    return SimDisk(image)
  }

  private static let emptyFolder = Result {
    let disk = SimDisk()
    try disk.makeFolder("j")
    try disk.syncFolder(".")
    return disk.image
  }

  /// The header pages of a journal's first segment.
  private static let header: [UInt8] = {
    var page = [UInt8](repeating: 0, count: JournalFormat.headerBytes)
    page.put(UInt32(0x184D_2A50), at: 0)
    page.put(UInt32(JournalFormat.headerBytes - 8), at: 4)
    page.replaceSubrange(8..<16, with: [0x89, 0x43, 0x42, 0x4A, 0x0D, 0x0A, 0x1A, 0x0A])
    page.put(JournalFormat.majorVersion, at: 16)
    page.put(JournalFormat.minorVersion, at: 18)
    page.put(UInt32(JournalFormat.pageBytes), at: 20)
    page.put(UInt64(1), at: 48)
    page.put(UInt64(0x5A17), at: 56)
    page.put(UInt64(1), at: 64)
    page.put(UInt64.max, at: 80)
    return page
  }()

  /// A data block with the payload stored raw; what `Mender` puts right is left out.
  private static func block(_ count: Int, _ payload: [UInt8]) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: 168)
    header.put(UInt32(0x184D_2A51), at: 0)
    header.put(UInt32(160), at: 4)
    header.replaceSubrange(8..<12, with: Array("CBJB".utf8))
    header.put(UInt16(160), at: 12)
    header[15] = 1
    header.put(UInt64(1), at: 40)
    header.put(UInt32(count), at: 48)
    for bound in [56, 72] {
      header.put(Int64.max, at: bound)
      header.put(Int64.min, at: bound + 8)
    }
    header.put(UInt32(payload.count + 23), at: 88)
    header.put(UInt32(payload.count), at: 92)
    return header + frame(payload)
  }

  /// The LZ4 frame around a payload that is stored raw.
  private static func frame(_ payload: [UInt8]) -> [UInt8] {
    var prefix: [UInt8] = [0x04, 0x22, 0x4D, 0x18, 0x68]
    prefix.append(payload.count <= 65_536 ? 0x40 : payload.count <= 262_144 ? 0x50 : 0x60)
    prefix += [UInt8](repeating: 0, count: 13)
    prefix.put(UInt64(payload.count), at: 6)
    prefix[14] = UInt8(truncatingIfNeeded: xxh32(ofTen: Array(prefix[4..<14])) >> 8)
    prefix.put(UInt32(payload.count) | 1 << 31, at: 15)
    return prefix + payload + [0, 0, 0, 0]
  }

  /// XXH32 of ten bytes with seed 0, from the xxHash specification.
  private static func xxh32(ofTen bytes: [UInt8]) -> UInt32 {
    func turned(_ value: UInt32, _ bits: UInt32) -> UInt32 { value << bits | value >> (32 - bits) }
    var sum: UInt32 = 374_761_393 &+ 10
    for offset in [0, 4] {
      sum = turned(sum &+ bytes.half(at: offset) &* 3_266_489_917, 17) &* 668_265_263
    }
    for byte in bytes[8...] {
      sum = turned(sum &+ UInt32(byte) &* 374_761_393, 11) &* 2_654_435_761
    }
    sum = (sum ^ sum >> 15) &* 2_246_822_519
    sum = (sum ^ sum >> 13) &* 3_266_489_917
    return sum ^ sum >> 16
  }
}
