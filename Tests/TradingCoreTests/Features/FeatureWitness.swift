/// What an independent watcher writes down of a market: a book of dictionaries, and lists of all that was
/// told since the last loss, in units of the assets. Features are computed from these lists anew.
@testable import TradingCore

struct FeatureWitness {
  struct Quotes: Equatable {
    var bid: Double
    var bidLots: Double
    var ask: Double
    var askLots: Double
    var middle: Double { (bid + ask) / 2 }
  }

  struct Print {
    var time: Int64
    var price: Double
    var lots: Int64
    var sign: Double
    /// As they were when it came.
    var quotes: Quotes?
    var quantity: Double { Double(lots) * FeatureWitness.lot }
  }

  struct Book {
    var time: Int64
    /// Best first, price and quantity; empty where the book is not sound.
    var bids: [(price: Double, quantity: Double)] = []
    var asks: [(price: Double, quantity: Double)] = []
  }

  static let tick = 0.005
  static let lot = 0.001

  /// The latest receive time.
  private(set) var now: Int64 = .min
  /// Trades since the last loss of trades.
  private(set) var prints: [Print] = []
  /// Trades since the last loss of anything.
  private(set) var costs: [Print] = []
  /// All that was told of the best quotes since the last loss of any stream of theirs.
  private(set) var tellings: [(time: Int64, quotes: Quotes?)] = []
  /// The same, but from what was known at the last loss of anything.
  private(set) var course: [(time: Int64, quotes: Quotes?)] = []
  /// Messages of the book in step since the last loss of quotes.
  private(set) var books: [Book] = []
  /// The book in step right now.
  private(set) var book: Book?
  var quotes: Quotes? { tellings.last?.quotes }

  private var levels: (bids: [Int64: Int64], asks: [Int64: Int64]) = ([:], [:])
  private var isInStep = false
  private var bookID: Int64 = 0
  private var quoteID: Int64 = 0
  private var skips = false

  mutating func take(_ event: Event) {
    now = max(now, event.receiveTime.nanoseconds)
    switch event.body {
    case .trade(let trade) where trade.instrument.raw == 0: take(trade)
    case .quote(let quote): take(quote)
    case .depth(let depth): take(depth)
    case .bookSnapshot(let level): take(level)
    case .gap(let gap):
      lose(
        gap.instrument == .none ? .any : gap.stream, endsBook: [.depth, .any].contains(gap.stream))
    default: break
    }
  }

  private mutating func take(_ trade: Trade) {
    let print = Print(
      time: now, price: Double(trade.price.ticks) * Self.tick, lots: trade.quantity.lots,
      sign: trade.aggressor == .buy ? 1 : -1, quotes: quotes)
    prints.append(print)
    costs.append(print)
  }

  private mutating func take(_ quote: Quote) {
    quoteID = quote.updateID
    let isSound = quote.bidQuantity.lots > 0 && quote.askQuantity.lots > 0
    tell(
      isSound
        ? Quotes(
          bid: Double(quote.bidPrice.ticks) * Self.tick, bidLots: Double(quote.bidQuantity.lots),
          ask: Double(quote.askPrice.ticks) * Self.tick, askLots: Double(quote.askQuantity.lots))
        : nil)
  }

  private mutating func tell(_ quotes: Quotes?) {
    tellings.append((now, quotes))
    course.append((now, quotes))
  }

  private mutating func take(_ level: BookSnapshot) {
    if level.flags.contains(.first) { levels = ([:], [:]) }
    set(level.side, level.price.ticks, level.quantity.lots)
    guard level.flags.contains(.last) else { return }
    (isInStep, bookID) = (true, level.updateID)
    finishMessage()
  }

  private mutating func take(_ depth: Depth) {
    guard isInStep else { return }
    if depth.flags.contains(.first) {
      skips = depth.lastUpdateID <= bookID
      if !skips, depth.firstUpdateID > bookID + 1 { return loseStep() }
    }
    if !skips { set(depth.side, depth.price.ticks, depth.quantity.lots) }
    guard depth.flags.contains(.last) else { return }
    if !skips { bookID = depth.lastUpdateID }
    finishMessage()
  }

  /// The book noticed a jump by itself; what is known of it is lost at the end of that message.
  private var lostStep = false

  private mutating func loseStep() { (isInStep, book, lostStep) = (false, nil, true) }

  /// Call after the last event of each message.
  mutating func endMessage() {
    guard lostStep else { return }
    lostStep = false
    lose(.depth, endsBook: true)
  }

  private mutating func set(_ side: Side, _ ticks: Int64, _ lots: Int64) {
    let kept = lots == 0 ? nil : lots
    if side == .buy { levels.bids[ticks] = kept } else { levels.asks[ticks] = kept }
  }

  private mutating func finishMessage() {
    var message = Book(time: now)
    let bids = levels.bids.sorted { $0.key > $1.key }
    let asks = levels.asks.sorted { $0.key < $1.key }
    if let bid = bids.first, let ask = asks.first, bid.key < ask.key {
      message.bids = bids.map { (Double($0.key) * Self.tick, Double($0.value) * Self.lot) }
      message.asks = asks.map { (Double($0.key) * Self.tick, Double($0.value) * Self.lot) }
    }
    book = message
    books.append(message)
    guard bookID > quoteID else { return }
    quoteID = bookID
    if let bid = message.bids.first, let ask = message.asks.first {
      tell(
        Quotes(
          bid: bid.price, bidLots: (bid.quantity / Self.lot).rounded(), ask: ask.price,
          askLots: (ask.quantity / Self.lot).rounded()))
    } else {
      tell(nil)
    }
  }

  private mutating func lose(_ stream: StreamKind, endsBook: Bool) {
    if endsBook { (isInStep, book) = (false, nil) }
    let trades = stream == .trade || stream == .any
    let quotes = stream == .quote || stream == .depth || stream == .any
    guard trades || quotes else { return }
    if trades { prints = [] }
    if quotes { (tellings, books) = ([], []) }
    costs = []
    course = tellings.last.map { [$0] } ?? []
  }
}
