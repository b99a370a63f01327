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
}
