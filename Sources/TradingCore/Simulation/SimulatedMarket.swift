/// One instrument as the simulated exchange sees it: the recorded market up to now, what we took of
/// it, and our orders in it.
struct SimulatedMarket {
  /// `nil` until the instrument was defined.
  var definition: InstrumentDefinition?
  /// The venue's filters, and the average price some of them compare with.
  var filters = OrderFilters()
  private var average = AveragePrice()
  /// What traded in the last minute, for an impact that grows with our share of it.
  private var volume = TradedVolume()
  /// Lots of the candle that is being walked, and its number.
  var candleVolume: Int64 = 0
  var candle: UInt64 = 0
  private(set) var book = OrderBook()
  private(set) var top: Quote?
  /// The last price traded or closed at.
  var last: Price?
  /// What we took from bids and from asks.
  var takenBids = TakenLiquidity()
  var takenAsks = TakenLiquidity()
  /// What rests, by side.
  var bids = OrderQueue(.buy)
  var asks = OrderQueue(.sell)
  /// What waits for a trigger, oldest first.
  var waiting: ContiguousArray<RestingOrder> = []
  /// What waits for the next candle's open, oldest first.
  var opening: ContiguousArray<RestingOrder> = []
  /// Exits whose entry has not filled, in the order they came.
  var kept: ContiguousArray<RestingOrder> = []
  /// Lots that the current trade or candle may still fill; `.max` without a cap.
  var allowance: Int64 = .max
  /// Lots our fills have bought less those sold.
  var position: Int64 = 0
  /// Whether the book was valid when the snapshot that is arriving began.
  private var wasValid = false

  /// Whether a market event can do anything to one of our orders.
  @inline(__always)
  var hasOrders: Bool { !bids.isEmpty || !asks.isEmpty || !waiting.isEmpty || !opening.isEmpty }

  /// Whether the rule's market can be traded on at all: a book that is valid and not crossed, a quote.
  @inline(__always)
  func isOpen(_ rule: FillRule) -> Bool {
    if rule.usesBook { return book.isValid && !book.isCrossed }
    return rule != .quote || top != nil
  }

  /// Notes lots filled by the current trade or candle.
  mutating func use(_ lots: Int64) { if allowance != .max { allowance -= lots } }

  // MARK: What the market does

  /// Takes a trade's price, its part in the volume where the impact asks for it, and in the average
  /// where a filter does.
  @inline(__always)
  mutating func observe(_ trade: Trade, _ impact: Impact, at time: Timestamp) {
    last = trade.price
    if impact.needsVolume { volume.note(trade.quantity, at: time) }
    if !filters.isEmpty { average.add(trade.price, trade.quantity, at: time) }
  }

  /// What a taker gets for lots displayed at a price.
  func impacted(
    _ price: Price, _ order: RestingOrder, _ lots: Int64, _ settings: Settings, at time: Timestamp
  ) -> Price {
    guard settings.impact.model != .none else { return price }
    return settings.impact.price(
      order.side, price, lots: lots,
      volume: settings.fillRule == .candle ? candleVolume : volume.lots(at: time),
      limit: order.terms.type.hasLimit ? order.terms.price : nil)
  }

  /// What the venue's filters say of an order.
  /// - Parameters:
  ///   - list: orders of its list that are placed with it, before it.
  ///   - held: lots of the base asset in the account.
  func filterObjection(
    to order: RestingOrder, beside list: ArraySlice<RestingOrder>, held: Int64, at time: Timestamp
  ) -> RejectReason? {
    guard !filters.isEmpty, let definition else { return nil }
    var now = OrderFilters.Circumstances { minutes in
      average.average(minutes: minutes, at: time) ?? last.map { Int128($0.ticks) * 1_000_000 }
    }
    now.position = held
    now.amends = order.amendCount
    // An amended order is counted already, by whatever let it in.
    if order.amendCount == 0 { for other in list { now.count(other) } }
    forEachLive { other in
      guard other.stage != .kept, other.id != order.id else { return }
      if order.amendCount == 0 { now.count(other) }
      if other.side == .buy { now.position = now.position.addingClamped(other.open) }
    }
    var terms = order.terms
    if !order.isInQuote { terms.quantity = Quantity(lots: order.open) }
    return filters.objection(to: terms, definition, now)
  }

  /// Takes the best quote. Under the quote rule the lots of a side that changed are all there again.
  mutating func observe(_ quote: Quote, _ rule: FillRule) {
    if rule == .quote {
      if quote.bidPrice != top?.bidPrice || quote.bidQuantity != top?.bidQuantity {
        takenBids.removeAll()
      }
      if quote.askPrice != top?.askPrice || quote.askQuantity != top?.askQuantity {
        takenAsks.removeAll()
      }
    }
    top = quote
  }

  /// Whether the quote tells of a later moment than the book, which comes in steps.
  @inline(__always)
  var isQuoteNewer: Bool { top.map { $0.updateID > book.updateID } ?? false }

