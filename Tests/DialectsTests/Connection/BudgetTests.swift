/// Budgets against a count of every request, and clocks against a venue whose clock is known.

import Dialects
import Testing
import TradingCore

@Suite("What a venue still allows")
struct RateBudgetTests {
  private let tenSeconds = Interval(nanoseconds: 10_000_000_000)

  private func at(_ second: Double) -> Timestamp {
    Timestamp(nanoseconds: 1_699_999_980_000_000_000 + Int64(second * 1e9))
  }

  @Test("windows stand still on the venue's clock")
  func aligned() {
    var budget = RateBudget()
    #expect(budget.reserve(weight: 1_000_000, at: at(0)) == .go)
    budget.adopt([RateLimit(.weight, per: .minute, most: 100)])
    #expect(budget.reserve(weight: 60, at: at(59)) == .go)
    #expect(budget.reserve(weight: 41, at: at(59.5)) == .wait(until: at(60)))
    #expect(budget.reserve(weight: 40, at: at(59.5)) == .go)
    #expect(budget.reserve(weight: 100, at: at(60)) == .go)
    #expect(budget.reserve(weight: 101, at: at(200)) == .never)
    #expect(budget.delays == 1)
  }

  @Test("the venue's counts are believed, its stop is kept")
  func observed() {
    var budget = RateBudget()
    budget.adopt([
      RateLimit(.weight, per: .minute, most: 100), RateLimit(.orders, per: tenSeconds, most: 5),
    ])
    // An answer that crossed the end of a window counts the one before.
    budget.observe(RateUse(.weight, per: .minute, used: 100), asked: at(-1), at: at(1))
    #expect(budget.used(.weight, per: .minute, at: at(1)) == 0)
    budget.observe(RateUse(.weight, per: .minute, used: 99), asked: at(0), at: at(1))
    #expect(budget.reserve(weight: 2, at: at(2)) == .wait(until: at(60)))
    // An answer that was overtaken does not give back what is used; a fill gives orders back.
    budget.observe(RateUse(.weight, per: .minute, used: 3), asked: at(2), at: at(3))
    #expect(budget.used(.weight, per: .minute, at: at(3)) == 99)
    budget.observe(RateUse(.orders, per: tenSeconds, used: 5), asked: at(2), at: at(3))
    #expect(budget.reserve(weight: 0, orders: 1, at: at(4)) == .wait(until: at(10)))
    budget.observe(RateUse(.orders, per: tenSeconds, used: 4), asked: at(5), at: at(5))
    #expect(budget.reserve(weight: 0, orders: 1, at: at(6)) == .go)
    budget.block(until: at(100), isBan: true)
    budget.block(until: at(50), isBan: false)
    #expect(budget.reserve(weight: 0, at: at(99)) == .wait(until: at(100)))
    budget.observe(RateUse(.weight, per: .minute, used: .max), asked: at(70), at: at(70))
    budget.observe(RateUse(.orders, per: tenSeconds, used: .min), asked: at(98), at: at(98))
    #expect(budget.isBanned(at: at(99)) && !budget.isBanned(at: at(100)))
    #expect(budget.reserve(weight: 0, at: at(100)) == .go)
  }

  @Test("a count that falls gives back one by one, and what weighs nothing does not wait for it")
  func falling() {
    var budget = RateBudget()
    budget.adopt([.falling(.weight, oneIn: tenSeconds, most: 3)])
    #expect(budget.reserve(weight: 2, at: at(1)) == .go)
    #expect(budget.reserve(weight: 1, at: at(5)) == .go)
    #expect(budget.reserve(weight: 1, at: at(6)) == .wait(until: at(11)))
    #expect(budget.reserve(weight: 2, at: at(6)) == .wait(until: at(21)))
    #expect(budget.reserve(weight: 4, at: at(6)) == .never)
    #expect(budget.reserve(weight: 1, at: at(11)) == .go)
    #expect(budget.reserve(weight: 3, at: at(41)) == .go)
    // Others ask with the same key: the venue's count is at its most, whatever ours is.
    var told = RateBudget()
    told.adopt(budget.limits)
    told.block(until: at(5), isBan: false, weight: 1, now: at(0))
    #expect(told.reserve(weight: 1, at: at(4)) == .wait(until: at(5)))
    #expect(told.reserve(weight: 0, orders: 1, at: at(4)) == .go)
    #expect(told.reserve(weight: 1, at: at(5)) == .wait(until: at(10)))
    told.block(until: at(20), isBan: true, weight: 1, now: at(6))
    #expect(told.reserve(weight: 0, at: at(19)) == .wait(until: at(20)))
  }

