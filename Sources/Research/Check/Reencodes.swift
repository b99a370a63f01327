/// What is written is what is read: in segments and batches of any size the same events, and in one
/// partition of batches or another the same bytes.

internal import Foundation
internal import Journal
internal import TradingCore

struct Reencodes: Property {
  let name = "re-encodes"
  let summary = "Written in batches and segments of other sizes the journal holds the same events."
  let isRandom = true

  func objection(to subject: CheckSubject) -> String? {
    subject.events.isEmpty ? "it has no event" : nil
  }

  func failure(of subject: CheckSubject, _ test: CheckCase) throws -> PropertyFailure? {
    var random = test.random(name)
    let folder =
      FileManager.default.temporaryDirectory.path
      + "/cryptobot-check-\(ProcessInfo.processInfo.processIdentifier)-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let segment = UInt64(1) << UInt64(random.integer(in: 14...22))
    let largest = 1 << Int(random.integer(in: 0...12))
    do throws(JournalError) {
      try write(subject.events, to: folder, segment, upTo: largest, &random)
      return try Reencodes.difference(folder, subject.events)
    } catch {
      if case .io = error { throw error }
      return PropertyFailure(at: 0, "encoding", "written anew it cannot be read: \(error)")
    }
  }

  private static func difference(
    _ folder: String, _ events: [Event]
  ) throws(JournalError) -> PropertyFailure? {
    var reader = try JournalReader(opening: folder)
    var batch = EventBatch()
    var place = 0
    while try reader.next(into: &batch) {
      for event in batch.events {
        guard place < events.count, event == events[place] else {
          return PropertyFailure(
            at: Sequence64(place) + 1, "encoding",
            "written as \(EventWords.name(events, place)), read as \(EventWords.name(event))")
        }
        place += 1
      }
    }
    guard place < events.count else { return nil }
    return PropertyFailure(at: Sequence64(place) + 1, "encoding", "the rest is not there")
  }

  private func write(
    _ events: [Event], to folder: String, _ segment: UInt64, upTo largest: Int,
    _ random: inout RandomSource
  ) throws(JournalError) {
    let identity = try JournalIdentity(inputs: [], scenario: "check", build: "")
    var writer = try JournalWriter(
      creating: folder, identity: identity, replacing: false, segmentLimit: segment)
    var place = 0
    while place < events.count {
      let end = min(events.count, place + Int(random.integer(in: 1...Int64(largest))))
      var batch = EventBatch()
      batch.firstSequence = Sequence64(place) + 1
      batch.events.append(contentsOf: events[place..<end])
      try writer.append(batch)
      place = end
    }
    _ = try writer.seal()
  }
}
