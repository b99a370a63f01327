/// The table of the state's fields: whatever makes two states different shows in a field, by name.
import Foundation
import Journal
import Research
import Testing
import TradingCore

private let goldens = ["order-flow-1", "flow-with-outage-1", "candles-1", "live-candles-1"]

private func golden(_ name: String) -> String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("journals/\(name)").path
}

private func fold(_ name: String, to limit: FoldLimit = .none) throws -> (State, Names) {
  var fold = try JournalFold(opening: golden(name))
  while try fold.advance(to: limit) {}
  return (fold.state, fold.names)
}

@Suite("Fields of the state")
struct StateFieldsTests {
  @Test("no two fields of a state share a path, and each is found by it", arguments: goldens)
  func paths(name: String) throws {
    let (state, names) = try fold(name)
    let fields = StateFields.all(state, names)
    #expect(Set(fields.map(\.path)).count == fields.count)
    for field in fields {
      let reader = try #require(StateFields.reader(of: field.path, state, names), "\(field.path)")
      #expect(reader.path == field.path && reader.unit == field.unit)
      #expect(reader.value(state, names) == field.value, "\(field.path)")
      #expect(StateFields.isConceivable(field.path), "\(field.path)")
    }
    #expect(StateFields.reader(of: "markets.NONE.bid", state, names) == nil)
    #expect(StateFields.isConceivable("markets.NONE.bid"))
    #expect(!StateFields.isConceivable("markets.NONE.bidd"))
  }

  @Test("a field differs after an event exactly when the fingerprint does", arguments: goldens)
  func events(name: String) throws {
    var fold = try JournalFold(opening: golden(name))
    var before = fold.state
    while before.sequence < 150 {
      _ = try fold.advance(to: .sequence(before.sequence + 1))
      let differences = StateFields.differences(before, fold.state, fold.names)
      #expect(differences.isEmpty == (before.fingerprint == fold.state.fingerprint))
      #expect(differences.first?.field == "sequence")
      #expect(StateFields.differences(fold.state, fold.state, fold.names).isEmpty)
      before = fold.state
    }
  }

  /// Whatever bit of the canonical bytes is another, if they still are a state, a field says so; also
  /// where no field but a fingerprint knows of it.
  @Test("any canonical bytes that differ and can be read differ in a field", arguments: goldens)
  func bits(name: String) throws {
    let (state, names) = try fold(name, to: .sequence(1_400))
    var bytes = CanonicalBytes()
    state.encode(into: &bytes)
    var readable = 0
    for place in stride(from: 0, to: bytes.bytes.count, by: max(1, bytes.bytes.count / 700)) {
      var changed = bytes.bytes
      changed[place] ^= 1 << (place % 8)
      guard let other = try? State(canonicalBytes: changed) else { continue }
      readable += 1
      let differences = StateFields.differences(state, other, names)
      #expect(
        differences.isEmpty == (state.fingerprint == other.fingerprint), "byte \(place) of \(name)")
    }
    #expect(readable > 100, "\(readable) changes could be read")
  }

  @Test("a fingerprint is named only where no plainer field of its part differs")
  func fingerprints() throws {
    let (before, names) = try fold("order-flow-1", to: .sequence(1_000))
    let (after, _) = try fold("order-flow-1", to: .sequence(1_001))
    let fields = StateFields.differences(before, after, names).map(\.field)
    for field in fields where field.hasSuffix("fingerprint") {
      let part = field.dropLast("fingerprint".count)
      #expect(!fields.contains { $0 != field && $0.hasPrefix(part) }, "\(field) in \(fields)")
    }
  }

  @Test("values are those that the state shows elsewhere")
  func values() throws {
    let (state, names) = try fold("order-flow-1")
    func text(_ path: String) -> String? {
      StateFields.reader(of: path, state, names).map { StateField.text($0.value(state, names)) }
    }
    #expect(text("sequence") == "\(state.sequence)")
    #expect(text("equity") == state.account.equity.exactText)
    #expect(text("fingerprint") == hexadecimal(state.fingerprint))
    #expect(text("orders.live") == "\(state.orders.live.count)")
    for index in state.instruments.indices {
      let id = InstrumentID(UInt16(index))
      guard let symbol = names.symbol(id), let grid = state.instruments[index] else { continue }
      let market = state.markets[index]
      #expect(text("markets.\(symbol).bid") == grid.text(market.top.bidPrice))
      #expect(text("markets.\(symbol).mark") == market.mark.map { grid.text($0) })
      #expect(text("positions.\(symbol).lots") == "\(state.position(id).lots)")
    }
  }

  @Test(
    "following a field costs nothing for each thing that is not its own", .timeLimit(.minutes(1)))
  func following() throws {
    let recorded = try RecordedScenario(setting: ["source.generator.duration=10s"])
    let grid = Decimal64(mantissa: 1, scale: 2)
    var events: [Event] = []
    let count: UInt16 = 4_096
    for id in 0..<count {
      let definition = InstrumentDefinition(
        instrument: InstrumentID(id), base: AssetID(0), quote: AssetID(1), tick: grid, lot: grid)
      let texts = Text.run(subject: .instrument, id: id, "S\(id)").map(EventBody.text)
      events += ([.instrument(definition)] + texts).map { Event(receiveTime: .distantPast, $0) }
    }
    let last = InstrumentID(count - 1)
    let trade = Trade(
      instrument: last, price: Price(ticks: 77), quantity: Quantity(lots: 1), aggressor: .buy,
      id: 1, firstID: 1, count: 1, isAggregate: false)
    events.append(Event(receiveTime: .distantPast, .trade(trade)))
    let journal = try recorded.rewritten(events, as: "wide")
    var changes: [String] = []
    let watch: Watch = { _, _ in true }
    let unit = try StateFields.watch(
      "markets.S\(last.raw).mark", in: journal, upTo: .none, watch: watch
    ) { changes.append(StateField.text($0.second)) }
    #expect(unit != nil)
    #expect(changes == ["0.77"])
  }
}
