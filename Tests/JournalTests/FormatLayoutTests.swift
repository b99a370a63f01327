/// Reads headers, footers and trailers by the format pages' tables alone and compares what comes out with
/// what was written.
import Foundation
import Testing
import TradingCore

@testable import Journal

/// A table of offsets, sizes, types and names.
private struct Layout {
  private var fields: [String: (offset: Int, size: Int)] = [:]
  /// The first byte behind the fields.
  private(set) var end = 0

  /// Reads the table under a heading, as far as its offsets are numbers; they must not leave a gap.
  init(_ page: String, _ heading: String, number: Int = 0) throws {
    for row in try FormatPage(page).table(under: heading, number: number) {
      guard let offset = pageNumber(row[0]), let size = Int(row[1]) else { continue }
      let name = row[3]
      #expect(offset == UInt64(end) || offset == 3_840, "\(heading): \(name) stands at \(offset)")
      fields[name] = (Int(offset), size)
      end = Int(offset) + size
    }
  }

  /// A field's bytes where the structure begins at `start`.
  func bytes(_ name: String, in bytes: [UInt8], from start: Int = 0) throws -> [UInt8] {
    let field = try #require(fields[name], "no field is called \(name)")
    return Array(bytes[(start + field.offset)..<(start + field.offset + field.size)])
  }

  /// A field as a number.
  func number(_ name: String, in bytes: [UInt8], from start: Int = 0) throws -> UInt64 {
    try self.bytes(name, in: bytes, from: start).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}

@Suite("The format document's layouts are the files'")
struct FormatLayoutTests {
  /// A header whose fields all differ.
  private static var block: BlockHeader {
    var header = BlockHeader()
    header.codec = 1
    (header.salt, header.offset, header.index, header.firstSequence) = (11, 12, 13, 14)
    (header.count, header.storedBytes, header.payloadBytes) = (15, 17, 18)
    (header.bounds.minReceive, header.bounds.maxReceive) = (19, 20)
    (header.bounds.minVenue, header.bounds.maxVenue) = (21, 22)
    (header.durableOffset, header.storedHash, header.bitmap) = (23, 24, 25)
    header.chain = SHA256Digest(words: (26, 27, 28, 29))
    return header
  }

  @Test("A block header is laid out as the page says")
  func blockHeader() throws {
    var writer = ByteWriter()
    Self.block.write(to: &writer)
    let layout = try Layout("Blocks", "The header")
    #expect(layout.end == JournalFormat.blockHeaderBytes)
    let expected: [(String, UInt64)] = [
      ("magic", UInt64(JournalFormat.blockHeaderMagic)), ("length", 160), ("kind", 0),
      ("codec", 1), ("salt", 11), ("own offset", 12), ("block index", 13),
      ("first sequence", 14), ("count", 15), ("flags", 0), ("stored bytes", 17),
      ("payload bytes", 18), ("min receive", 19), ("max receive", 20), ("min venue", 21),
      ("max venue", 22), ("durable offset", 23), ("stored hash", 24), ("bitmap", 25),
      ("reserved", 0), ("checksum", XXH64.hash(Array(writer.bytes[8..<160]))),
    ]
    for (name, value) in expected {
      #expect(try layout.number(name, in: writer.bytes, from: 8) == value, "\(name)")
    }
    #expect(try layout.bytes("chain", in: writer.bytes, from: 8) == Self.block.chain.bytes)
  }

  @Test("The logical header of the leaf hash is laid out as the page says")
  func logicalHeader() throws {
    let words = Self.block.logicalWords
    var writer = ByteWriter()
    for word in [words.0, words.1, words.2, words.3, words.4, words.5, words.6, words.7] {
      writer.put(word)
    }
    let layout = try Layout("Trust", "Hashes", number: 1)
    #expect(layout.end == 64)
    for (name, value) in [
      ("block index", 13), ("first sequence", 14), ("count", 15), ("flags", 0),
      ("min receive", 19), ("max receive", 20), ("min venue", 21), ("max venue", 22),
      ("payload bytes", 18),
    ] as [(String, UInt64)] {
      #expect(try layout.number(name, in: writer.bytes) == value, "\(name)")
    }
  }

