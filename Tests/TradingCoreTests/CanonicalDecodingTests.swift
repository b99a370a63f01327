/// A state that was written and read again is the same state, goes on the same way, and comes from
/// no other bytes. The number of rounds is multiplied by CRYPTOBOT_FUZZ, as in the totality tests.
import Testing

@testable import TradingCore

@Suite("Canonical decoding")
struct CanonicalDecodingTests {
  typealias Case = TotalityTests.Case

  static let cases = (1...16).map { Case(seed: UInt64($0), wildness: [0, 0.1, 0.5, 1][$0 % 4]) }

  private func bytes(_ state: State) -> [UInt8] {
    var bytes = CanonicalBytes()
    state.encode(into: &bytes)
    return bytes.bytes
  }

  /// A state after `count` events, and the events that may follow it.
  private func folded(_ test: Case, _ count: Int) -> (state: State, rest: EventFuzz) {
    var fuzz = EventFuzz(seed: test.seed, wildness: test.wildness)
    var state = State()
    for _ in 0..<count { reduce(&state, fuzz.next()) }
    return (state, fuzz)
  }

  @Test("a decoded state is equal and has equal bytes, at any point of a run", arguments: cases)
  func roundTrip(test: Case) throws {
    var (state, rest) = folded(test, 0)
    for index in 0..<6_000 * TotalityTests.factor {
      if index % 37 == 0 {
        let written = bytes(state)
        let decoded = try State(canonicalBytes: written)
        #expect(decoded == state, "seed \(test.seed) after \(index) events")
        #expect(bytes(decoded) == written, "seed \(test.seed) after \(index) events")
      }
      reduce(&state, rest.next())
    }
  }

  @Test("going on from a decoded state is going on from the original", arguments: cases)
  func goingOn(test: Case) throws {
    for round in 0..<UInt64(2 * TotalityTests.factor) {
      let seeded = Case(seed: test.seed + 100 * round, wildness: test.wildness)
      var (original, rest) = folded(seeded, 1_500 + 977 * Int(round))
      var decoded = try State(canonicalBytes: bytes(original))
      for index in 1...6_000 {
        let event = rest.next()
        reduce(&original, event)
        reduce(&decoded, event)
        guard index <= 200 || index % 1_000 == 0 else { continue }
        try #require(decoded == original, "seed \(seeded.seed), \(index) events after decoding")
        #expect(decoded.fingerprint == original.fingerprint, "seed \(seeded.seed), event \(index)")
      }
    }
  }

  @Test("a state read back after every single event ends where the run ends", arguments: cases)
  func relay(test: Case) throws {
    var (original, rest) = folded(test, 600)
    var relayed = original
    for index in 1...600 {
      let event = rest.next()
      reduce(&original, event)
      relayed = try State(canonicalBytes: bytes(relayed))
      reduce(&relayed, event)
      try #require(relayed == original, "seed \(test.seed), event \(index)")
    }
  }

  @Test("holdings beyond what is booked are worth the same to a decoded state")
  func absurdHoldings() throws {
    let whole = Int128(Int64.max) * 10_000_000_000_000
    for units in [whole, whole + 10_000_000_000_000, 1 << 123, 1 << 124, -(1 << 124), .max, .min] {
      var state = State()
      reduce(&state, Event(receiveTime: .distantPast, .instrument(definition)))
      trade(&state, 100)
      let balance = AssetAmount(asset: AssetID(1), amount: Money(units: units))
      reduce(&state, Event(receiveTime: .distantPast, .balance(balance)))
      for ticks in [100, 1, 1 << 40, 0, -5, 100] as [Int64] {
        trade(&state, ticks)
        var decoded = try State(canonicalBytes: bytes(state))
        #expect(decoded == state, "\(units) at \(ticks)")
        trade(&decoded, 7)
        var next = state
        trade(&next, 7)
        #expect(decoded == next, "\(units) at \(ticks), then at 7")
      }
    }
  }

