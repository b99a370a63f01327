/// Files forged with every checksum mended: a decoder must refuse them by their content.

import Foundation
import Journal
import Testing
import TradingCore

/// A small journal whose one payload is stored raw, so that a test can change it and mend every
/// checksum on the way: what a decoder meets when someone forges a file.
private struct Forgery {
  let path: String
  let file: String
  let original: [UInt8]
  static let header = 8_192 + 8
  static let frame = 8_192 + 168
  static let payload = frame + 19

  init(_ folder: TestFolder, _ events: [Event]) throws {
    path = folder.path("j")
    try write(events, to: path)
    file = path + "/" + JournalFormat.segmentName(first: 1)
    original = try bytes(file)
  }

  var payloadBytes: Int { word(Forgery.header + 84) }

  private func word(_ offset: Int) -> Int {
    (0..<4).reduce(0) { $0 | Int(original[offset + $1]) << (8 * $1) }
  }

  /// Reads the journal with these payload bytes in place of its own, all checksums mended but the
  /// chain, which is not looked at.
  func read(_ changed: [UInt8]) throws -> Int {
    var whole = original
    whole.replaceSubrange(Forgery.payload..<Forgery.payload + changed.count, with: changed)
    let stored = word(Forgery.header + 80)
    put(XXH64.hash(Array(whole[Forgery.frame..<Forgery.frame + stored])), &whole, 96)
    put(XXH64.hash(Array(whole[Forgery.header..<Forgery.header + 152])), &whole, 152)
    try Data(whole).write(to: URL(fileURLWithPath: file))
    var reader = try JournalReader(opening: path, verifying: false)
    var batch = EventBatch()
    var count = 0
    while try reader.next(into: &batch) { count += batch.events.count }
    return count
  }

  private func put(_ hash: UInt64, _ whole: inout [UInt8], _ offset: Int) {
    for index in 0..<8 {
      whole[Forgery.header + offset + index] = UInt8(truncatingIfNeeded: hash >> UInt64(8 * index))
    }
  }
}

/// Levels of two messages, trades, a quote, a candle and rows: every part of a payload, in little.
private func mixture() -> [Event] {
  var numbers = Numbers(seed: 8)
  var events: [Event] = []
  func add(_ body: EventBody) {
    let time = Timestamp(nanoseconds: 1_000 + Int64(events.count / 3))
    events.append(Event(receiveTime: time, venueTime: time, body))
  }
  for (index, flags) in [RunFlags.first, [], [], .last].enumerated() {
    let (side, price) = (index < 2 ? Side.buy : .sell, Price(ticks: 100 + Int64(index)))
    events.append(
      Event(
        receiveTime: Timestamp(nanoseconds: 999),
        .depth(
          Depth(
            instrument: InstrumentID(1), side: side, price: price, quantity: Quantity(lots: 5),
            lastUpdateID: 77, updateSpan: 3, flags: flags))))
  }
  for kind in [EventKind.trade, .trade, .quote, .candle, .fill, .text] {
    add(anyBody(kind, &numbers))
  }
  return events
}

@Suite("Forged payloads with right checksums neither crash nor overrun")
struct HostileTests {
  @Test("every byte of a small payload changed, singly")
  func single() throws {
    let folder = TestFolder()
    let forgery = try Forgery(folder, mixture())
    let payload = Array(forgery.original[Forgery.payload..<Forgery.payload + forgery.payloadBytes])
    #expect(try forgery.read(payload) == mixture().count)
    var refused = 0
    for place in payload.indices {
      for value in [0, 1, 0x7F, 0x80, 0xFF, payload[place] ^ 1, payload[place] &+ 8] {
        var changed = payload
        changed[place] = value
        if let count = try? forgery.read(changed) {
          #expect(count == mixture().count)
        } else {
          refused += 1
        }
      }
    }
    print("\(refused) of \(payload.count * 7) forgeries refused, the others decoded")
    #expect(refused > payload.count)
  }

  @Test("many bytes changed at once", arguments: 0..<4)
  func many(seed: UInt64) throws {
    print("seed \(seed)")
    let folder = TestFolder()
    let forgery = try Forgery(folder, mixture())
    let payload = Array(forgery.original[Forgery.payload..<Forgery.payload + forgery.payloadBytes])
    var numbers = Numbers(seed: seed)
    for _ in 0..<500 {
      var changed = payload
      for _ in 0...numbers.below(6) {
        changed[numbers.below(changed.count)] = UInt8(truncatingIfNeeded: numbers.next())
      }
      if let count = try? forgery.read(changed) { #expect(count == mixture().count) }
    }
  }
}
