/// What holds of parent orders in any market: random parents in random markets, judged by the journal
/// alone.
import Testing

@testable import TradingCore

/// A parent as the journal tells of it, counted without the engine's help.
private struct JournalParent {
  var terms: ParentTerms
  var start: Timestamp
  var halfTicks: Int64
  var filled: Int64 = 0
  var working: Int64 = 0
  var volume: Int64 = 0
  /// Lots · ticks of its fills.
  var value: Int128 = 0
  var fees: Int128 = 0
  var outcomes: [ParentOutcome] = []
}

/// Follows a journal of instrument 0 and says what is wrong.
private struct JournalWatch {
  private var parents: [UInt64: JournalParent] = [:]
  private var children: [UInt64: (parent: UInt64, open: Int64)] = [:]
  private var quote: Quote?
  private var mark: Int64 = 0
  private(set) var faults: [String] = []
  private(set) var outcomes: [ParentOutcome] = []
  private(set) var childCount = 0

  var liveCount: Int { parents.values.count { $0.outcomes.isEmpty } }

  private mutating func expect(_ holds: Bool, _ fault: @autoclosure () -> String) {
    if !holds { faults.append(fault()) }
  }

  mutating func take(_ event: Event, _ sequence: UInt64) {
    switch event.body {
    case .trade(let trade):
      mark = trade.price.ticks
      for id in parents.keys { parents[id]?.volume += trade.quantity.lots }
    case .quote(let quote):
      // A side without lots is no price.
      self.quote = quote.bidQuantity.lots > 0 && quote.askQuantity.lots > 0 ? quote : nil
    case .parent(let parent):
      let middle = quote.map { $0.bidPrice.ticks + $0.askPrice.ticks }
      parents[sequence] = JournalParent(
        terms: parent.terms, start: event.receiveTime, halfTicks: middle ?? 2 * mark)
    case .order(let order): place(order, sequence, event.receiveTime)
    case .fill(let fill): self.fill(fill)
    case .canceled(let report), .rejected(let report), .expired(let report):
      guard let child = children.removeValue(forKey: report.order.raw) else { return }
      parents[child.parent]?.working -= child.open
    case .parentEnded(let report): end(report, event.receiveTime)
    default: break
    }
  }

  private mutating func place(_ order: Order, _ sequence: UInt64, _ time: Timestamp) {
    guard var parent = parents[order.cause] else { return }
    childCount += 1
    let (terms, lots) = (parent.terms, order.terms.quantity.lots)
    expect(parent.outcomes.isEmpty, "\(sequence): a child of a parent that has ended")
    expect(order.terms.side == terms.side, "\(sequence): a child on the other side")
    children[sequence] = (order.cause, lots)
    parent.working += lots
    expect(
      parent.filled + parent.working <= terms.quantity.lots, "\(sequence): more than the parent")
    if terms.limit.ticks > 0 {
      let distance = (terms.limit.ticks - order.terms.price.ticks) * terms.side.sign
      expect(order.terms.type == .limit && distance >= 0, "\(sequence): beyond the limit")
    }
    let end = parent.start + Interval(nanoseconds: Int64(terms.durationSeconds) * 1_000_000_000)
    if terms.algorithm == .participation, terms.durationSeconds == 0 || time < end {
      let share = (parent.filled + parent.working) * 10_000
      expect(
        share <= Int64(terms.participation) * parent.volume, "\(sequence): more than its share")
    }
    parents[order.cause] = parent
  }

  private mutating func fill(_ fill: Fill) {
    guard let child = children[fill.order.raw], var parent = parents[child.parent] else { return }
    let lots = fill.quantity.lots
    parent.filled += lots
    parent.working -= lots
    parent.value += Int128(lots) * Int128(fill.price.ticks)
    parent.fees += Int128(fill.fee)
    if parent.terms.limit.ticks > 0 {
      let distance = (parent.terms.limit.ticks - fill.price.ticks) * parent.terms.side.sign
      expect(distance >= 0, "\(fill.order.raw): a fill beyond the limit")
    }
    parents[child.parent] = parent
    children[fill.order.raw] = lots < child.open ? (child.parent, child.open - lots) : nil
  }