  private var definition: InstrumentDefinition {
    InstrumentDefinition(
      instrument: InstrumentID(0), base: AssetID(1), quote: AssetID(0),
      tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 5))
  }

  private func trade(_ state: inout State, _ ticks: Int64) {
    let trade = Trade(
      instrument: InstrumentID(0), price: Price(ticks: ticks), quantity: Quantity(lots: 1),
      aggressor: .buy, id: 0)
    reduce(&state, Event(receiveTime: .distantPast, .trade(trade)))
  }
}

@Suite("Canonical decoding of damaged bytes")
struct DamagedCanonicalTests {
  /// A small state with something in every part of it.
  private func small(seed: UInt64, _ events: Int) -> [UInt8] {
    var fuzz = EventFuzz(seed: seed, wildness: 0)
    var state = State()
    for _ in 0..<events { reduce(&state, fuzz.next()) }
    var bytes = CanonicalBytes()
    state.encode(into: &bytes)
    return bytes.bytes
  }

  private func encoded(_ state: State) -> [UInt8] {
    var bytes = CanonicalBytes()
    state.encode(into: &bytes)
    return bytes.bytes
  }

  @Test("every truncation and every surplus byte is refused", arguments: [1, 2, 3] as [UInt64])
  func truncations(seed: UInt64) {
    let bytes = small(seed: seed, 300)
    for length in 0..<bytes.count {
      #expect(throws: CanonicalError.self, "\(length) of \(bytes.count) bytes, seed \(seed)") {
        try State(canonicalBytes: Array(bytes[..<length]))
      }
    }
    #expect(throws: CanonicalError.surplus(at: bytes.count)) {
      try State(canonicalBytes: bytes + [0])
    }
  }

  @Test(
    "a flipped bit is refused, or is a state of exactly these bytes that can go on",
    arguments: 0..<4)
  func flips(quarter: Int) {
    var bytes = small(seed: 4, 100)
    var (refused, taken) = (0, 0)
    for bit in stride(from: quarter, to: bytes.count * 8, by: 4) {
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      defer { bytes[bit / 8] ^= 1 << UInt8(bit % 8) }
      guard var state = try? State(canonicalBytes: bytes) else {
        refused += 1
        continue
      }
      taken += 1
      if encoded(state) != bytes { Issue.record("bit \(bit): not canonical") }
      guard bit % 9 == 0 else { continue }
      var fuzz = EventFuzz(seed: UInt64(bit), wildness: 0.5)
      for _ in 0..<20 { reduce(&state, fuzz.next()) }
    }
    #expect(refused > 100 && taken > 100, "\(refused) refused, \(taken) taken")
  }

  @Test("absurd numbers in any place are refused or taken as they are, and never trap")
  func absurdWords() {
    for seed in 1...(40 * UInt64(TotalityTests.factor)) {
      var random = RandomSource(seed: seed, label: "absurd words")
      var bytes = small(seed: 6 + seed % 3, 400)
      for _ in 0...random.below(3) {
        let place = Int(random.below(UInt64(bytes.count - 8)))
        let words: [UInt64] = [0, 1, .max, 1 << 63, .max >> 1, random.next(), random.below(300)]
        let word = words[Int(random.below(UInt64(words.count)))]
        for index in 0..<8 { bytes[place + index] = UInt8(truncatingIfNeeded: word >> (8 * index)) }
      }
      guard var state = try? State(canonicalBytes: bytes) else { continue }
      #expect(encoded(state) == bytes, "seed \(seed)")
      var fuzz = EventFuzz(seed: seed, wildness: 1)
      for _ in 0..<200 { reduce(&state, fuzz.next()) }
    }
  }

  @Test("a count says how much to allocate only when the bytes are there")
  func counts() throws {
    let bytes = CanonicalBytes.of { $0.append(Int64(1) << 59) }
    var reader = CanonicalReader(bytes)
    #expect(throws: CanonicalError.self) { _ = try reader.takeCount(atMost: 32_768) }
    reader = CanonicalReader(CanonicalBytes.of { $0.append(Int64(32_768)) })
    #expect(throws: CanonicalError.short(at: 8)) { _ = try reader.takeCount(atMost: 32_768) }
  }
}

extension CanonicalBytes {
  fileprivate static func of(_ body: (inout CanonicalBytes) -> Void) -> [UInt8] {
    var bytes = CanonicalBytes()
    body(&bytes)
    return bytes.bytes
  }
}
