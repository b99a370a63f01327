/// Our orders as the venue's reports tell of them: what comes twice is told from what is new, and what
/// the account should hold is counted, so that a difference from what the venue says can be named.

internal import Dialects
package import TradingCore

/// An order that may be alive at the venue.
struct LedgerEntry: Equatable, Sendable {
  var terms: OrderTerms
  /// When it was sent, or when the journal that holds it was taken up; by the steady clock, as `nextQuery`.
  var since: Timestamp
  var venueOrderID: Int64 = 0
  /// Lots traded, by what was told.
  var filled: Int64 = 0
  /// Trades told, by the venue's ids.
  var trades: [Int64] = []
  /// Whether the venue said that it has it, and nothing has put that in doubt.
  var isAccepted = false
  /// Whether the venue ever had it, by the journal or by what was told since.
  var wasTaken = false
  /// Whether a cancel was asked for and refused, so that the state must hear that it still works.
  var isCancelRefused = false
  /// Whether a cancel was taken whose end no report will tell, so that the order is asked for until it has
  /// ended: venues may only queue it.
  var awaitsEnd = false
  /// When a cancel that came to nothing is sent again; `nil` for none.
  var nextCancel: Timestamp?
  /// Cancels that were sent again.
  var cancelsAgain = 0
  /// Whether a cancel waits until the venue has told its name of the order.
  var isCancelWaiting = false
  /// Whether nobody knows what became of an amendment.
  var isAmendmentUnknown = false
  /// When it came into doubt last: an answer to what was asked before does not settle it.
  var doubtedAt = Timestamp.distantPast
  /// When the venue is asked next where it stands; `nil` while nothing is in doubt.
  var nextQuery: Timestamp?
  /// How far the search for it has come; `nil` where one begins.
  var search: OrderSearch?
  /// How long to wait before the question after that.
  var patience = LedgerEntry.firstPatience
  /// Where the list of its fills goes on; `nil` for its beginning.
  var fillPage: String?
  /// Where the venue says it stands, until the fills that led there are told.
  var standing: OrderStanding?
  /// When it was asked where it stands.
  var standingAsked = Timestamp.distantPast

  /// The first wait between two questions; each is twice the last, up to `mostPatience`.
  static let firstPatience = Interval(nanoseconds: 250_000_000)
  static let mostPatience = Interval(nanoseconds: 10_000_000_000)

  /// Cancels of one order that are sent again at most.
  static let mostCancelsAgain = 8

  var mayCancelAgain: Bool { cancelsAgain < Self.mostCancelsAgain }

  init(_ terms: OrderTerms, since: Timestamp) { (self.terms, self.since) = (terms, since) }

  /// Whether all of it has traded, as far as its quantity says.
  var isFilled: Bool { !terms.flags.contains(.inQuote) && filled >= terms.quantity.lots }
}

/// A trade that a journal holds: what a venue that tells it again is told from one that tells a new one by.
package struct RecalledTrade: Equatable, Sendable {
  var order: OrderID
  var instrument: InstrumentID
  var id: Int64

  package init(_ fill: Fill) {
    (order, instrument, id) = (fill.order, fill.instrument, fill.tradeID)
  }
}

/// Live orders, trades of those that ended, and balances.
struct OrderLedger: Equatable, Sendable {
  /// Trades remembered of orders that have ended.
  static let memory = 4_096

  /// What a fill is known by.
  private struct Trade: Hashable, Sendable {
    var instrument: InstrumentID
    var id: Int64
  }

  private(set) var live: [OrderID: LedgerEntry] = [:]
  /// What the account holds by all that was told.
  private(set) var account = Account()
  private var definitions: ContiguousArray<InstrumentDefinition?> = []
  private var ended: [Trade] = []
  private var nextEnded = 0
  /// Reports that came before.
  private(set) var duplicates: UInt64 = 0
  /// Fills told since the beginning.
  private(set) var fills: UInt64 = 0

