/// Every cut and every changed byte of real payloads: an error or something counted, never a crash and
/// never a half-read event.

import Dialects
import Foundation
import Testing
import TradingCore

@Suite("Damaged payloads", .disabled(if: Shared.isMissing))
struct TruncationTests {
  /// The actions whose answers the fixtures could be.
  private static let actions: [VenueAction] = [
    .ping, .time, .exchangeInformation(symbols: []), .snapshot(InstrumentID(0), levels: 5),
    .quote(InstrumentID(4)),
    .candles(
      InstrumentID(0), seconds: 60, from: milliseconds(0), to: milliseconds(6_000_000_000_000)),
    .place(PlacedOrder(OrderID(1), terms)), .test(PlacedOrder(OrderID(1), terms)),
    .placeList([PlacedOrder(OrderID(1), terms)]), .cancel(OrderID(1), InstrumentID(0)),
    .cancelAll(InstrumentID(0)), .shrink(OrderID(1), InstrumentID(0), to: Quantity(lots: 1)),
    .replace(OrderID(1), by: PlacedOrder(OrderID(2), terms)), .query(OrderID(1), InstrumentID(0)),
    .openOrders(nil), .allOrders(InstrumentID(0), from: 0), .fills(InstrumentID(0), from: 0),
    .fillsOf(OrderID(1), InstrumentID(0), venueOrder: 1), .account, .orderCounts, .logOn,
    .followAccount,
  ]
  private static let terms = OrderTerms(
    instrument: InstrumentID(0), side: .buy, type: .market, quantity: Quantity(lots: 1))

  @Test("every cut of every fixture is refused as a frame, and as an answer to anything")
  func cuts() throws {
    var dialect = try fixtureDialect()
    var batch = FrameBatch()
    var refused = 0
    for (_, text) in try fixturePayloads() {
      let bytes = Array(text.trimmingCharacters(in: .whitespacesAndNewlines).utf8)
      for length in cutLengths(bytes.count) {
        let cut = Array(bytes[..<length])
        #expect(throws: DialectError.self) {
          _ = try dialect.decode(cut.span, on: 1, at: arrival, into: &batch)
        }
        refused += 1
      }
      for action in Self.actions {
        for length in stride(from: 0, to: bytes.count, by: 97) {
          let response = VenueResponse(status: 200, body: Array(bytes[..<length]))
          _ = try? dialect.answer(response, to: action, at: arrival, into: &batch)
        }
      }
    }
    #expect(batch.events.isEmpty)
    #expect(refused > 10_000)
  }

  /// All lengths of a short payload, every seventh of a long one.
  private func cutLengths(_ count: Int) -> StrideTo<Int> {
    stride(from: 0, to: count, by: count > 1_500 ? 7 : 1)
  }

  @Test("changed bytes are an error that says nothing, a count or whole events", arguments: [3, 4])
  func changes(seed: UInt64) throws {
    var dialect = try fixtureDialect()
    var numbers = SeededNumbers(seed: seed)
    var batch = FrameBatch()
    var (refused, said) = (0, 0)
    func check(_ read: (inout FrameBatch) throws -> Void) {
      let before = counts(of: batch)
      do {
        try read(&batch)
        said += 1
        #expect(isWhole(batch.events), "seed \(seed)")
      } catch {
        refused += 1
        #expect(error is DialectError)
        #expect(counts(of: batch) == before, "seed \(seed)")
      }
    }
    for (_, text) in try fixturePayloads() {
      for _ in 0..<60 {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &numbers) {
          let place = Int.random(in: 0..<bytes.count, using: &numbers)
          bytes[place] = UInt8.random(in: .min ... .max, using: &numbers)
        }
        check { _ = try dialect.decode(bytes.span, on: 1, at: arrival, into: &$0) }
        for action in Self.actions {
          for response in [VenueResponse(status: 200, body: bytes), VenueResponse(frame: bytes)] {
            check { _ = try dialect.answer(response, to: action, at: arrival, into: &$0) }
          }
        }
        batch.removeAll()
      }
    }
    #expect(refused > 1_000 && said > 1_000)
  }

  /// Everything that a batch counts or holds.
  private func counts(of batch: FrameBatch) -> [UInt64] {
    [
      batch.events.count, batch.statements.count, batch.standings.count, batch.trades.count,
      batch.uses.count, batch.instruments.count, batch.limits.count,
    ].map(UInt64.init) + [batch.roundedNumbers, batch.oddMessages, batch.foreignReports]
  }

  /// Whether every run of levels has its end, and every event an instrument of the directory.
  private func isWhole(_ events: ContiguousArray<Event>) -> Bool {
    var isOpen = false
    for event in events {
      switch event.body {
      case .depth(let level): isOpen = !level.flags.contains(.last)
      case .bookSnapshot(let level): isOpen = !level.flags.contains(.last)
      case .trade(let trade): if trade.price.ticks <= 0 { return false }
      case .fill(let fill): if fill.instrument == .none { return false }
      default: break
      }
    }
    return !isOpen
  }
}
