/// Latencies: tables between their rows, requests of their own kind, and draws that are the same
/// everywhere.
import Testing

@testable import TradingCore

@Suite("Latency model")
struct LatencyModelTests {
  private static func row(
    _ time: Int64, _ feed: Int64, _ entry: Int64, _ response: Int64, spread: Int64 = 0,
    _ action: LatencyAction = .any
  ) -> LatencyRow {
    LatencyRow(
      time: Timestamp(nanoseconds: time), feed: Interval(nanoseconds: feed),
      entry: Interval(nanoseconds: entry), response: Interval(nanoseconds: response),
      spread: Interval(nanoseconds: spread), action: action)
  }

  private static func model(_ rows: [LatencyRow], seed: Int64 = 0) -> LatencyModel {
    var model = LatencyModel()
    model.apply(Configure(.seed, value: seed))
    for row in rows { model.apply(row) }
    return model
  }

  private static let place = OrderRequest.place(
    OrderTerms(instrument: InstrumentID(0), side: .buy, type: .market, quantity: Quantity(lots: 1)))
  private static let amend = OrderRequest.amend(
    AmendTerms(order: OrderID(1), price: .zero, quantity: .zero))
  private static let cancel = OrderRequest.cancel(OrderID(1))

  private static func at(_ time: Int64) -> Timestamp { Timestamp(nanoseconds: time) }

  @Test("without a word there is no latency; a constant holds for entry and response alone")
  func constant() {
    var model = LatencyModel()
    #expect(model.entry(of: Self.place, at: Self.at(5)) == .zero)
    model.apply(Configure(.latency, value: 70))
    #expect(model.entry(of: Self.cancel, at: Self.at(5)) == Interval(nanoseconds: 70))
    #expect(model.response(to: .any, at: Self.at(5)) == Interval(nanoseconds: 70))
    #expect(model.feed(at: Self.at(5)) == .zero)
    model.apply(Configure(.latency, value: -1))
    #expect(model.entry(of: Self.place, at: Self.at(5)) == .zero)
  }

  @Test(
    "legs stand still outside the table and go straight between its rows",
    arguments: [
      // time, feed, entry, response
      (Int64.min + 1, Int64(10), Int64(100), Int64(40)), (999, 10, 100, 40), (1_000, 10, 100, 40),
      (1_001, 10, 100, 40), (1_010, 11, 102, 39), (1_050, 15, 110, 35), (1_099, 19, 119, 31),
      (1_100, 20, 120, 30), (1_101, 20, 119, 30), (1_150, 25, 60, 30), (1_200, 30, 0, 30),
      (1_201, 30, 0, 30), (.max, 30, 0, 30),
    ])
  func table(time: Int64, feed: Int64, entry: Int64, response: Int64) {
    var model = Self.model([
      Self.row(1_100, 20, 120, 30), Self.row(1_000, 10, 100, 40), Self.row(1_200, 30, -5, 30),
    ])
    #expect(model.feed(at: Self.at(time)).nanoseconds == feed)
    #expect(model.entry(of: Self.place, at: Self.at(time)).nanoseconds == entry)
    #expect(model.response(to: .cancel, at: Self.at(time)).nanoseconds == response)
  }

  @Test("between two rows a leg is the exact line, rounded towards the earlier row")
  func interpolation() {
    var wrong = 0
    for span in Int64(1)...12 {
      for (from, to) in [(0, 12), (12, 0), (5, 6), (7, 7), (1, 12), (11, 2)] as [(Int64, Int64)] {
        var model = Self.model([Self.row(0, 0, from, 0), Self.row(span, 0, to, 0)])
        for time in 0...span {
          let exact = (to - from) * time
          let leg = model.entry(of: Self.place, at: Self.at(time)).nanoseconds - from
          // The quotient of the exact line: same sign, not longer, less than one short.
          let short = (exact - leg * span) * (exact < 0 ? -1 : 1)
          if short < 0 || short >= span { wrong += 1 }
        }
      }
    }
    #expect(wrong == 0)
  }

