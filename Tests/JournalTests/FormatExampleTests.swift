/// The journal that the format document takes apart byte by byte, written and read by the code.
import Foundation
import Journal
import Testing
import TradingCore

@Suite("The format document's example is a journal of ours")
struct FormatExampleTests {
  private static let instrument = InstrumentID(0)

  /// The nine events, as the page's first table lists them.
  private static var events: [Event] {
    let unit = (Decimal64(mantissa: 1, scale: 2), Decimal64(mantissa: 1, scale: 5))
    let definition = InstrumentDefinition(
      instrument: instrument, base: AssetID(0), quote: AssetID(1), tick: unit.0, lot: unit.1)
    let name = Text.run(subject: .instrument, id: 0, "BTCUSDT")[0]
    let quote = Quote(
      instrument: instrument, bidPrice: Price(ticks: 4_200_000), bidQuantity: Quantity(lots: 5),
      askPrice: Price(ticks: 4_200_010), askQuantity: Quantity(lots: 9), updateID: 100)
    return [
      at(0, nil, .instrument(definition)), at(0, nil, .text(name)),
      at(1, 0, trade(4_200_000, 150, .buy, 7)), at(3, 2, trade(4_200_010, 20, .sell, 8)),
      at(3, nil, .quote(quote)), at(5, 4, level(.buy, 4_199_990, 300, .first)),
      at(5, 4, level(.sell, 4_200_010, 0, [])), at(5, 4, level(.sell, 4_200_020, 40, .last)),
      at(6, nil, .reading(Reading(instrument: instrument, feature: 3, value: 0.5))),
    ]
  }

  private static func at(_ receive: Int64, _ venue: Int64?, _ body: EventBody) -> Event {
    let start = Timestamp(nanoseconds: 1_704_067_200_000_000_000)
    func time(_ milliseconds: Int64) -> Timestamp {
      start + Interval(nanoseconds: milliseconds * 1_000_000)
    }
    return Event(receiveTime: time(receive), venueTime: venue.map(time) ?? .none, body)
  }

  private static func trade(_ price: Int64, _ lots: Int64, _ side: Side, _ id: Int64) -> EventBody {
    .trade(
      Trade(
        instrument: instrument, price: Price(ticks: price), quantity: Quantity(lots: lots),
        aggressor: side, id: id))
  }

  private static func level(
    _ side: Side, _ price: Int64, _ lots: Int64, _ flags: RunFlags
  ) -> EventBody {
    .depth(
      Depth(
        instrument: instrument, side: side, price: Price(ticks: price),
        quantity: Quantity(lots: lots), lastUpdateID: 102, updateSpan: 1, flags: flags))
  }

  private static let file = "00000000000000000001.lz4"

  @Test("Writing the example's events gives exactly the page's bytes")
  func written() throws {
    let folder = TestFolder()
    var writer = try JournalWriter(
      creating: folder.path("j"),
      identity: JournalIdentity(
        inputs: Array("example".utf8), scenario: "", logicVersion: LogicVersion(version: 1),
        build: "example"),
      replacing: false)
    var batch = EventBatch()
    batch.events = ContiguousArray(Self.events)
    try writer.append(batch)
    _ = try writer.seal()
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path("j/" + Self.file)))
    let stated = try FormatPage("Example").dump(under: "The file")
    #expect(stated == [UInt8](bytes), "the page should hold\n\(pageDump([UInt8](bytes)))")
  }

  @Test("The page's bytes read as the example's events")
  func read() throws {
    let folder = TestFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path("j"), withIntermediateDirectories: true)
    let bytes = try FormatPage("Example").dump(under: "The file")
    try Data(bytes).write(to: URL(fileURLWithPath: folder.path("j/" + Self.file)))
    _ = try JournalVerifier.verify(folder.path("j"))
    var reader = try JournalReader(opening: folder.path("j"))
    var batch = EventBatch()
    #expect(try reader.next(into: &batch))
    #expect(Array(batch.events) == Self.events)
  }

  @Test("The bytes quoted beside the dump stand where the page says")
  func quoted() throws {
    let page = try FormatPage("Example")
    let bytes = page.dump(under: "The file")
    var quoted = 0
    for heading in page.headings {
      for row in page.table(under: heading) where row.count == 3 {
        guard row[0].count == 4, let offset = Int(row[0], radix: 16) else { continue }
        let words = row[1].split(separator: " ").prefix { $0 != "…" }
        let stated = words.compactMap { $0.count == 2 ? UInt8($0, radix: 16) : nil }
        #expect(Array(bytes[offset..<(offset + stated.count)]) == stated, "at \(row[0])")
        quoted += stated.count
      }
    }
    #expect(quoted > 350)
  }
}
