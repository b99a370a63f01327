/// What Kraken said on one link and has to be remembered: books, the ids they were given, candles that have
/// not closed. A new link begins anew, for Kraken sends every snapshot again.

import TradingCore

/// The candles of one instrument and length.
struct KrakenCandles: Hashable, Sendable {
  /// An index of the symbol table.
  let symbol: Int
  let seconds: UInt32
}

/// One link's memory.
struct KrakenLink: LinkMemory, Sendable {
  /// A candle as it stood when it was last told.
  struct Candle: Sendable {
    var begin: Timestamp
    var bar: RawCandle
  }

  let id: LinkID
  /// Where candles had come when the link began; one that closed since is told late rather than never.
  let candlesBefore: [KrakenCandles: Timestamp]
  var candles: [KrakenCandles: Candle] = [:]
  /// By index of the symbol table; no book while none is in step.
  private var books: [Int: KrakenBook] = [:]
  private var bookIDs: [Int: TimedIDs] = [:]
  private var quoteIDs: [Int: Int64] = [:]
  /// The number of the last message about the account.
  private var reportNumber: Int64?
  private var hasLostReports = false

  /// A link beside or behind another.
  init(_ id: LinkID, after last: KrakenLink?) {
    self.id = id
    let begun = last?.candles.mapValues(\.begin) ?? [:]
    candlesBefore = (last?.candlesBefore ?? [:]).merging(begun) { max($0, $1) }
    bookIDs = last?.bookIDs.mapValues { TimedIDs(after: $0) } ?? [:]
  }

  /// Hands a symbol's book over, which can be changed without a copy; there is none until it is put back, nor
  /// while it waits for a snapshot.
  mutating func takeBook(_ symbol: Int) -> KrakenBook? { books.removeValue(forKey: symbol) }

  mutating func putBook(_ book: KrakenBook, _ symbol: Int) { books[symbol] = book }

  mutating func forgetBook(_ symbol: Int) { books[symbol] = nil }

  /// Something broke the rules, and nobody knows of which book.
  mutating func forgetBooks() { books.removeAll() }

  /// The ids that count a symbol's book.
  subscript(ids symbol: Int) -> TimedIDs {
    get { bookIDs[symbol] ?? TimedIDs() }
    set { bookIDs[symbol] = newValue }
  }

  /// Takes the number of a message about the account. They count up by one; the same message may be read again.
  /// - Returns: whether one is missing before it, or was before.
  mutating func isJump(to number: Int64) -> Bool {
    if let reportNumber, number != reportNumber, number != reportNumber &+ 1 {
      hasLostReports = true
    }
    reportNumber = number
    return hasLostReports
  }

  /// The id of a quote, made of its time like a book's.
  mutating func nextQuoteID(_ symbol: Int, at time: Timestamp) -> Int64 {
    let id = max(time.nanoseconds / 1_000, quoteIDs[symbol, default: 0] + 1)
    quoteIDs[symbol] = id
    return id
  }
}
