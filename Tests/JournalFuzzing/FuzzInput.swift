/// How few bytes stand for a segment: a fuzzer that is given 8 KiB of header pages mutates nothing but
/// their zeros.
import DiskSimulation
import Journal
import JournalSimulation
import TradingCore

/// A segment as a fuzzer's input: one byte of choices, the used parts of the header pages, the rest.
///
///     choices · page 1, 0…239 · schema, 128 · slot 0, 32 · slot 1, 32 · from offset 8,192 on
struct FuzzInput {
  /// Of the two lowest bits of the first byte: whether the file is called `.open`, and whether its
  /// checksums are mended.
  let isOpen: Bool
  let isMended: Bool
  /// The file's bytes.
  let bytes: [UInt8]

  private static let parts = [
    (at: 0, count: 240), (at: JournalFormat.schemaOffset, count: JournalFormat.schemaBytes),
    (at: 4_096, count: 32), (at: 4_608, count: 32),
  ]

  /// nil when there are too few bytes for the header pages.
  init?(_ input: [UInt8]) {
    guard let choices = input.first, input.count > Self.parts.reduce(0, { $0 + $1.count }) else {
      return nil
    }
    var bytes = [UInt8](repeating: 0, count: JournalFormat.headerBytes)
    var rest = input.dropFirst()
    for part in Self.parts {
      bytes.replaceSubrange(part.at..<part.at + part.count, with: rest.prefix(part.count))
      rest = rest.dropFirst(part.count)
    }
    (isOpen, isMended) = (choices & 1 == 1, choices & 2 == 2)
    self.bytes = isMended ? Mender.mended(bytes + rest) : bytes + rest
  }

  /// The input that stands for a segment's bytes.
  static func compact(_ segment: [UInt8], choices: UInt8) -> [UInt8] {
    parts.reduce([choices]) { $0 + segment[$1.at..<$1.at + $1.count] }
      + segment[JournalFormat.headerBytes...]
  }

  /// What the file is called: the sequence that its header states is not what is to be tested here.
  var name: String {
    let sealed = JournalFormat.segmentName(first: bytes.word(at: 64))
    return isOpen ? sealed + ".open" : sealed
  }

  /// A disk with the folder `j` that holds the segment alone.
  func disk() throws -> SimDisk {
    let disk = SimDisk()
    try disk.makeFolder("j")
    try disk.syncFolder(".")
    var image = disk.image
    try image.put(bytes, as: "j/" + name)
    return SimDisk(image)
  }
}