  @Test(
    "what falls all the time is never beyond its most, and nobody waits in vain",
    arguments: [1, 2, 3])
  func fallingProperty(seed: UInt64) {
    var numbers = SeededNumbers(seed: seed)
    let (step, most) = (Interval(nanoseconds: 3_030_303_031), Int64(14))
    var budget = RateBudget()
    budget.adopt([.falling(.weight, oneIn: step, most: most)])
    var (time, level, held) = (at(0), Int64(0), 0)
    for _ in 0..<3_000 {
      let pause = Int64.random(in: 0...8_000_000_000, using: &numbers)
      time = time + Interval(nanoseconds: pause)
      level = max(0, level - pause)
      let weight = Int64.random(in: 1...4, using: &numbers)
      if case .wait(let until) = budget.reserve(weight: weight, at: time) {
        held += 1
        #expect(level + (weight + 1) * step.nanoseconds > most * step.nanoseconds, "seed \(seed)")
        level = max(0, level - (until - time).nanoseconds)
        time = until
        #expect(budget.reserve(weight: weight, at: time) == .go, "seed \(seed)")
      }
      level += weight * step.nanoseconds
      #expect(level <= most * step.nanoseconds, "seed \(seed)")
    }
    #expect(held > 100)
  }

  @Test("limits that change keep their counts")
  func adopted() {
    var budget = RateBudget()
    budget.adopt([RateLimit(.weight, per: .minute, most: 100)])
    #expect(budget.reserve(weight: 90, at: at(1)) == .go)
    budget.adopt([
      RateLimit(.requests, per: .minute, most: 5), RateLimit(.weight, per: .minute, most: 95),
    ])
    #expect(budget.reserve(weight: 6, at: at(2)) == .wait(until: at(60)))
    #expect(budget.used(.requests, per: .minute, at: at(2)) == 0)
  }

  @Test("no window ever holds more than its limit, and nobody waits in vain", arguments: [1, 2, 3])
  func property(seed: UInt64) {
    var numbers = SeededNumbers(seed: seed)
    let limits = [
      RateLimit(.weight, per: .minute, most: 50), RateLimit(.orders, per: tenSeconds, most: 4),
      RateLimit(.requests, per: .second, most: 3),
    ]
    var budget = RateBudget()
    budget.adopt(limits)
    var sent: [(time: Timestamp, costs: [Int64])] = []
    var time = at(0)
    for _ in 0..<3_000 {
      time = time + Interval(nanoseconds: Int64.random(in: 0...2_000_000_000, using: &numbers))
      let weight = Int64.random(in: 0...20, using: &numbers)
      let orders = Int64.random(in: 0...2, using: &numbers)
      let costs = [weight, orders, 1]
      let used = limits.indices.map { limit in
        sent.suffix(200).filter {
          $0.time.floored(to: limits[limit].window) == time.floored(to: limits[limit].window)
        }.reduce(0) { $0 + $1.costs[limit] }
      }
      let fits = limits.indices.allSatisfy {
        costs[$0] == 0 || used[$0] + costs[$0] <= limits[$0].most
      }
      switch budget.reserve(weight: weight, orders: orders, at: time) {
      case .go:
        #expect(fits, "seed \(seed)")
        sent.append((time, costs))
      case .wait(let until): #expect(!fits && until > time, "seed \(seed)")
      case .never: Issue.record("seed \(seed): never")
      }
    }
  }
}

@Suite("How far a venue's clock is away")
struct ClockSkewTests {
  @Test("the estimate is never more wrong than it says", arguments: [1, 2, 3])
  func property(seed: UInt64) {
    var numbers = SeededNumbers(seed: seed)
    for _ in 0..<500 {
      let offset = Int64.random(in: -5_000_000_000...5_000_000_000, using: &numbers)
      var skew = ClockSkew()
      var time = Timestamp(nanoseconds: 1_700_000_000_000_000_000)
      for _ in 0..<12 {
        let there = Int64.random(in: 100_000...200_000_000, using: &numbers)
        let back = Int64.random(in: 100_000...200_000_000, using: &numbers)
        let read = time.nanoseconds + there + offset
        let rounded = Timestamp(nanoseconds: read / 1_000_000 * 1_000_000)
        let received = time + Interval(nanoseconds: there + back)
        skew.sample(sent: time, received: received, venue: rounded)
        time = received
      }
      guard let best = skew.best else {
        Issue.record("no sample")
        continue
      }
      let error = best.offset.nanoseconds - offset
      #expect(error.magnitude <= best.uncertainty.nanoseconds.magnitude + 1, "seed \(seed)")
      if skew.verdict == .within { #expect(offset.magnitude <= 1_000_000_000) }
      if skew.verdict == .beyond { #expect(offset.magnitude > 1_000_000_000) }
    }
  }

  @Test("no sample is no verdict, and a clock that ran backwards gives none")
  func verdicts() {
    var skew = ClockSkew(limit: .second)
    let time = Timestamp(nanoseconds: 1_700_000_000_000_000_000)
    let trip = Interval(nanoseconds: 10_000_000)
    #expect(skew.verdict == .unknown)
    #expect(skew.venueTime(at: time) == time)
    let isTaken = skew.sample(sent: time + trip, received: time, venue: time)
    #expect(!isTaken)
    #expect(skew.verdict == .unknown)
    skew.sample(sent: time, received: time + trip, venue: time + .minute)
    #expect(skew.verdict == .beyond)
    skew.forget()
    skew.sample(sent: time, received: time + .minute, venue: time + .minute)
    #expect(skew.verdict == .doubtful)
    skew.sample(sent: time, received: time + trip, venue: time)
    #expect(skew.verdict == .within)
  }
}
