/// The shape of an event: size, kinds and their ids.

import Testing

@testable import TradingCore

@Suite("Events")
struct EventTests {
  @Test("an event is one cache line and holds no reference")
  func size() {
    #expect(MemoryLayout<Event>.size == 64)
    #expect(MemoryLayout<Event>.stride == 64)
    #expect(MemoryLayout<EventBody>.size == 48)
  }

  @Test("every kind has its own id below 128")
  func kinds() {
    let ids = EventKind.allCases.map(\.rawValue)
    #expect(Set(ids).count == ids.count)
    #expect(ids.allSatisfy { $0 > 0 && $0 < 128 })
  }

  @Test("the 64-bit hash reproduces the published values")
  func hash() {
    #expect(XXH64.hash([]) == 0xEF46_DB37_51D8_E999)
    #expect(XXH64.hash(Array("abc".utf8)) == 0x44BC_2CF5_AD77_0999)
  }

  @Test(
    "text of any length splits into runs and joins again", arguments: [0, 1, 39, 40, 41, 80, 99])
  func text(length: Int) {
    let text = String(repeating: "é", count: length)
    let run = Text.run(subject: .note, id: 3, text)
    #expect(run.flatMap(\.utf8) == Array(text.utf8))
    #expect(run.first!.flags.contains(.first) && run.last!.flags.contains(.last))
  }
}
