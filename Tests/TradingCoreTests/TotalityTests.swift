/// Nothing that a journal can hold stops `reduce`, the gate, the simulation or an audit. The number
/// of events is multiplied by the environment variable CRYPTOBOT_FUZZ where it is set.
import Foundation
import Testing

@testable import TradingCore

@Suite("Totality")
struct TotalityTests {
  static let factor = ProcessInfo.processInfo.environment["CRYPTOBOT_FUZZ"].flatMap(Int.init) ?? 1

  struct Case: CustomTestStringConvertible, Sendable {
    var seed: UInt64
    var wildness: Double
    var testDescription: String { "seed \(seed), wildness \(wildness)" }
  }

  static let cases = (1...8).map { Case(seed: UInt64($0), wildness: [0, 0.1, 0.5, 1][$0 % 4]) }

  @Test("reduce takes any event after any other and books what is exact", arguments: cases)
  func reduceIsTotal(test: Case) {
    for round in 0..<Self.factor {
      var fuzz = EventFuzz(seed: test.seed &+ UInt64(round) * 1_000, wildness: test.wildness)
      var state = State()
      for _ in 0..<20_000 { reduce(&state, fuzz.next()) }
      #expect(state.instruments.count <= InstrumentID.capacity)
      #expect(state.account.balances.count <= AssetID.capacity)
      #expect(state.orders.live.count <= OrderTable.capacity)
      if state.anomalies.overflows == 0 {
        let booked = state.account.balances.allSatisfy { $0.isBookable }
        #expect(booked, "seed \(test.seed) round \(round)")
      }
    }
  }

  @Test("states are equal exactly when their canonical bytes are", arguments: cases)
  func canonicalBytes(test: Case) {
    var left = EventFuzz(seed: test.seed, wildness: test.wildness)
    var right = left
    var states = (State(), State())
    for _ in 0..<2_000 {
      reduce(&states.0, left.next())
      reduce(&states.1, right.next())
    }
    #expect(states.0 == states.1)
    #expect(states.0.fingerprint == states.1.fingerprint)
    for _ in 0..<100 {
      var other = states.0
      reduce(&other, left.next())
      var same = states.0
      same.sequence += 1
      same.time = other.time
      same.anomalies = other.anomalies
      #expect((other == same) == (other.fingerprint == same.fingerprint), "seed \(test.seed)")
      states.0 = other
    }
  }

  @Test("an absurd id claims no memory, and a state full of instruments stays small and quick")
  func largeIDs() {
    var state = State()
    let ids: [UInt16] = [8_192, 40_000, .max - 1, .max]
    for id in ids {
      reduce(&state, Event(receiveTime: .distantPast, .instrument(definition(id))))
      let balance = AssetAmount(asset: AssetID(id), amount: .one)
      reduce(&state, Event(receiveTime: .distantPast, .balance(balance)))
      reduce(&state, Event(receiveTime: .distantPast, .adjustment(balance)))
      let asset = AssetDefinition(asset: AssetID(id), commissionDecimals: 255)
      reduce(&state, Event(receiveTime: .distantPast, .asset(asset)))
    }
    #expect(state.anomalies.beyondCapacity == UInt64(4 * ids.count))
    #expect(state.instruments.isEmpty && state.account.balances.isEmpty)
    reduce(&state, Event(receiveTime: .distantPast, .instrument(definition(8_191))))
    #expect(state.instruments.count == InstrumentID.capacity)
    #expect(state.markets.count * MemoryLayout<MarketState>.stride < 8 << 20)
  }

  private func definition(_ id: UInt16) -> InstrumentDefinition {
    InstrumentDefinition(
      instrument: InstrumentID(id), base: AssetID(0), quote: AssetID(1),
      tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 3))
  }

  @Test(
    "a grid that is not exact is refused for every pair of scales",
    arguments: [0, 1, 9, 18, 19, 200, 255])
  func scales(tickScale: UInt8) {
    for lotScale in UInt8.min...(.max) {
      var inexact = definition(0)
      (inexact.tickScale, inexact.lotScale) = (tickScale, lotScale)
      var state = State()
      reduce(&state, Event(receiveTime: .distantPast, .instrument(inexact)))
      let isTaken = Int(tickScale) + Int(lotScale) <= 18
      #expect((state.instruments.count == 1) == isTaken)
      #expect(state.anomalies.undefinedInstruments == (isTaken ? 0 : 1))
    }
  }
}
