/// The limits of the gate kept by somebody else: an account of a journal that is read event by event
/// and shares nothing with the gate, the state or the reducer.
@testable import TradingCore

/// Follows a journal of instruments 0 and 1, both with lots of 0.001 and ticks of 0.01 in asset 1, and
/// says what is wrong.
///
/// A position's reach on a side is what is held when every reduce-only order of that side has closed
/// what it can, and then every other order of that side is filled. It may only grow when an order is
/// approved, and then within the limits.
struct LimitWatch {
  private struct Working {
    var terms: OrderTerms
    /// The whole of it, in lots.
    var whole: Int64
    var filled: Int64 = 0
    /// Whole quantities that the venue was asked for and has not answered.
    var asked: [Int64] = []
    /// Whether it is to be canceled first when another is placed in its stead, so that the venue never
    /// has both.
    var isReplaced = false
    /// Lots that it may still trade. An amount of the quote asset may buy more than was thought.
    var open: Int64 { max(0, max(whole, asked.max() ?? 0) - filled) }
  }

  let limits: [LimitKind: Int64]
  let isSpot: Bool
  private var held: [Int64] = [0, 0]
  private var marks: [Int64] = [0, 0]
  private var coins: [Int64] = [0, 0]
  /// Quote asset in 10⁻⁸.
  private var cash: Int64 = 0
  private var working: [UInt64: Working] = [:]
  /// Entries that were filled whole, and orders of a pair that traded or were set off.
  private var filledEntries: Set<UInt64> = []
  private var chosen: Set<UInt64> = []
  private var placed: [Timestamp] = []
  private var lastCanceled: UInt64 = 0
  /// The reaches after the event before: instrument 0 up and down, instrument 1 up and down.
  private var reaches: [Int64] = [0, 0, 0, 0]
  private var peak = 0.0
  private var dayStart = 0.0
  private var day: Int64 = .min
  private var mustStop = false
  private(set) var faults: [String] = []
  private(set) var counts: [EventKind: Int] = [:]

  init(limits: [LimitKind: Int64], isSpot: Bool) {
    self.limits = limits
    self.isSpot = isSpot
  }

  /// Whether nothing is held and nothing works.
  var isFlat: Bool { held == [0, 0] && working.isEmpty }

  /// What is owned, in the quote asset.
  private var equity: Double {
    Double(cash) / 1e8 + Double(coins[0] * marks[0] + coins[1] * marks[1]) / 1e5
  }

  private func value(_ lots: Int64, _ instrument: Int) -> Double {
    Double(lots.magnitude) * Double(marks[instrument]) / 1e5
  }

  private mutating func expect(_ holds: Bool, _ fault: String) {
    if !holds { faults.append(fault) }
  }

  mutating func take(_ event: Event, _ sequence: UInt64) {
    counts[event.kind, default: 0] += 1
    let before = equity
    switch event.body {
    case .trade(let trade): marks[trade.instrument.index] = trade.price.ticks
    case .candle(let candle): marks[candle.instrument.index] = candle.close.ticks
    case .balance(let balance): set(balance)
    case .order(let order): place(order.terms, sequence, event.receiveTime)
    case .cancelRequest(let request): lastCanceled = request.order.raw
    case .amendRequest(let change): ask(change, sequence, event.receiveTime)
    case .amended(let answer): amend(answer)
    case .fill(let fill): self.fill(fill)
    case .triggered(let report): chosen.insert(report.order.raw)
    case .canceled(let report), .rejected(let report), .expired(let report):
      working[report.order.raw] = nil
    case .halt: mustStop = true
    case .resume: (mustStop, peak, dayStart) = (false, equity, equity)
    default: break
    }
    watchReaches(event, sequence)
    watchEquity(event.receiveTime, before)
  }

  private mutating func set(_ balance: AssetAmount) {
    switch balance.asset.raw {
    case 1: cash = Int64(balance.amount.units / 10_000_000_000)
    default: coins[Int(balance.asset.raw / 2)] = Int64(balance.amount.units / 1_000_000_000_000_000)
    }
  }

  // MARK: Reach

  /// Lots that an order may trade beside the others of its list: of two alternatives none when the
  /// other was chosen, of an exit what its entry has filled.
  private func counted(_ id: UInt64, _ order: Working) -> Int64 {
    let place = order.terms.list
    guard place.role == .exit || place.role == .alternative else { return order.open }
    var (open, first) = (order.open, id - UInt64(place.offset))
    if place.role == .exit {
      guard working[first] != nil || filledEntries.contains(first) else { return 0 }
      open = max(0, open - (working[first]?.open ?? 0))
      first += 1
    }
    let twin = id == first ? id + 1 : first
    if chosen.contains(twin) { return 0 }
    guard id > first, !chosen.contains(id), let other = working[twin],
      other.terms.reduceOnly == order.terms.reduceOnly
    else { return open }
    return max(0, open - other.open)
  }

  private func reach(_ instrument: Int, _ side: Side) -> Int64 {
    var (closing, growing): (Int64, Int64) = (0, 0)
    for (id, order) in working
    where order.terms.instrument.index == instrument && order.terms.side == side {
      let lots = counted(id, order)
      if order.terms.reduceOnly { closing += lots } else { growing += lots }
    }
    let closable = max(0, -held[instrument] * side.sign)
    return held[instrument] + side.sign * (min(closing, closable) + growing)
  }

  /// Whether an event may let a position reach further: what the gate approved, and the fill of an amount
  /// of the quote asset at a better price than was thought.
  private func mayGrow(_ event: Event) -> Bool {
    guard case .fill(let fill) = event.body else {
      return event.kind == .order || event.kind == .amendRequest
    }
    return working[fill.order.raw]?.terms.flags.contains(.inQuote) == true
  }