  /// A depth run is complete: what we took from a quote at prices that the book, now as new, does not
  /// show is forgotten.
  mutating func forgetQuote() {
    guard !takenBids.isEmpty || !takenAsks.isEmpty, !isQuoteNewer else { return }
    takenBids.removeAll { book.bids.quantity(at: $0).lots == 0 }
    takenAsks.removeAll { book.asks.quantity(at: $0).lots == 0 }
  }

  /// Takes one level of a depth run, with what it does to queues and to lots we took.
  @inline(__always)
  mutating func observe(_ depth: Depth, _ queue: QueueModel) {
    if hasInterest(depth.side, depth.price) {
      follow(depth, queue)
    } else {
      book.update(depth.level)
    }
  }

  /// Whether a queue or lots we took at a price have to follow what the book does there.
  @inline(__always)
  private func hasInterest(_ side: Side, _ price: Price) -> Bool {
    side == .buy
      ? bids.hasOrder(at: price) || takenBids.lots(at: price) > 0
      : asks.hasOrder(at: price) || takenAsks.lots(at: price) > 0
  }

  private mutating func follow(_ depth: Depth, _ queue: QueueModel) {
    let before = recorded(depth.side, depth.price)
    book.update(depth.level)
    guard book.isValid, !depth.flags.contains(.empty) else { return }
    let after = recorded(depth.side, depth.price)
    if depth.side == .buy {
      takenBids.follow(depth.price, from: before, to: after)
      bids.follow(depth.price, from: before, to: after, queue)
    } else {
      takenAsks.follow(depth.price, from: before, to: after)
      asks.follow(depth.price, from: before, to: after, queue)
    }
  }

  /// Whether a snapshot is older than the book: it changes nothing then.
  @inline(__always)
  func isOld(_ level: BookSnapshot) -> Bool { book.isValid && level.updateID < book.updateID }

  /// Takes one level of a snapshot; with its last, places in queues are found anew.
  mutating func observe(_ level: BookSnapshot) {
    if level.flags.contains(.first) { wasValid = book.isValid }
    book.load(level.level)
    guard level.flags.contains(.last), book.isValid else { return }
    takenBids.removeAll()
    takenAsks.removeAll()
    rejoin(.buy)
    rejoin(.sell)
  }

  private mutating func rejoin(_ side: Side) {
    var place = 0
    while let order = order(side, place) {
      let lots = recorded(side, order.terms.price)
      let isContinued = wasValid
      update(side, place) { order in
        order.ahead = isContinued ? min(order.ahead, lots) : lots
        order.traded = 0
      }
      place += 1
    }
  }

  /// A gap in a stream: what it told cannot be traded on until it is whole again.
  mutating func lose(_ stream: StreamKind, _ rule: FillRule) {
    if stream == .depth || stream == .any {
      book.invalidate()
      wasValid = false
    }
    if stream == .quote || stream == .any {
      top = nil
      guard rule == .quote else { return }
      takenBids.removeAll()
      takenAsks.removeAll()
    }
  }

  // MARK: What there is to take

  /// Recorded lots of a side at a price.
  func recorded(_ side: Side, _ price: Price) -> Int64 {
    (side == .buy ? book.bids : book.asks).quantity(at: price).lots
  }

  /// The price level `depth` places into the side that an order of `side` takes from, with the lots
  /// that are left there, perhaps none; `nil` when nothing (more) is there.
  func touchable(_ side: Side, _ depth: Int, _ rule: FillRule) -> (price: Price, lots: Int64)? {
    switch rule {
    case .bookConservative, .bookProbabilistic: bookLevel(side, depth)
    case .quote: quoteLevel(side, depth)
    case .sameEvent: depth == 0 ? last.map { ($0, .max) } : nil
    case .candle: nil
    }
  }

  private func bookLevel(_ side: Side, _ depth: Int) -> (price: Price, lots: Int64)? {
    guard book.isValid, !book.isCrossed else { return nil }
    if isQuoteNewer { return trimmedLevel(side, depth) }
    return side == .buy ? level(book.asks, depth, takenAsks) : level(book.bids, depth, takenBids)
  }

  /// A quote that is newer than the book stands for its price and all better ones.
  private func trimmedLevel(_ side: Side, _ depth: Int) -> (price: Price, lots: Int64)? {
    guard let top else { return nil }
    let (price, quantity) =
      side == .buy ? (top.askPrice, top.askQuantity) : (top.bidPrice, top.bidQuantity)
    guard quantity.lots > 0 else { return nil }
    if depth == 0 {
      let taken = side == .buy ? takenAsks.lots(at: price) : takenBids.lots(at: price)
      return (price, max(0, quantity.lots - taken))
    }
    let gone = side == .buy ? book.asks.count(upTo: price) : book.bids.count(upTo: price)
    return side == .buy
      ? level(book.asks, gone + depth - 1, takenAsks)
      : level(book.bids, gone + depth - 1, takenBids)
  }

