/// Segments as small as can be asked for: one block each, never one without events.
import Journal
import Testing

@Suite("Segments of the least size")
struct TinySegmentTests {
  @Test(
    "a journal reads as it was written, whatever its segments are limited to",
    arguments: [0, 1, 4_096, 8_191, 8_192, 8_193, 9_000] as [UInt64])
  func limits(limit: UInt64) throws {
    let folder = TestFolder()
    let events = sample(20_000)
    let summary = try write(events, to: folder.path("j"), segmentLimit: limit)
    let isSame = try read(folder.path("j")) == events
    #expect(isSame)
    let report = try JournalVerifier.verify(folder.path("j"))
    #expect(
      report.facts.chainHead == summary.chainHead && report.facts.events == UInt64(events.count))
    #expect(summary.segments > 1)
  }
}
