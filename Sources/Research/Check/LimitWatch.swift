/// The limits of the gate kept by somebody else: an account of a journal that is read event by event and
/// shares nothing with the gate but the marks.

internal import TradingCore

/// Follows positions, orders and money, and says where a limit in force is exceeded: largest position and
/// order, gross and net exposure, open orders, orders in a minute, and both drawdowns.
///
/// A position's reach on a side is what is held when every reduce-only order of that side has closed
/// what it can, and then every other order of that side is filled; an order nobody knows of counts as
/// live. It may only grow when an order is approved, and then within the limits.
struct LimitWatch: StateWatch {
  /// An order that may still trade.
  struct Working {
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
    var open: Int64 { max(0, max(whole, asked.max() ?? 0).subtractingClamped(filled)) }
  }

  /// Reaches of an instrument, up and down.
  private struct Reach {
    var up: Int64 = 0
    var down: Int64 = 0
  }

  var money = LimitMoney()
  private(set) var working: [UInt64: Working] = [:]
  private(set) var held: [Int64] = []
  private var books = BookHoldings()
  private var limits: [LimitScope: Int64]
  /// Entries that were filled whole, and orders of a pair that traded or were set off.
  private var filledEntries: Set<UInt64> = []
  private var chosen: Set<UInt64> = []
  private var placed: [Timestamp] = []
  private var lastCanceled: UInt64 = 0
  private var reaches: [Reach] = []
  private var found: Finding?
  /// Whether the last fill was of no order that works: a late one, or somebody else's.
  private var isStrangeFill = false

  /// - Parameter limits: limits beside those that the journal says.
  init(limits: [LimitKind: Int64] = [:]) {
    self.limits = [:]
    for (kind, value) in limits { self.limits[LimitScope(kind: kind)] = value }
  }

  /// Whether nothing is held and nothing works.
  var isFlat: Bool { held.allSatisfy { $0 == 0 } && working.isEmpty }

  private mutating func expect(
    _ holds: Bool, _ kind: LimitKind, _ detail: @autoclosure () -> String
  ) {
    if !holds, found == nil { found = Finding("\(kind)", detail()) }
  }

  func limit(_ kind: LimitKind) -> Int64? { bound(kind, .none, .all)?.value }

  /// The narrowest limit that holds: an instrument's before a book's, both before either; and for which
  /// book it is.
  private func bound(
    _ kind: LimitKind, _ instrument: InstrumentID, _ book: BookID
  ) -> (value: Int64, book: BookID)? {
    for (instrument, book) in [
      (instrument, book), (instrument, .all), (.none, book), (.none, .all),
    ] {
      let scope = LimitScope(kind: kind, instrument: instrument, book: book)
      if let value = limits[scope] { return (value, book) }
    }
    return nil
  }

  mutating func after(
    _ event: Event, _ sequence: Sequence64, _ state: borrowing State
  ) -> Finding? {
    found = nil
    let before = money.equity
    money.take(event, state)
    makeRoom(state.instruments.count)
    take(event, sequence)
    watchReaches(event)
    let falls: [(LimitKind, Int64?)] = [
      (.maxDrawdown, limit(.maxDrawdown)), (.maxDailyDrawdown, limit(.maxDailyDrawdown)),
    ]
    money.watch(event.receiveTime, before: before, falls)
    if let debt = money.debt, found == nil { found = Finding("debt", debt) }
    return found
  }

  private mutating func makeRoom(_ count: Int) {
    while held.count < count {
      held.append(0)
      reaches.append(Reach())
    }
  }

  private mutating func take(_ event: Event, _ sequence: Sequence64) {
    switch event.body {
    case .limit(let change): set(change)
    case .order(let order): place(order.terms, sequence, event.receiveTime)
    case .cancelRequest(let request): lastCanceled = request.order.raw
    case .amendRequest(let change): ask(change, event.receiveTime)
    case .amended(let answer): amend(answer)
    case .fill(let fill): self.fill(fill)
    case .triggered(let report): chosen.insert(report.order.raw)
    case .canceled(let report), .rejected(let report), .expired(let report),
      .sendFailed(let report):
      working[report.order.raw] = nil
    default: break
    }
  }

  private mutating func set(_ change: LimitChange) {
    let scope = LimitScope(kind: change.kind, instrument: change.instrument, book: change.book)
    limits[scope] = change.value < 0 ? nil : change.value
  }

  // MARK: Reach

