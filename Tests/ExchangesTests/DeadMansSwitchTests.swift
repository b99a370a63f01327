/// When a dead man's switch is put off, tried again and taken back.

import Dialects
import Testing
import TradingCore

@testable import Exchanges

@Suite struct DeadMansSwitchTests {
  private static let span = Interval(nanoseconds: 60_000_000_000)

  private static func time(_ seconds: Int64) -> Timestamp {
    Timestamp(nanoseconds: 1_000_000_000_000 + seconds * 1_000_000_000)
  }

  /// The seconds of two minutes in which a run asks, with answers that are all alike.
  private func moments(isDone: Bool) -> [Int64] {
    var kept = DeadMansSwitch(after: Self.span, sparesOrders: false)
    return (0..<120).filter { second in
      guard let action = kept.due(isEnding: false, openOrders: 3, at: Self.time(second)) else {
        return false
      }
      #expect(action == .cancelAllAfter(Self.span))
      _ = kept.answered(Self.span, isDone: isDone, at: Self.time(second))
      return true
    }
  }

  @Test func `Two requests in a row may be lost before the venue cancels`() {
    #expect(moments(isDone: true) == [0, 20, 40, 60, 80, 100])
  }

  @Test func `What was not done is asked for again in a second`() {
    #expect(moments(isDone: false) == Array(0..<120))
  }

  @Test func `A person is told once that it is armed, and once that it is not put off`() {
    var kept = DeadMansSwitch(after: Self.span, sparesOrders: false)
    func answer(_ isDone: Bool) -> String? {
      kept.answered(Self.span, isDone: isDone, at: Self.time(0))
    }
    #expect(answer(true)?.contains("60 s") == true && kept.isArmed)
    #expect(answer(true) == nil)
    #expect(answer(false)?.contains("asked again") == true)
    #expect(answer(false) == nil)
    #expect(answer(true) == nil && kept.isArmed)
  }

  @Test(
    "At the end it is taken back, where no order is open or open ones are to stay",
    arguments: [(false, 0), (false, 2), (true, 0), (true, 2)])
  func end(sparesOrders: Bool, openOrders: Int) {
    var kept = DeadMansSwitch(after: Self.span, sparesOrders: sparesOrders)
    _ = kept.due(isEnding: false, openOrders: openOrders, at: Self.time(0))
    _ = kept.answered(Self.span, isDone: true, at: Self.time(0))
    let action = kept.due(isEnding: true, openOrders: openOrders, at: Self.time(1))
    guard openOrders == 0 || sparesOrders else {
      #expect(action == nil && kept.isArmed)
      return
    }
    #expect(action == .cancelAllAfter(nil))
    #expect(kept.due(isEnding: true, openOrders: openOrders, at: Self.time(1)) == nil)
    #expect(kept.due(isEnding: true, openOrders: openOrders, at: Self.time(2)) == action)
    #expect(kept.answered(nil, isDone: true, at: Self.time(2)) == nil)
    #expect(!kept.isArmed)
    #expect(kept.due(isEnding: true, openOrders: openOrders, at: Self.time(9)) == nil)
  }
}
