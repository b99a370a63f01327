/// What Coinbase said on one connection and has to be remembered: how far its counters have come, the ids its
/// books were given, candles that have not closed.

import TradingCore

/// One connection's memory. A new one knows nothing but the books' ids, which go on.
struct CoinbaseLink: LinkMemory, Sendable {
  /// A candle as it stood when it was last told.
  struct Candle: Sendable {
    var symbol: Int
    var start: Timestamp
    var bar: RawCandle
  }

  let id: LinkID
  /// How far a connection has come.
  struct Counters: Equatable, Sendable {
    /// The number of the last frame; `nil` where any may come next.
    fileprivate var sequence: Int64?
    /// The counter of the last heartbeat; as above.
    fileprivate var heartbeat: Int64?
  }

  private(set) var counters = Counters()
  /// Requests that were answered.
  private(set) var answered: [Int64] = []
  /// Requests that are answered and of which nobody was told yet.
  private(set) var covered: [Int64] = []
  /// Ids of the books' messages, by index of the symbol table.
  private var books: [TimedIDs] = []
  /// The newest candle of each symbol.
  var candles: [Candle] = []

  /// A link beside or behind another.
  init(_ id: LinkID, after last: CoinbaseLink?) {
    self.id = id
    books = last?.books.map { TimedIDs(after: $0) } ?? []
  }

  /// The ids of a symbol's book.
  subscript(book symbol: Int) -> TimedIDs {
    get { symbol < books.count ? books[symbol] : TimedIDs() }
    set {
      while books.count <= symbol { books.append(TimedIDs()) }
      books[symbol] = newValue
    }
  }

  /// Takes a frame's number. They count up by one over a connection, whatever the channel. What is missing
  /// may have been a heartbeat, so their counter begins anew.
  /// - Returns: whether something is missing before it.
  mutating func isJump(to next: Int64) -> Bool {
    let isJump = Self.isJump(from: &counters.sequence, to: next)
    if isJump { counters.heartbeat = nil }
    return isJump
  }

  /// Takes a heartbeat's counter, which counts up by one too.
  mutating func isJump(toHeartbeat next: Int64) -> Bool {
    Self.isJump(from: &counters.heartbeat, to: next)
  }

  /// A frame could not be read. One that is read again counts as not come; of any other its number is
  /// taken where it was understood, and else whatever comes next goes on from there.
  /// - Parameter old: the counters before it.
  mutating func take(back old: Counters, isReadAgain: Bool) {
    let isUnderstood = counters.sequence != old.sequence
    if isReadAgain {
      counters = old
    } else {
      counters = Counters(sequence: isUnderstood ? counters.sequence : nil, heartbeat: nil)
    }
  }

  /// Any number but the next one is a jump: a lower one, too, for then the venue counts anew.
  private static func isJump(from last: inout Int64?, to next: Int64) -> Bool {
    defer { last = next }
    return last.map { next != $0 &+ 1 } ?? false
  }

  /// Notes the requests that what the venue carries covers.
  mutating func note(_ requests: [Int64]) {
    covered += requests.filter { !answered.contains($0) && !covered.contains($0) }
  }

  /// The next answered request, once.
  mutating func takeCovered() -> Int64? {
    guard let id = covered.first else { return nil }
    covered.removeFirst()
    answered.append(id)
    return id
  }

  /// Whether a request is answered by this: once.
  mutating func takeAnswer(to request: CoinbaseSubscription) -> Bool {
    guard !answered.contains(request.id) else { return false }
    answered.append(request.id)
    return true
  }

  /// A refusal names no request: it is about the oldest that waits, for they are answered in order.
  mutating func refuse(of requests: [CoinbaseSubscription]) -> Int64? {
    let waiting = requests.first { !answered.contains($0.id) && !covered.contains($0.id) }
    if let waiting { answered.append(waiting.id) }
    return waiting?.id
  }
}