  private mutating func end(_ report: ParentReport, _ time: Timestamp) {
    guard var parent = parents[report.parent.raw] else {
      return faults.append("\(report.parent.raw): the end of nothing")
    }
    parent.outcomes.append(report.outcome)
    outcomes.append(report.outcome)
    expect(parent.outcomes.count == 1, "\(report.parent.raw): ended twice")
    expect(parent.working == 0, "\(report.parent.raw): ended with live children")
    expect(report.filled.lots == parent.filled, "\(report.parent.raw): filled otherwise")
    let isWhole = parent.filled == parent.terms.quantity.lots
    expect(isWhole == (report.outcome == .filled), "\(report.parent.raw): \(report.outcome)")
    // A tick of 0.01 and a lot of 0.001: half a tick of a lot is 500 of 10⁻⁸.
    let paid = 2 * parent.value - Int128(parent.filled) * Int128(parent.halfTicks)
    let shortfall = paid * 500 * Int128(parent.terms.side.sign) + parent.fees
    expect(Int128(report.shortfall) == shortfall, "\(report.parent.raw): another shortfall")
    parents[report.parent.raw] = parent
  }
}

@Suite("Execution in any market")
struct ExecutionPropertyTests {
  /// Trades and quotes around 10,000 with parents, halts and cancels among them.
  private func market(_ random: inout RandomSource) -> String {
    var (price, lines, sent): (Int64, [String], Int) = (10_000, ["0 trade 10000:5"], 0)
    for second in 1...240 as ClosedRange<Int64> {
      price += random.integer(in: -3...3)
      switch random.below(10) {
      case 0 where sent < 12:
        sent += 1
        lines.append("\(second) \(parent(price, &random))")
      case 1 where random.chance(0.04): lines += ["\(second) halt", "\(second + 1) resume"]
      case 1...5:
        lines.append("\(second) trade \(price):\(random.integer(in: 1...400)) sell")
      default:
        let (bid, ask) = (random.integer(in: 0...50), random.integer(in: 1...50))
        lines.append("\(second) quote \(price - 1):\(bid) \(price + 1):\(ask)")
      }
    }
    return lines.joined(separator: "\n")
  }

  private func parent(_ price: Int64, _ random: inout RandomSource) -> String {
    let names = ["twap", "vwap", "iceberg", "participation", "route"]
    let limit = random.chance(0.5) ? "" : " @\(price + random.integer(in: -4...4))"
    return "work \(random.chance(0.5) ? "buy" : "sell") \(random.integer(in: 1...300)) "
      + "\(names[Int(random.below(5))]) over \(random.integer(in: 0...90)) "
      + "slices \(random.integer(in: 0...12)) share \(random.integer(in: 1...3_000))\(limit)"
  }

  @Test(
    "children never lead, cross or outlive their parents", arguments: 1...40 as ClosedRange<UInt64>)
  func parents(seed: UInt64) throws {
    var random = RandomSource(seed: seed, label: "parents")
    let text = market(&random)
    for rule in [FillRule.quote, .sameEvent, .bookConservative] {
      let result = try SimulationScript(text) {
        $0.rule = rule
        $0.latencySeconds = Int64(seed % 3)
        $0.taker = 30_000
        $0.maker = -10_000
      }.run()
      var watch = JournalWatch()
      for (index, event) in result.events.enumerated() { watch.take(event, UInt64(index + 1)) }
      #expect(watch.faults == [], "seed \(seed), \(rule)")
      #expect(watch.liveCount == result.state.parents.count, "seed \(seed), \(rule)")
      let fold = result.events.reduce(into: State(), reduce)
      #expect(fold == result.state, "seed \(seed), \(rule)")
    }
  }

  @Test("the random markets meet every end of a parent but failure")
  func coverage() throws {
    var (outcomes, children): (Set<ParentOutcome>, Int) = ([], 0)
    for seed in 1...40 as ClosedRange<UInt64> {
      var random = RandomSource(seed: seed, label: "parents")
      let result = try SimulationScript(market(&random)) { $0.rule = .quote }.run()
      var watch = JournalWatch()
      for (index, event) in result.events.enumerated() { watch.take(event, UInt64(index + 1)) }
      outcomes.formUnion(watch.outcomes)
      children += watch.childCount
    }
    #expect(outcomes.isSuperset(of: [.filled, .expired, .halted]))
    #expect(children > 1_000)
  }
}
