/// The wishes of one fact, at most `capacity`; more are dropped and an alert says so.
public struct Decisions: Sendable {
  public static let capacity = 16

  private var signals = InlineArray<16, Signal>(
    repeating: Signal(cause: 0, instrument: .none, kind: .cancel))
  /// Whose wish each of them is.
  private var books = InlineArray<16, BookID>(repeating: BookID(0))
  public private(set) var count = 0
  public private(set) var droppedCount = 0
  /// The book of whoever decides now; 0 where one strategy runs alone.
  public private(set) var book = BookID(0)
  /// Where the wishes of that book begin.
  private var start = 0

  public init() {}

  /// Whose wish the one at a place below `count` is.
  func book(of index: Int) -> BookID { books[index] }

  /// From here on another book's strategy decides.
  mutating func begin(_ book: BookID) {
    self.book = book
    start = count
  }

  /// The wish at a place below `count`.
  public subscript(index: Int) -> Signal { signals[index] }

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
      Signal(cause: 0, instrument: instrument, kind: .target, weightMillionths: millionths))
  }

  /// Keep a bid and an ask of `quantity` each in the book; orders elsewhere are taken back. Zero
  /// quantity withdraws both; a side whose price is `nil` is withdrawn.
  public mutating func quote(
    _ instrument: InstrumentID, bid: Price?, ask: Price?, quantity: Quantity
  ) {
    append(
      Signal(
        cause: 0, instrument: instrument, kind: .quote, bid: bid ?? .zero, ask: ask ?? .zero,
        quantity: quantity))
  }

  /// Place a limit order.
  public mutating func limit(
    _ instrument: InstrumentID, _ side: Side, price: Price, quantity: Quantity
  ) {
    append(
      Signal(
        cause: 0, instrument: instrument, kind: .limit, side: side, bid: price,
        quantity: quantity))
  }

  /// Take back every live order of the instrument.
  public mutating func cancelAll(_ instrument: InstrumentID) {
    append(Signal(cause: 0, instrument: instrument, kind: .cancel))
  }

  /// Divides the weights of all targets among so many members of a group.
  mutating func shareWeight(among count: Int) {
    for index in start..<self.count where signals[index].kind == .target {
      signals[index].weightMillionths /= Int32(count)
    }
  }

  private mutating func append(_ signal: Signal) {
    guard count < Decisions.capacity else {
      droppedCount += 1
      return
    }
    signals[count] = signal
    books[count] = book
    count += 1
  }

  mutating func removeAll() {
    count = 0
    start = 0
    droppedCount = 0
  }
}