  private func level(
    _ levels: borrowing BookSide, _ depth: Int, _ taken: borrowing TakenLiquidity
  ) -> (price: Price, lots: Int64)? {
    guard depth < levels.count else { return nil }
    let level = levels[depth]
    guard !taken.isEmpty else { return (level.price, level.quantity.lots) }
    return (level.price, max(0, level.quantity.lots - taken.lots(at: level.price)))
  }

  /// The best quote, and one tick behind it as much as anybody wants.
  private func quoteLevel(_ side: Side, _ depth: Int) -> (price: Price, lots: Int64)? {
    guard let top, depth < 2 else { return nil }
    let (price, quantity) =
      side == .buy ? (top.askPrice, top.askQuantity) : (top.bidPrice, top.bidQuantity)
    guard quantity.lots > 0 else { return nil }
    if depth == 1 {
      let worse = price.ticks.addingClamped(side.sign)
      return worse > 0 ? (Price(ticks: worse), .max) : nil
    }
    let taken = side == .buy ? takenAsks.lots(at: price) : takenBids.lots(at: price)
    return (price, max(0, quantity.lots - taken))
  }

  /// The best price that an order of `side` can take at and where anything is left.
  func firstTouch(_ side: Side, _ rule: FillRule) -> Price? {
    var depth = 0
    while let level = touchable(side, depth, rule) {
      if level.lots > 0 { return level.price }
      depth += 1
    }
    return nil
  }

  /// What an order of `side` took at a price is not there any more.
  mutating func take(_ side: Side, _ lots: Int64, at price: Price, _ rule: FillRule) {
    guard rule.usesBook || (rule == .quote && price == quotePrice(side)) else { return }
    if side == .buy { takenAsks.add(lots, at: price) } else { takenBids.add(lots, at: price) }
  }

  private func quotePrice(_ side: Side) -> Price? {
    side == .buy ? top?.askPrice : top?.bidPrice
  }

  /// The price that sets waiting orders off: the last one or, before the first, the touchable one.
  func reference(_ side: Side, _ rule: FillRule) -> Price? {
    last ?? touchable(side, 0, rule)?.price
  }

  // MARK: Our orders

  /// Changes the queue of a side in place.
  mutating func queue<Result>(
    _ side: Side, _ body: (inout OrderQueue) -> Result
  ) -> Result {
    side == .buy ? body(&bids) : body(&asks)
  }

  func count(of side: Side) -> Int { side == .buy ? bids.count : asks.count }

  /// The order at a place of a side's queue; `nil` behind the last.
  func order(_ side: Side, _ place: Int) -> RestingOrder? {
    guard place < count(of: side) else { return nil }
    return side == .buy ? bids[place] : asks[place]
  }

  mutating func update(_ side: Side, _ place: Int, _ change: (inout RestingOrder) -> Void) {
    if side == .buy { bids.update(place, change) } else { asks.update(place, change) }
  }

  /// The place behind where an order of this price and age is or was.
  func place(after order: RestingOrder) -> Int {
    order.side == .buy
      ? bids.index(after: order.terms.price, order.priority)
      : asks.index(after: order.terms.price, order.priority)
  }

  /// Whether no order of ours is in it.
  var isEmpty: Bool { !hasOrders && kept.isEmpty }

  /// Looks at every order, wherever it is.
  func forEachLive(_ body: (RestingOrder) -> Void) {
    for order in bids.orders { body(order) }
    for order in asks.orders { body(order) }
    for order in waiting { body(order) }
    for order in opening { body(order) }
    for order in kept { body(order) }
  }

  /// An order, wherever it is. O(orders).
  func find(_ id: OrderID) -> RestingOrder? {
    if let index = bids.index(of: id) { return bids[index] }
    if let index = asks.index(of: id) { return asks[index] }
    return waiting.first { $0.id == id } ?? opening.first { $0.id == id }
      ?? kept.first { $0.id == id }
  }

  /// Removes an order from wherever it is. O(orders).
  mutating func remove(_ id: OrderID) -> RestingOrder? {
    if let index = bids.index(of: id) { return bids.remove(at: index) }
    if let index = asks.index(of: id) { return asks.remove(at: index) }
    if let index = waiting.firstIndex(where: { $0.id == id }) { return waiting.remove(at: index) }
    if let index = opening.firstIndex(where: { $0.id == id }) { return opening.remove(at: index) }
    if let index = kept.firstIndex(where: { $0.id == id }) { return kept.remove(at: index) }
    return nil
  }
}

extension OrderFilters.Circumstances {
  /// Counts an order that lives beside the one in question.
  fileprivate mutating func count(_ order: RestingOrder) {
    orders += 1
    let waits = order.stage == .waiting || order.stage == .arrived || order.stage == .kept
    if waits, order.terms.type.waitsForTrigger { waiting += 1 }
    if order.terms.parts > 1 { icebergs += 1 }
  }
}