  /// Lots that an order may trade beside the others of its list: of two alternatives none when the
  /// other was chosen, of an exit what its entry has filled.
  private func counted(_ id: UInt64, _ order: Working) -> Int64 {
    let place = order.terms.list
    guard place.role == .exit || place.role == .alternative else { return order.open }
    var (open, first) = (order.open, id &- UInt64(place.offset))
    if place.role == .exit {
      guard working[first] != nil || filledEntries.contains(first) else { return 0 }
      open = max(0, open - (working[first]?.open ?? 0))
      first &+= 1
    }
    let twin = id == first ? id &+ 1 : first
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
      if order.terms.reduceOnly {
        closing = closing.addingClamped(lots)
      } else {
        growing = growing.addingClamped(lots)
      }
    }
    let closable = side == .buy ? Int64(0).subtractingClamped(held[instrument]) : held[instrument]
    let lots = min(closing, max(0, closable)).addingClamped(growing)
    return held[instrument].moved(side, by: lots)
  }

  /// Whether an event may let a position reach further: what the gate approved, the fill of an amount
  /// of the quote asset at a better price than was thought, and what is not ours to approve.
  private func mayGrow(_ event: Event) -> Bool {
    guard case .fill(let fill) = event.body else {
      return event.kind == .order || event.kind == .amendRequest
    }
    return isStrangeFill || working[fill.order.raw]?.terms.flags.contains(.inQuote) == true
  }

  /// Only an event of an order can move a reach.
  private mutating func watchReaches(_ event: Event) {
    guard !event.kind.isMarket, !event.kind.isDefinition else { return }
    for index in held.indices {
      let before = reaches[index]
      reaches[index] = Reach(up: reach(index, .buy), down: reach(index, .sell))
      guard !mayGrow(event) else { continue }
      let (now, old) = (reaches[index], before)
      if now.up > max(0, old.up) || now.down < min(0, old.down) {
        let name = event.kind.name
        found =
          found
          ?? Finding(
            "reach",
            "\(name) lets instrument \(index) reach \(now.down)…\(now.up) lots, before it "
              + "\(old.down)…\(old.up)")
      }
    }
  }

  // MARK: Orders

  private mutating func fill(_ fill: Fill) {
    guard fill.instrument.index < held.count else { return }
    let (index, lots) = (fill.instrument.index, fill.quantity.lots)
    held[index] = held[index].moved(fill.side, by: lots)
    books.take(fill)
    chosen.insert(fill.order.raw)
    isStrangeFill = working[fill.order.raw] == nil
    guard let order = working[fill.order.raw] else { return }
    let filled = order.filled.addingClamped(lots)
    working[fill.order.raw]?.filled = filled
    let isInQuote = order.terms.flags.contains(.inQuote)
    guard !isInQuote, filled >= order.whole else { return }
    if order.terms.list.role == .entry { filledEntries.insert(fill.order.raw) }
    working[fill.order.raw] = nil
  }

  private mutating func place(_ terms: OrderTerms, _ sequence: UInt64, _ time: Timestamp) {
    if terms.list.role == .replacement { working[lastCanceled]?.isReplaced = true }
    let lots = money.lots(of: terms)
    working[sequence] = Working(terms: terms, whole: lots)
    books.place(sequence, terms.book)
    judge(terms, lots, time)
  }

  private mutating func ask(_ change: AmendTerms, _ time: Timestamp) {
    guard let order = working[change.order.raw] else { return }
    working[change.order.raw]?.asked.append(change.quantity.lots)
    let grows = change.quantity.lots > order.whole
    // What makes an order smaller was judged when it was larger.
    let lots = change.quantity.lots.subtractingClamped(order.filled)
    judge(order.terms, grows ? lots : 0, time)
  }

  private mutating func amend(_ answer: Amended) {
    guard var order = working[answer.order.raw] else { return }
    if !order.asked.isEmpty { order.asked.removeFirst() }
    order.whole = answer.quantity.lots
    order.terms.price = answer.price
    working[answer.order.raw] = order.filled >= order.whole ? nil : order
  }

  // MARK: Judgement

  private mutating func judge(_ terms: OrderTerms, _ lots: Int64, _ time: Timestamp) {
    let (index, sign) = (terms.instrument.index, terms.side.sign)
    guard index < held.count else { return }
    note(time)
    let reach = reach(index, terms.side)
    let closes = held[index].signum() * sign < 0 && reach.signum() * sign <= 0
    expect(!money.mustStop || closes, .maxDrawdown, "\(terms.side) of \(lots) lots while halted")
    guard !terms.reduceOnly, terms.list.role != .exit else { return }
    countOrders(terms.book)
    judgeBook(terms)
    guard !closes, lots > 0 else { return }
    weigh(.maxOrder, terms.instrument, terms.book, money.value(lots, index))
    let isOfAll = bound(.maxPosition, terms.instrument, terms.book)?.book == .all
    if isOfAll, reach.signum() * sign > 0 {
      weigh(.maxPosition, terms.instrument, terms.book, money.value(reach, index))
    }
    weigh(.grossExposure, .none, terms.book, gross)
    weigh(.netExposure, .none, terms.book, net(terms.side))
  }

  /// Of a limit on what one book holds: its position when all of its orders of a side are filled.
  private mutating func judgeBook(_ terms: OrderTerms) {
    let (index, sign) = (terms.instrument.index, terms.side.sign)
    guard let bound = bound(.maxPosition, terms.instrument, terms.book), bound.book != .all else {
      return
    }
    let lots = working.reduce(Int64(0)) { sum, entry in
      let order = entry.value
      let isOfBook =
        order.terms.book == terms.book && order.terms.instrument == terms.instrument
        && order.terms.side == terms.side && !order.isReplaced
      return isOfBook ? sum.addingClamped(counted(entry.key, order)) : sum
    }
    let before = books.held(terms.instrument, terms.book)
    guard before.signum() * sign >= 0 || lots > before.magnitude else { return }
    let after = before.moved(terms.side, by: lots)
    weigh(.maxPosition, terms.instrument, terms.book, money.value(after, index))
  }

  private mutating func countOrders(_ book: BookID) {
    if let (most, scope) = bound(.maxOpenOrders, .none, book) {
      let open = Int64(
        working.values.count { order in
          let isCounted = scope == .all || order.terms.book == scope
          return isCounted && !order.terms.reduceOnly && !order.isReplaced
        })
      expect(open <= most, .maxOpenOrders, "\(open) orders are open, the limit is \(most)")
    }
    if let most = bound(.orderRate, .none, book)?.value {
      let count = placed.count
      expect(count <= most, .orderRate, "\(count) orders in a minute, the limit is \(most)")
    }
  }

  /// Keeps the last minute's orders.
  private mutating func note(_ time: Timestamp) {
    placed.append(time)
    placed.removeAll { time - $0 >= .minute }
  }

  private var gross: Double {
    held.indices.reduce(0) { sum, index in
      let lots = max(reach(index, .buy).magnitude, reach(index, .sell).magnitude)
      return sum + money.value(Int64(clamping: lots), index)
    }
  }

  private func net(_ side: Side) -> Double {
    held.indices.reduce(0) { sum, index in
      let reach = reach(index, side)
      return sum + money.value(reach, index) * Double(reach.signum() * side.sign)
    }
  }

  /// A value as a share of equity; by a hair, since this is in floating point.
  private mutating func weigh(
    _ kind: LimitKind, _ instrument: InstrumentID, _ book: BookID, _ value: Double
  ) {
    guard let limit = bound(kind, instrument, book)?.value else { return }
    let equity = money.equity
    expect(
      value * 1e6 <= Double(limit) * equity * (1 + 1e-12), kind,
      "\(value) of \(equity) is more than \(limit) / 1000000")
  }
}