  /// Takes up what a journal's replay led to. Every live order is in doubt: the venue is to be asked.
  /// - Parameters:
  ///   - book: says what of the journal is the venue's; the rest is for others to ask about and compare.
  ///   - trades: the last trades in the journal, in order.
  mutating func begin(
    _ state: borrowing State, of book: AssetBook, trades: [RecalledTrade], at time: Timestamp
  ) {
    (account, definitions) = (state.account, state.instruments)
    for index in account.balances.indices {
      let asset = AssetID(UInt16(index))
      guard !book.has(asset) else { continue }
      account.count(AssetAmount(asset: asset, amount: -account.balance(asset)))
    }
    for order in state.orders.live where book.has(order.terms.instrument) {
      var entry = LedgerEntry(order.terms, since: time)
      entry.filled = order.filled.lots
      entry.wasTaken = order.filled.lots > 0 || order.status == .working
      entry.nextQuery = time
      live[order.id] = entry
    }
    for trade in trades {
      if live[trade.order] == nil {
        remember(Trade(instrument: trade.instrument, id: trade.id))
      } else {
        update(trade.order) { $0.trades.append(trade.id) }
      }
    }
  }

  /// The ids of live orders, in the order they were placed.
  var orders: [OrderID] { live.keys.sorted() }

  /// An order leaves.
  mutating func send(_ id: OrderID, _ terms: OrderTerms, at time: Timestamp) {
    live[id] = LedgerEntry(terms, since: time)
  }

  /// Changes what is known of a live order.
  mutating func update(_ id: OrderID, _ change: (inout LedgerEntry) -> Void) {
    if var entry = live[id] {
      change(&entry)
      live[id] = entry
    }
  }

  /// Whether a report is new and belongs in the journal; takes note of it.
  mutating func admit(_ body: EventBody) -> Bool {
    let isNew =
      switch body {
      case .accepted(let report): accept(report)
      case .triggered(let report): live[report.order] != nil
      case .fill(let fill): book(fill)
      case .canceled(let report), .expired(let report), .rejected(let report),
        .sendFailed(let report):
        end(report.order)
      case .amended(let change): amend(change)
      case .unknown(let report): doubt(report.order)
      case .adjustment(let change): adjust(change)
      default: true
      }
    if !isNew { duplicates += 1 }
    return isNew
  }

  private mutating func accept(_ report: OrderReport) -> Bool {
    guard let entry = live[report.order], !entry.isAccepted else { return false }
    update(report.order) {
      ($0.isAccepted, $0.wasTaken) = (true, true)
      $0.venueOrderID = report.venueOrderID
    }
    return true
  }

  private mutating func doubt(_ id: OrderID) -> Bool {
    guard live[id] != nil else { return false }
    update(id) { $0.isAccepted = false }
    return true
  }

  private mutating func amend(_ change: Amended) -> Bool {
    guard live[change.order] != nil else { return false }
    update(change.order) { ($0.terms.price, $0.terms.quantity) = (change.price, change.quantity) }
    if live[change.order]?.isFilled == true { _ = end(change.order) }
    return true
  }

  /// Forgets an order, but for its trades.
  private mutating func end(_ id: OrderID) -> Bool {
    guard let entry = live.removeValue(forKey: id) else { return false }
    for trade in entry.trades {
      remember(Trade(instrument: entry.terms.instrument, id: trade))
    }
    return true
  }

  /// A fill that comes after its order's end is late, but real; one of a stranger's order moves what the
  /// account holds all the same.
  private mutating func book(_ fill: Fill) -> Bool {
    let trade = Trade(instrument: fill.instrument, id: fill.tradeID)
    if live[fill.order]?.trades.contains(fill.tradeID) == true || isRemembered(trade) {
      return false
    }
    move(fill)
    fills += 1
    guard live[fill.order] != nil else {
      remember(trade)
      return true
    }
    update(fill.order) {
      $0.trades.append(fill.tradeID)
      $0.filled += fill.quantity.lots
      $0.wasTaken = true
    }
    if live[fill.order]?.isFilled == true { _ = end(fill.order) }
    return true
  }

  private mutating func move(_ fill: Fill) {
    guard fill.instrument.index < definitions.count,
      let definition = definitions[fill.instrument.index]
    else { return }
    account.count(fill, definition)
  }

  private mutating func adjust(_ change: AssetAmount) -> Bool {
    account.count(change)
    return true
  }

  private func isRemembered(_ trade: Trade) -> Bool {
    ended.contains(trade)
  }

  private mutating func remember(_ trade: Trade) {
    if ended.count < Self.memory {
      ended.append(trade)
    } else {
      ended[nextEnded] = trade
      nextEnded = (nextEnded + 1) % Self.memory
    }
  }
}