  private mutating func watchReaches(_ event: Event, _ sequence: UInt64) {
    for place in 0..<4 {
      let side = place % 2 == 0 ? Side.buy : .sell
      let (before, now) = (reaches[place], reach(place / 2, side))
      reaches[place] = now
      guard !mayGrow(event), now * side.sign > max(0, before * side.sign) else { continue }
      faults.append(
        "\(sequence): \(event.kind) lets instrument \(place / 2) go from \(before) to \(now)")
    }
  }

  // MARK: Money

  private mutating func watchEquity(_ time: Timestamp, _ before: Double) {
    let holdings = coins + [cash]
    if isSpot { expect(holdings.allSatisfy { $0 >= 0 }, "owes \(holdings)") }
    guard marks.allSatisfy({ $0 > 0 }) else { return }
    if peak == 0 { (peak, dayStart) = (equity, equity) }
    let today = time.nanoseconds / Interval.day.nanoseconds
    if today != day, day != .min { dayStart = before }
    day = today
    peak = max(peak, equity)
    for (kind, top) in [(LimitKind.maxDrawdown, peak), (.maxDailyDrawdown, dayStart)] {
      // By a hair, since this is in floating point.
      guard let limit = limits[kind], (top - equity) * 1e6 > (Double(limit) + 1e-3) * top else {
        continue
      }
      mustStop = true
    }
  }

  private mutating func fill(_ fill: Fill) {
    let (index, lots) = (fill.instrument.index, fill.quantity.lots * fill.side.sign)
    held[index] += lots
    coins[index] += lots
    cash -= lots * fill.price.ticks * 1_000 + fill.fee
    chosen.insert(fill.order.raw)
    guard let order = working[fill.order.raw] else {
      return faults.append("\(fill.order.raw): a fill of no live order")
    }
    let isInQuote = order.terms.flags.contains(.inQuote)
    let filled = order.filled + fill.quantity.lots
    expect(isInQuote || filled <= order.whole, "\(fill.order.raw): filled beyond its quantity")
    working[fill.order.raw]?.filled = filled
    guard !isInQuote, filled >= order.whole else { return }
    if order.terms.list.role == .entry { filledEntries.insert(fill.order.raw) }
    working[fill.order.raw] = nil
  }

  // MARK: Orders

  private mutating func place(_ terms: OrderTerms, _ sequence: UInt64, _ time: Timestamp) {
    if terms.list.role == .replacement { working[lastCanceled]?.isReplaced = true }
    working[sequence] = Working(terms: terms, whole: lots(of: terms))
    judge(terms, lots(of: terms), sequence, time)
  }

  private mutating func ask(_ change: AmendTerms, _ sequence: UInt64, _ time: Timestamp) {
    guard let order = working[change.order.raw] else {
      return faults.append("\(sequence): amends no live order")
    }
    working[change.order.raw]?.asked.append(change.quantity.lots)
    let grows = change.quantity.lots > order.whole
    // What makes an order smaller was judged when it was larger.
    judge(order.terms, grows ? change.quantity.lots - order.filled : 0, sequence, time)
  }

  private mutating func amend(_ answer: Amended) {
    guard var order = working[answer.order.raw] else { return }
    expect(!order.asked.isEmpty, "\(answer.order.raw): an answer that nobody asked for")
    order.asked.removeFirst()
    order.whole = answer.quantity.lots
    order.terms.price = answer.price
    working[answer.order.raw] = order
  }

  /// Lots of an order, or those that its amount of the quote asset buys at the mark.
  private func lots(of terms: OrderTerms) -> Int64 {
    guard terms.flags.contains(.inQuote) else { return terms.quantity.lots }
    let lot = marks[terms.instrument.index] * 1_000
    return (terms.quantity.lots + lot - 1) / lot
  }

  private mutating func judge(
    _ terms: OrderTerms, _ lots: Int64, _ sequence: UInt64, _ time: Timestamp
  ) {
    let (index, sign) = (terms.instrument.index, terms.side.sign)
    placed.append(time)
    let reach = reach(index, terms.side)
    let closes = held[index] * sign < 0 && reach * sign <= 0
    expect(!mustStop || closes, "\(sequence): \(terms.side) \(terms.quantity.lots) while halted")
    guard !terms.reduceOnly, terms.list.role != .exit else { return }
    let open = Int64(working.values.count { !$0.terms.reduceOnly && !$0.isReplaced })
    expect(open <= limits[.maxOpenOrders] ?? .max, "\(sequence): \(open) orders")
    let placed = Int64(placed.reversed().prefix { time - $0 < .minute }.count)
    expect(placed <= limits[.orderRate] ?? .max, "\(sequence): \(placed) orders in a minute")
    guard !closes, lots > 0 else { return }
    weigh(.maxOrder, value(lots, index), sequence)
    if reach * sign > 0 { weigh(.maxPosition, value(reach, index), sequence) }
    weigh(.grossExposure, gross, sequence)
    weigh(.netExposure, net(terms.side), sequence)
  }

  private var gross: Double {
    (0..<2).reduce(0) { sum, index in
      sum + value(max(abs(reach(index, .buy)), abs(reach(index, .sell))), index)
    }
  }

  private func net(_ side: Side) -> Double {
    (0..<2).reduce(0) { sum, index in
      let reach = reach(index, side)
      return sum + value(reach, index) * Double(reach.signum() * side.sign)
    }
  }

  private mutating func weigh(_ kind: LimitKind, _ value: Double, _ sequence: UInt64) {
    guard let limit = limits[kind] else { return }
    expect(
      value * 1e6 <= Double(limit) * equity * (1 + 1e-12),
      "\(sequence): \(kind) \(value) of \(equity)")
  }
}