  /// The last of several segments, that before it, and its first sequence.
  private func segments() throws -> (before: [UInt8], last: [UInt8], first: UInt64) {
    let folder = TestFolder()
    var numbers = Numbers(seed: 71)
    let definition = Event(
      receiveTime: Timestamp(nanoseconds: 5), .asset(AssetDefinition(asset: AssetID(0))))
    let events = [definition] + (0..<40_000).map { _ in anyEvent(.trade, &numbers) }
    try write(events, to: folder.path("j"), segmentLimit: 200_000)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("j")).sorted()
    let files = try names.suffix(2).map { name in
      [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.path("j/" + name))))
    }
    return (files[0], files[1], try #require(UInt64(names[names.count - 1].dropLast(4))))
  }

  @Test("Page 1 of a segment is laid out as the page says")
  func firstPage() throws {
    let (before, last, first) = try segments()
    let layout = try Layout("Segments", "Page 1")
    #expect(layout.end == JournalFormat.watermarkOffset)
    func number(_ name: String) throws -> UInt64 { try layout.number(name, in: last) }
    let index = try layout.number("segment index", in: before)
    let hash = XXH64.hash(Array(last[..<(JournalFormat.watermarkOffset - 8)]))
    let expected: [(String, UInt64)] = [
      ("frame magic", UInt64(JournalFormat.headerMagic)), ("frame length", 8_184),
      ("magic", JournalFormat.segmentMagic), ("page bytes", 4_096),
      ("major version", UInt64(JournalFormat.majorVersion)),
      ("minor version", UInt64(JournalFormat.minorVersion)),
      ("segment index", index + 1), ("epoch", 1), ("salt", try identity().salt),
      ("first sequence", first), ("predecessor index", index),
      ("predecessor last sequence", first - 1), ("predecessor length", UInt64(before.count)),
      ("created", 5), ("monotonic", 0), ("build length", 10),
      ("logic version", UInt64(LogicVersion.current.version)),
      ("dictionary offset", 8_192), ("checksum", hash),
    ]
    for (name, value) in expected { #expect(try number(name) == value, "\(name)") }
    #expect(try layout.bytes("journal id", in: last) == identity().id.bytes)
    #expect(try number("dictionary bytes") > 0)
    #expect(Array(last[240..<250]) == Array("test build".utf8))
  }

  @Test("Footer and trailer are laid out as the page says")
  func footer() throws {
    let (before, last, first) = try segments()
    let trailer = try Layout("Segments", "The trailer")
    let layout = try Layout("Segments", "The footer")
    #expect(trailer.end == JournalFormat.trailerBytes)
    for (file, ending) in [(before, UInt64(0)), (last, 1)] {
      let tail = file.count - JournalFormat.trailerBytes
      let start = Int(try trailer.number("footer offset", in: file, from: tail))
      #expect(
        try trailer.number("footer bytes", in: file, from: tail) == UInt64(file.count - start))
      #expect(
        try trailer.number("checksum", in: file, from: tail)
          == XXH64.hash(Array(file[start..<(tail + 16)])))
      #expect(try trailer.number("magic", in: file, from: tail) == JournalFormat.trailerMagic)
      #expect(
        try layout.number("frame magic", in: file, from: start)
          == UInt64(JournalFormat.footerMagic))
      #expect(
        try layout.number("frame length", in: file, from: start) == UInt64(file.count - start - 8))
      #expect(try layout.number("version", in: file, from: start) == 1)
      #expect(try layout.number("ending", in: file, from: start) == ending)
    }
    let end = Int(try trailer.number("footer offset", in: before, from: before.count - 32))
    #expect(try layout.number("last sequence", in: before, from: end) == first - 1)
    let head = try Layout("Segments", "Page 1").bytes("predecessor chain head", in: last)
    #expect(try layout.bytes("chain head", in: before, from: end) == head)
  }
}
