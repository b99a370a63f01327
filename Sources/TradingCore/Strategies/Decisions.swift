/// The wishes of one fact, at most `capacity`; more are dropped and an alert says so.

/// One thing a strategy wants.
public enum Wish: Equatable, Sendable, BitwiseCopyable {
  /// To be sized first.
  case signal(Signal)
  /// An order of its own terms.
  case order(OrderTerms)
  /// The order gone, and another in its stead.
  case replace(OrderID, OrderTerms)
  /// The order with another price and whole quantity.
  case amend(AmendTerms)
  /// The order gone.
  case cancel(OrderID)

  /// What is journalled of the wish before it is sized and judged. The requests of a cancel and of an
  /// amendment say it all.
  func journalled(cause: Sequence64) -> EventBody? {
    switch self {
    case .signal(var signal):
      signal.cause = cause
      return .signal(signal)
    case .order(let terms), .replace(_, let terms):
      return .request(Order(cause: cause, terms: terms))
    case .amend, .cancel: return nil
    }
  }

  /// Whether orders of the same list follow, so that it cannot be judged yet.
  var isInsideList: Bool {
    guard case .order(let terms) = self else { return false }
    return terms.list != .alone && !terms.list.isLast
  }
}

/// While trading has not begun (a warm-up), nothing that is wished leaves: see `holdBack`.
public struct Decisions: Sendable {
  public static let capacity = 16

  private var wishes = InlineArray<16, Wish>(repeating: .cancel(.none))
  /// Whose wish each of them is.
  private var books = InlineArray<16, BookID>(repeating: BookID(0))
  public private(set) var count = 0
  public private(set) var droppedCount = 0
  /// The book of whoever decides now; 0 where one strategy runs alone.
  public private(set) var book = BookID(0)
  /// Where the wishes of that book begin.
  private var start = 0
  /// The last wish of each book for each instrument while trading had not begun.
  private var held: ContiguousArray<(book: BookID, signal: Signal)> = []

  public init() {}

  /// Whose wish the one at a place below `count` is.
  func book(of index: Int) -> BookID { books[index] }

  /// From here on another book's strategy decides.
  mutating func begin(_ book: BookID) {
    self.book = book
    start = count
  }

  /// The wish at a place below `count`.
  public subscript(index: Int) -> Wish { wishes[index] }

  /// Hold `weight` of the equity in the instrument, −1…1; negative is short. The engine turns it
  /// into lots and sends the difference to what is held and already working. A weight that is not a
  /// number is no wish: it is dropped and counted.
  public mutating func target(_ instrument: InstrumentID, weight: Double) {
    guard !weight.isNaN else {
      droppedCount += 1
      return
    }
    let millionths = Int32((max(-1, min(1, weight)) * 1_000_000).rounded(.toNearestOrEven))
    append(
      .signal(
        Signal(cause: 0, instrument: instrument, kind: .target, weightMillionths: millionths)))
  }

  /// Keep a bid and an ask of `quantity` each in the book; orders elsewhere are taken back. Zero
  /// quantity withdraws both; a side whose price is `nil` is withdrawn.
  public mutating func quote(
    _ instrument: InstrumentID, bid: Price?, ask: Price?, quantity: Quantity
  ) {
    append(
      .signal(
        Signal(
          cause: 0, instrument: instrument, kind: .quote, bid: bid ?? .zero, ask: ask ?? .zero,
          quantity: quantity)))
  }

  /// Place a limit order.
  public mutating func limit(
    _ instrument: InstrumentID, _ side: Side, price: Price, quantity: Quantity
  ) {
    append(
      .signal(
        Signal(
          cause: 0, instrument: instrument, kind: .limit, side: side, bid: price,
          quantity: quantity)))
  }

  /// Place an order of any terms, alone.
  public mutating func order(_ terms: OrderTerms) {
    var terms = terms
    terms.list = .alone
    terms.book = book
    append(.order(terms))
  }

  /// Place two orders on one side of an instrument of which the first to trade, or to be set off,
  /// cancels the other (OCO).
  public mutating func oco(_ first: OrderTerms, _ second: OrderTerms) {
    var orders = InlineArray<3, OrderTerms>(repeating: first)
    orders[1] = second
    append(orders, count: 2, first: .alternative, others: .alternative)
  }

