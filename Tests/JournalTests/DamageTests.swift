/// Damage to sealed files: whatever was cut, flipped or taken away is found and named.

import Foundation
import Journal
import Testing
import TradingCore

/// A name and `count` events of several sorts.
func sample(_ count: Int) -> [Event] {
  var numbers = Numbers(seed: 11)
  var events: [Event] = [
    Event(
      receiveTime: Timestamp(nanoseconds: 5),
      .asset(AssetDefinition(asset: AssetID(0))))
  ]
  for text in Text.run(subject: .asset, id: 0, "USDT") {
    events.append(Event(receiveTime: Timestamp(nanoseconds: 5), .text(text)))
  }
  for _ in 0..<count {
    let kinds: [EventKind] = [.trade, .quote, .depth, .candle, .fill, .signal]
    events.append(anyEvent(kinds[numbers.below(kinds.count)], &numbers))
  }
  return events
}

/// Whether the verifier finds nothing wrong with the journal.
private func accepts(_ path: String) -> Bool {
  (try? JournalVerifier.verify(path)) != nil
}

@Suite("Damage is reported, never accepted")
struct DamageTests {
  @Test("every single flipped bit of every file")
  func flips() throws {
    let folder = TestFolder()
    let path = folder.path("j")
    let events = sample(30)
    try write(events, to: path)
    let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    var flips = 0
    for name in names {
      let file = path + "/" + name
      let whole = try bytes(file)
      let handle = try #require(FileHandle(forUpdatingAtPath: file))
      for offset in whole.indices {
        // In the zeros of the two pages one bit of every eighth byte stands for the rest.
        let isPadding = whole[offset] == 0 && offset > 600 && offset < 8_192
        let bits = isPadding ? (offset % 8 == 0 ? 0..<1 : 0..<0) : 0..<8
        for bit in bits {
          try handle.seek(toOffset: UInt64(offset))
          try handle.write(contentsOf: Data([whole[offset] ^ (1 << UInt8(bit))]))
          flips += 1
          if accepts(path) { Issue.record("\(name): bit \(bit) of byte \(offset) accepted") }
        }
        try handle.seek(toOffset: UInt64(offset))
        try handle.write(contentsOf: Data([whole[offset]]))
      }
    }
    print("\(flips) flips, all reported")
    #expect(try read(path) == events)
  }

  @Test("every length a file can be cut to")
  func truncations() throws {
    let folder = TestFolder()
    let path = folder.path("j")
    let events = sample(30)
    try write(events, to: path)
    let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    for name in names {
      let file = path + "/" + name
      let whole = try bytes(file)
      let handle = try #require(FileHandle(forUpdatingAtPath: file))
      for length in stride(from: whole.count - 1, through: 0, by: -1)
      where length % 16 == 0 || length < 64 || length > 8_100 {
        try handle.truncate(atOffset: UInt64(length))
        if accepts(path) { Issue.record("\(name): \(length) bytes accepted") }
      }
      try handle.seek(toOffset: 0)
      try handle.write(contentsOf: Data(whole))
    }
    #expect(try read(path) == events)
  }

  @Test("a segment that is missing, doubled, foreign or out of order")
  func segments() throws {
    let folder = TestFolder()
    let path = folder.path("j")
    let events = sample(8_000)
    let summary = try write(events, to: path, segmentLimit: 9_000)
    let report = try JournalVerifier.verify(path)
    #expect(report.facts.chainHead == summary.chainHead && report.bytes == summary.bytes)
    let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    #expect(names.count > 1)
    for name in names {
      let file = path + "/" + name
      try FileManager.default.moveItem(atPath: file, toPath: folder.path("aside"))
      #expect(throws: JournalError.self) { try read(path) }
      for other in names where other != name {
        try FileManager.default.copyItem(atPath: path + "/" + other, toPath: file)
        #expect(throws: JournalError.self) { try read(path) }
        try FileManager.default.removeItem(atPath: file)
      }
      try FileManager.default.moveItem(atPath: folder.path("aside"), toPath: file)
    }
    #expect(try read(path) == events)
  }

  @Test("an error names the segment, the block and its sequences")
  func place() throws {
    let folder = TestFolder()
    let path = folder.path("j")
    try write(sample(30), to: path)
    let name = JournalFormat.segmentName(first: 1)
    var whole = try bytes(path + "/" + name)
    whole[8_192 + 168 + 100] ^= 1
    try Data(whole).write(to: URL(fileURLWithPath: path + "/" + name))
    let place = BlockPlace(
      segment: path + "/" + name, block: 0, first: 1, last: UInt64(sample(30).count))
    #expect(
      throws: JournalError.damagedBlock(
        place, reason: "the stored bytes do not match their checksum")
    ) { try read(path) }
  }
}
