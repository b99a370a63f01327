/// How a level that falls moves an order up its queue: by hand, and at the ends of what can be counted.
import Testing

@testable import TradingCore

@Suite("The queue model")
struct QueueModelTests {
  @Test(
    "a cancellation is shared by what stands before and behind",
    arguments: [
      // ahead, level from, to, traded, left
      (QueueModel.conservative, Int64(5), Int64(10), Int64(8), Int64(0), Int64(5)),
      (.conservative, 5, 10, 3, 0, 3),
      (.power(3), 5, 10, 8, 0, 4),  // half of two
      (.power(3), 5, 10, 8, 2, 5),  // two traded: nothing was canceled
      (.power(1), 2, 8, 4, 0, 1),  // P = 6 ÷ 8: one of four stood before
      (.power(1), 6, 8, 4, 0, 3),  // P = 2 ÷ 8: three of four
      (.power(3), 8, 8, 6, 0, 6),  // nobody behind
      (.logarithm, 3, 7, 5, 0, 3),  // P = log 5 ÷ (log 5 + log 4) = 0.537: 2.07, rounded up
      (.power(3), 0, 8, 1, 0, 0),
    ])
  func shares(
    model: QueueModel, ahead: Int64, before: Int64, after: Int64, traded: Int64, left: Int64
  ) {
    #expect(model.ahead(ahead, from: before, to: after, traded: traded) == left)
  }

  @Test(
    "no level is too large, and nobody falls back",
    arguments: [QueueModel.conservative, .power(0.000001), .power(3), .power(100), .logarithm])
  func extremes(model: QueueModel) {
    let sizes: [Int64] = [0, 1, 2, 1 << 53, (1 << 53) + 1, .max - 1, .max]
    for before in sizes {
      for ahead in sizes where ahead <= before {
        for after in sizes where after <= before {
          for traded in sizes {
            let left = model.ahead(ahead, from: before, to: after, traded: traded)
            #expect((0...min(ahead, after)).contains(left), "\(ahead) of \(before) to \(after)")
          }
        }
      }
    }
  }
}
