/// How far a live journal has come, for those who follow it: a small file that its writer overwrites
/// and that readers never lock.
internal import TradingCore

/// The content of the file `tail`: 64 bytes, epoch u64 · segment's first sequence u64 · written offset,
/// sequence u64 · durable offset, sequence u64 · zero u64 · XXH64, seeded with the journal's salt, of
/// all before it. A torn read does not match its checksum and counts as nothing said.
package struct PublishedTail: Equatable, Sendable {
  /// The writer's epoch.
  package var epoch: UInt64
  /// The first sequence of the open segment, which is its name.
  package var segment: UInt64
  /// Bytes of the segment that were handed to the system: what survives the writer's death.
  package var writtenOffset: UInt64
  package var writtenSequence: UInt64
  /// Bytes of the segment known to be on the disk: what survives a power cut.
  package var durableOffset: UInt64
  package var durableSequence: UInt64

  /// The file's name.
  static let name = "tail"
  private static let byteCount = 64

  init(
    epoch: UInt64, segment: UInt64, writtenOffset: UInt64, writtenSequence: UInt64,
    durableOffset: UInt64, durableSequence: UInt64
  ) {
    (self.epoch, self.segment) = (epoch, segment)
    (self.writtenOffset, self.writtenSequence) = (writtenOffset, writtenSequence)
    (self.durableOffset, self.durableSequence) = (durableOffset, durableSequence)
  }

  /// What the journal in `folder` says; nil when it says nothing whole.
  init?(in folder: Folder, salt: UInt64) {
    guard folder.has(Self.name) else { return nil }
    do throws(JournalError) {
      let bytes = try folder.open(Self.name, .read).read(Self.byteCount, at: 0)
      self.init(bytes, salt: salt)
    } catch { return nil }
  }

  init?(_ bytes: [UInt8], salt: UInt64) {
    do throws(Malformed) {
      var reader = ByteReader(bytes)
      (epoch, segment) = (try reader.take(), try reader.take())
      (writtenOffset, writtenSequence) = (try reader.take(), try reader.take())
      (durableOffset, durableSequence) = (try reader.take(), try reader.take())
      try reader.skip(8)
      guard try reader.take(UInt64.self) == XXH64.hash(Array(bytes[..<56]), seed: salt) else {
        return nil
      }
    } catch { return nil }
  }

  func bytes(salt: UInt64) -> [UInt8] {
    var writer = ByteWriter()
    writer.put(epoch)
    writer.put(segment)
    writer.put(writtenOffset)
    writer.put(writtenSequence)
    writer.put(durableOffset)
    writer.put(durableSequence)
    writer.put(UInt64(0))
    writer.put(XXH64.hash(writer.bytes, seed: salt))
    return writer.bytes
  }

  /// The bytes of the segment with `header` that may be read; nil when this is about another one.
  func writtenOffset(in header: SegmentHeader) -> UInt64? {
    isAbout(header) ? writtenOffset : nil
  }

  /// The bytes of the segment with `header` that were on the disk when this was said; nil when this is
  /// about another one. True also after a crash: it is said only once the disk has answered.
  func durableOffset(in header: SegmentHeader) -> UInt64? {
    isAbout(header) ? durableOffset : nil
  }

  private func isAbout(_ header: SegmentHeader) -> Bool {
    segment == header.firstSequence && epoch == header.epoch
  }
}