  @Test("each request has the latency of its kind, else that of any, else the constant")
  func kinds() {
    var model = LatencyModel()
    model.apply(Configure(.latency, value: 9))
    model.apply(Self.row(0, 0, 50, 51, .cancel))
    #expect(model.entry(of: Self.cancel, at: .distantPast).nanoseconds == 50)
    #expect(model.response(to: .cancel, at: .distantPast).nanoseconds == 51)
    #expect(model.entry(of: Self.amend, at: .distantPast).nanoseconds == 9)
    model.apply(Self.row(0, 3, 20, 21))
    #expect(model.entry(of: Self.amend, at: .distantPast).nanoseconds == 20)
    #expect(model.response(to: .amend, at: .distantPast).nanoseconds == 21)
    model.apply(Self.row(0, 0, 30, 31, .place))
    #expect(model.entry(of: Self.place, at: .distantPast).nanoseconds == 30)
    model.apply(Self.row(0, 0, 33, 31, .place))
    #expect(model.entry(of: Self.place, at: .distantPast).nanoseconds == 33, "replaced")
    #expect(model.feed(at: .distantPast).nanoseconds == 3)
    #expect(model.rowCount == 3)
  }

  @Test(
    "a table has room for its capacity; a row more changes nothing, one in place of another does")
  func capacity() {
    var model = Self.model((0..<Int64(LatencyRow.capacity)).map { Self.row($0, 0, $0, 0) })
    #expect(model.rowCount == 65_536)
    let further = [LatencyAction.any, .place].map { action in
      model.apply(Self.row(1_000_000, 0, 7, 0, action))
    }
    #expect(further == [false, false])
    #expect(model.entry(of: Self.place, at: Self.at(2_000_000)).nanoseconds == 65_535)
    let replaced = model.apply(Self.row(65_535, 0, 8, 0))
    #expect(replaced)
    #expect(model.entry(of: Self.place, at: Self.at(2_000_000)).nanoseconds == 8)
    #expect(model.rowCount == 65_536)
  }

  @Test("a spread draws a normal distribution about the leg")
  func normal() {
    let (mean, deviation, count) = (1_000_000.0, 100_000.0, 200_000)
    var model = Self.model([Self.row(0, 0, 1_000_000, 0, spread: 100_000)], seed: 21)
    var within = [0, 0, 0]
    var (sum, squares) = (0.0, 0.0)
    for _ in 0..<count {
      let drawn = Double(model.entry(of: Self.place, at: Self.at(1)).nanoseconds)
      let distance = (drawn - mean) / deviation
      sum += distance
      squares += distance * distance
      for sigmas in 1...3 where distance.magnitude < Double(sigmas) { within[sigmas - 1] += 1 }
    }
    let n = Double(count)
    // Five standard errors each; the shares within 1, 2 and 3 deviations are the textbook's.
    #expect((sum / n).magnitude < 5 / n.squareRoot(), "seed 21")
    #expect((squares / n - 1).magnitude < 5 * (2 / n).squareRoot(), "seed 21")
    for (share, expected) in zip(within, [0.682689, 0.954500, 0.997300]) {
      let error = (expected * (1 - expected) / n).squareRoot()
      #expect((Double(share) / n - expected).magnitude < 5 * error, "seed 21")
    }
  }

  @Test("a draw is never below zero, however wide the spread")
  func neverNegative() {
    var model = Self.model([Self.row(0, 0, 100, 100, spread: 100)], seed: 22)
    let drawn = (0..<20_000).map { _ in model.response(to: .any, at: Self.at(1)).nanoseconds }
    #expect(drawn.allSatisfy { $0 >= 0 })
    // A sixth of a normal distribution lies a deviation below its mean.
    let atZero = Double(drawn.count { $0 == 0 }) / 20_000
    #expect((atZero - 0.1587).magnitude < 0.015, "seed 22")
    var widest = Self.model([Self.row(0, 0, .max, 0, spread: .max)], seed: 22)
    let extremes = (0..<64).map { _ in widest.entry(of: Self.place, at: Self.at(1)).nanoseconds }
    #expect(extremes.min() ?? -1 >= 0 && extremes.max() == .max, "seed 22")
  }

  @Test("the same seed draws the same, and one leg's draws do not shift the other's")
  func streams() {
    let rows = [Self.row(0, 0, 1_000, 1_000, spread: 100)]
    func entries(_ model: inout LatencyModel) -> [Int64] {
      (0..<6).map { _ in model.entry(of: Self.place, at: Self.at(1)).nanoseconds }
    }
    var (one, two, other) = (
      Self.model(rows, seed: 5), Self.model(rows, seed: 5), Self.model(rows, seed: 6)
    )
    for _ in 0..<17 { _ = two.response(to: .any, at: Self.at(1)) }
    let drawn = entries(&one)
    #expect(drawn == entries(&two))
    #expect(drawn != entries(&other))
    #expect(drawn == Self.entriesOfSeedFive, "seed 5: \(drawn)")
  }

  /// What seed 5 has drawn on every machine since the stream was named.
  private static let entriesOfSeedFive: [Int64] = [861, 1_209, 938, 970, 926, 912]
}
