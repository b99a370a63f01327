/// How a run at a venue goes from its opening to its end, by what is seen of its account.

import Testing
import TradingCore

@testable import Exchanges

@Suite("The course of a run at a venue")
struct TradingCourseTests {
  private static func account(
    ready: Bool = true, live: Int = 0, underWay: Int = 0
  ) -> AccountFigures {
    var figures = AccountFigures()
    (figures.isReady, figures.liveOrders, figures.underWay) = (ready, live, underWay)
    return figures
  }

  private static func second(_ count: Int64) -> Timestamp {
    Timestamp(nanoseconds: count * 1_000_000_000)
  }

  @Test("streams begin when the account is ready, and the end waits for what is open")
  func whole() {
    var course = TradingCourse(cancelsOrders: [true])
    let steps: [(AccountFigures, Bool, TradingCourse.Step?)] = [
      (Self.account(ready: false), true, nil), (Self.account(), true, .startMarket),
      (Self.account(live: 1), true, nil), (Self.account(live: 1), false, .end),
      (Self.account(live: 1), false, nil), (Self.account(underWay: 1), false, nil),
      (Self.account(), false, .close), (Self.account(), false, nil),
    ]
    for (number, step) in steps.enumerated() {
      let found = course.step([step.0], isWanted: step.1, at: Self.second(Int64(number)))
      #expect(found == step.2, "step \(number)")
    }
  }

  @Test("nothing is waited for longer than half a minute, and on paper for nothing")
  func patience() {
    var course = TradingCourse(cancelsOrders: [true])
    #expect(course.step([Self.account()], isWanted: true, at: Self.second(0)) == .startMarket)
    #expect(course.step([Self.account(live: 1)], isWanted: false, at: Self.second(1)) == .end)
    #expect(course.step([Self.account(live: 1)], isWanted: false, at: Self.second(30)) == nil)
    #expect(course.step([Self.account(live: 1)], isWanted: false, at: Self.second(31)) == .close)
    var paper = TradingCourse(cancelsOrders: [])
    #expect(paper.step([], isWanted: true, at: Self.second(0)) == .startMarket)
    #expect(paper.step([], isWanted: false, at: Self.second(0)) == .end)
    #expect(paper.step([], isWanted: false, at: Self.second(0)) == .close)
  }

  @Test("what the engine has not heard yet may make it decide: the end waits for that too")
  func unheard() {
    var course = TradingCourse(cancelsOrders: [true])
    _ = course.step([Self.account()], isWanted: true, at: Self.second(0))
    #expect(!course.isEnding)
    _ = course.step([Self.account()], isWanted: false, at: Self.second(1))
    #expect(course.isEnding)
    func step(_ hasFacts: Bool, _ second: Int64) -> TradingCourse.Step? {
      course.step(
        [Self.account()], isWanted: false, hasFacts: hasFacts, at: Self.second(second))
    }
    #expect(step(true, 2) == nil)
    #expect(step(true, 31) == .close, "but not for ever")
    #expect(!course.isEnding)
  }

  @Test("a halted journal ends the run before it begins, a difference whenever it is found")
  func unasked() {
    var halted = Self.account(ready: false)
    halted.halt = 7
    var course = TradingCourse(cancelsOrders: [true])
    #expect(course.step([halted], isWanted: true, at: Self.second(0)) == .close)
    var differing = Self.account()
    differing.differences = [
      BalanceDifference(asset: AssetID(0), journal: .zero, venue: .one, time: .none)
    ]
    for isTrading in [false, true] {
      var course = TradingCourse(cancelsOrders: [true])
      if isTrading { _ = course.step([Self.account()], isWanted: true, at: Self.second(0)) }
      #expect(course.step([differing], isWanted: true, at: Self.second(1)) == .end)
    }
  }

  @Test("of several venues all have to be ready, and trouble at one ends the run at all")
  func several() {
    var course = TradingCourse(cancelsOrders: [true, true])
    let (ready, waiting) = (Self.account(), Self.account(ready: false))
    #expect(course.step([ready, waiting], isWanted: true, at: Self.second(0)) == nil)
    #expect(course.step([ready, ready], isWanted: true, at: Self.second(1)) == .startMarket)
    // A venue that is away holds back its own orders only.
    #expect(course.step([ready, waiting], isWanted: true, at: Self.second(2)) == nil)
    var keyless = Self.account(ready: false, live: 2)
    keyless.isKeyless = true
    #expect(
      course.step([Self.account(live: 1), keyless], isWanted: true, at: Self.second(3)) == .end)
    // Orders of the venue that can still sign are waited for, those of the other one are not.
    #expect(
      course.step([Self.account(live: 1), keyless], isWanted: true, at: Self.second(4)) == nil)
    #expect(course.step([ready, keyless], isWanted: true, at: Self.second(5)) == .close)
  }

  @Test("the end waits for no order of a venue that keeps its orders")
  func kept() {
    var course = TradingCourse(cancelsOrders: [true, false])
    _ = course.step([Self.account(), Self.account()], isWanted: true, at: Self.second(0))
    let (none, one) = (Self.account(), Self.account(live: 1))
    #expect(course.step([one, one], isWanted: false, at: Self.second(1)) == .end)
    #expect(course.step([one, one], isWanted: false, at: Self.second(2)) == nil)
    #expect(course.step([none, one], isWanted: false, at: Self.second(3)) == .close)
  }

  @Test("a run whose keys have all ended ends by itself and waits for no order, only for answers")
  func keyless() {
    var course = TradingCourse(cancelsOrders: [true])
    #expect(course.step([Self.account()], isWanted: true, at: Self.second(0)) == .startMarket)
    var account = Self.account(ready: false, live: 3, underWay: 1)
    account.isKeyless = true
    #expect(course.step([account], isWanted: true, at: Self.second(1)) == .end)
    #expect(course.step([account], isWanted: true, at: Self.second(2)) == nil)
    account.underWay = 0
    #expect(course.step([account], isWanted: true, at: Self.second(3)) == .close)
  }
}
