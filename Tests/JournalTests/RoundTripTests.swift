/// Every kind of event, with extreme values, through the file and back again.

import Foundation
import Journal
import Testing
import TradingCore

@Suite("What goes into a journal comes out of it")
struct RoundTripTests {
  @Test("every kind with extreme values", arguments: EventKind.allCases)
  func kinds(kind: EventKind) throws {
    let folder = TestFolder()
    var numbers = Numbers(seed: UInt64(kind.rawValue))
    let events = (0..<1_000).map { _ in anyEvent(kind, &numbers) }
    try write(events, to: folder.path("j"))
    #expect(try read(folder.path("j")) == events)
  }

  @Test("random events of all kinds, whatever the batches, and the same bytes", arguments: 0..<8)
  func mixed(seed: UInt64) throws {
    print("seed \(seed)")
    let folder = TestFolder()
    var numbers = Numbers(seed: seed)
    let events = (0..<20_000).map { _ in
      anyEvent(EventKind.allCases[numbers.below(EventKind.allCases.count)], &numbers)
    }
    let whole = try write(events, to: folder.path("whole"))
    let split = try write(events, to: folder.path("split"), batches: 1 + numbers.below(500))
    #expect(whole == split)
    #expect(try read(folder.path("whole")) == events)
    let name = JournalFormat.segmentName(first: 1)
    #expect(try bytes(folder.path("whole/" + name)) == bytes(folder.path("split/" + name)))
  }

  @Test("an empty journal")
  func empty() throws {
    let folder = TestFolder()
    let summary = try write([], to: folder.path("j"))
    #expect(summary.events == 0 && summary.segments == 1 && summary.firstSequence == 0)
    #expect(try read(folder.path("j")).isEmpty)
  }
}