/// A limit and what it is for.
private struct LimitScope: Hashable {
  var kind: LimitKind
  var instrument = InstrumentID.none
  var book = BookID.all
}

extension LimitWatch {
  /// Why limits cannot be followed; `nil` when they can.
  static func objection(to subject: CheckSubject) -> String? {
    if let lost = subject.lost { return lost.text }
    guard subject.origin != .facts else { return "facts only: nothing was ordered" }
    guard subject.origin != .headless else { return "its head does not say which limits were set" }
    var reporting = AssetID(0)
    var grids: [InstrumentID: InstrumentDefinition] = [:]
    for event in subject.events {
      switch event.body {
      case .configure(let change) where change.setting == .reportingAsset:
        reporting = AssetID(UInt16(clamping: change.value))
      case .limit(let change)
      where change.instrument != .none && change.kind != .maxOrder && change.kind != .maxPosition:
        return "a limit of \(change.kind) for one instrument alone is not followed"
      case .instrument(let definition):
        if let old = grids[definition.instrument], old.tickValue != definition.tickValue {
          return "an instrument changed its grid"
        }
        grids[definition.instrument] = definition
      default: break
      }
    }
    if grids.values.contains(where: { $0.quote != reporting }) {
      return "instruments are priced in another asset than equity"
    }
    return Set(grids.values.map(\.base)).count < grids.count
      ? "two instruments trade one asset" : nil
  }
}