  /// Place an order and, when all of it is filled, exits against it: of two the first to trade cancels
  /// the other. The exits become reduce-only; the entry's risk is judged at the exit that is a stop.
  public mutating func bracket(
    _ entry: OrderTerms, exit: OrderTerms, or other: OrderTerms? = nil
  ) {
    var orders = InlineArray<3, OrderTerms>(repeating: entry)
    orders[1] = exit
    orders[2] = other ?? exit
    for place in 1..<3 { orders[place].flags.insert(.reduceOnly) }
    append(orders, count: other == nil ? 2 : 3, first: .entry, others: .exit)
  }

  /// Take an order of one's own book back and, if it could be, place another in its stead. Until the
  /// venue says that the first is gone it may be filled, so both count against the limits.
  public mutating func replace(_ id: OrderID, with terms: OrderTerms) {
    var terms = terms
    terms.list = ListPlace(.replacement, offset: 0, isLast: true)
    terms.book = book
    append(.replace(id, terms))
  }

  /// Give a limit order of one's own book another price and another whole quantity: what is filled of it
  /// counts, and what is left is the quantity less that. Nothing left, or less, is refused. Until the
  /// venue answers the larger of the two quantities counts against the limits; it answers with the terms
  /// that hold, which are the old ones where it refuses.
  public mutating func amend(_ id: OrderID, price: Price, quantity: Quantity) {
    append(.amend(AmendTerms(order: id, price: price, quantity: quantity)))
  }

  /// Take back one order of one's own book.
  public mutating func cancel(_ id: OrderID) { append(.cancel(id)) }

  /// Take back every live order of the instrument.
  public mutating func cancelAll(_ instrument: InstrumentID) {
    append(.signal(Signal(cause: 0, instrument: instrument, kind: .cancel)))
  }

  /// Divides the weights of all targets among so many members of a group.
  mutating func shareWeight(among count: Int) {
    for index in start..<self.count {
      guard case .signal(var signal) = wishes[index], signal.kind == .target else { continue }
      signal.weightMillionths /= Int32(count)
      wishes[index] = .signal(signal)
    }
  }

  private mutating func append(_ wish: Wish) {
    guard count < Decisions.capacity else {
      droppedCount += 1
      return
    }
    wishes[count] = wish
    books[count] = book
    count += 1
  }

  /// Appends a list whole or not at all.
  private mutating func append(
    _ orders: InlineArray<3, OrderTerms>, count members: Int, first: ListRole, others: ListRole
  ) {
    guard count + members <= Decisions.capacity else {
      droppedCount += members
      return
    }
    for place in 0..<members {
      var terms = orders[place]
      terms.book = book
      terms.list = ListPlace(
        place == 0 ? first : others, offset: place, isLast: place == members - 1)
      append(.order(terms))
    }
  }

  /// Holds back what is wanted before trading begins. What a strategy then still wants, its last target
  /// or quote for each instrument, is wanted of the first fact after, unless it has thought otherwise;
  /// what does not fit waits for the next. Orders of its own terms are of their moment and are let go.
  @inline(__always)
  mutating func holdBack(untilTradingBegins state: borrowing State) {
    if state.isWarmingUp || !held.isEmpty { holdBack(untilOver: state.isWarmingUp) }
  }

  @inline(never)
  private mutating func holdBack(untilOver isWarmingUp: Bool) {
    for index in 0..<count {
      guard case .signal(let signal) = wishes[index] else { continue }
      held.removeAll { $0.book == books[index] && $0.signal.instrument == signal.instrument }
      if isWarmingUp, signal.kind == .target || signal.kind == .quote {
        held.append((books[index], signal))
      }
    }
    guard !isWarmingUp else { return removeAll() }
    let room = min(held.count, Decisions.capacity - count)
    for wish in held.prefix(room) {
      book = wish.book
      append(.signal(wish.signal))
    }
    held.removeFirst(room)
  }

  mutating func removeAll() {
    count = 0
    start = 0
    droppedCount = 0
  }
}
