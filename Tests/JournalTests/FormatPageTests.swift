/// Keeps the format document honest: what its pages state is asked of the code.
import Foundation
import Testing
import TradingCore

@testable import Journal

@Suite("The format document says what the code does")
struct FormatPageTests {
  @Test("Every kind of event stands in the page with its id, and no other")
  func kinds() throws {
    let stated = try FormatPage("Events").headings.filter { $0.hasPrefix("`") }
    let known = EventKind.allCases.map {
      "`\($0.name)`, id \($0.rawValue), version \(SchemaVersions.current[$0])"
    }
    #expect(stated == known)
  }

  @Test("Every kind's fields stand in the page in the stored order", arguments: EventKind.allCases)
  func fields(_ kind: EventKind) throws {
    let rows = try FormatPage("Events").table(under: "`\(kind.name)`,")
    let stated = rows.map { StoredField(name: $0[0], type: $0[1]) }
    var stored = try StoredKind(kind).fields
    if kind == .text { stored.removeLast(4) }  // five words of text, said once
    #expect(stated == stored)
  }

  @Test("Every enumeration stands in the page with all its values, and no other")
  func enumerations() throws {
    let page = try FormatPage("Events")
    var known: [String: [String]] = [:]
    for kind in EventKind.allCases {
      known.merge(try StoredKind(kind).enumerations) { first, _ in first }
    }
    for (name, cases) in known.sorted(by: { $0.key < $1.key }) {
      #expect(page.table(under: name).map { "\($0[0]) \($0[1])" } == cases, "\(name)")
    }
    let start = page.headings.firstIndex(of: "Enumerations") ?? 0
    #expect(Set(page.headings[(start + 1)...]) == Set(known.keys))
  }

  @Test("The columns stand in the page in their order")
  func columns() throws {
    let stated = try FormatPage("Payload").table(under: "Columns").map { "\($0[0]) \($0[1])" }
    #expect(stated == ColumnID.allCases.map { "\($0.rawValue) \($0)" })
  }

  @Test("The length tables are those of the page")
  func lengthTables() throws {
    let stated = try FormatPage("Payload").table(under: "Packing of a column", number: 2)
    #expect(stated.map { $0.dropFirst().compactMap { UInt8($0) } } == LengthTables.lengths)
  }

  @Test("Every limit of the page is the code's")
  func limits() throws {
    let known: [String: Int] = [
      "header pages, bytes": JournalFormat.headerBytes,
      "page, bytes": JournalFormat.watermarkOffset,
      "watermark slot, bytes": JournalFormat.watermarkSlotBytes,
      "block header frame, bytes": BlockHeader.frameBytes,
      "block header, bytes": JournalFormat.blockHeaderBytes,
      "frame header, bytes": JournalFormat.frameHeaderBytes,
      "trailer, bytes": JournalFormat.trailerBytes,
      "payload, bytes at most": JournalFormat.maxPayloadBytes,
      "stored bytes of a payload at most": JournalFormat.maxStoredBytes,
      "events in a block at most": JournalFormat.maxBlockEvents,
      "values in a column at most": 2 * JournalFormat.maxBlockEvents,
      "instruments in columns": InstrumentContext.limit,
      "footer, bytes at most": JournalFormat.maxFooterBytes,
      "build text, bytes at most": JournalFormat.maxBuildBytes,
      "note, bytes at most": JournalFormat.maxNoteBytes,
    ]
    let rows = try FormatPage("Format").table(under: "Limits")
    let stated = Dictionary(uniqueKeysWithValues: rows.map { ($0[0], pageNumber($0[1])) })
    #expect(stated == known.mapValues { UInt64($0) })
  }

  @Test("Frames, kinds of blocks, tags and endings are numbered as in the pages")
  func numbers() throws {
    let format = try FormatPage("Format")
    #expect(
      format.table(under: "The frames of a segment").map { pageNumber($0[0]) }
        == [
          JournalFormat.headerMagic, JournalFormat.blockMagic, 0x184D_2204, JournalFormat.noteMagic,
          JournalFormat.paddingMagic, JournalFormat.footerMagic,
        ].map { UInt64($0) })
    let kinds: [(BlockKind, String)] = [
      (.data, "data"), (.dictionary, "dictionary"), (.heartbeat, "heartbeat"),
      (.checkpoint, "checkpoint"),
    ]
    #expect(
      try FormatPage("Blocks").table(under: "Kinds").map { $0[0] + " " + $0[1] }
        == kinds.map { "\($0.0.rawValue) \($0.1)" })
    let endings: [SegmentEnding] = [.rolled, .ended, .recovered]
    #expect(
      try FormatPage("Segments").table(under: "The footer", number: 1).map { $0[0] + " " + $0[1] }
        == endings.map { "\($0.rawValue) \($0)" })
    let groups = try FormatPage("Payload").table(under: "Tags", number: 1).map { UInt8($0[0]) }
    #expect(groups == (0..<8).map { GroupKind(rawValue: $0)?.rawValue })
    let version = try #require(format.table(under: "What changed in which version").last?.first)
    #expect(version == "\(JournalFormat.majorVersion).\(JournalFormat.minorVersion)")
  }

  @Test("A heartbeat's stored hash is the one in the page")
  func nothing() throws {
    let page = try FormatPage("Blocks")
    #expect(page.says("0x" + String(XXH64.hash([]), radix: 16, uppercase: true)))
  }
}
