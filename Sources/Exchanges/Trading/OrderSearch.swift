/// Looking for an order with more than one question: an answer that does not have it says where the search goes on,
/// and what no part of a search has found is given up. A search that comes to no end begins anew, ever more seldom.

internal import Dialects
internal import TradingCore

/// A search for an order that takes several questions.
struct OrderSearch: Equatable, Sendable {
  /// Where it goes on, in the venue's words.
  var page = ""
  /// When its first question was asked.
  var since: Timestamp
  /// How long each of its questions waits for an answer at first: however many there are, the wait grows only from one
  /// search to the next.
  var patience: Interval
  /// Its questions, the one for `page` among them.
  var parts = 1
  /// Whether the question for `page` has been left open once.
  var isLeftOpen = false

  /// Questions of one search at most: pages that lead to one another in a circle are left then. At 1,000 orders a page
  /// it is a million of them.
  static let mostParts = 1_000
  /// Questions of one search for an order that may still arrive: enough for every list that a venue has of its newest
  /// orders, where such an order would stand.
  static let mostPartsEarly = 3
}

extension AccountMachine {
  /// A question did not find an order. What was not asked now is asked again, and what was refused begins anew. So
  /// does what was left open twice: a page that no one can read, or that is not there any more, is not waited for.
  /// A part of a search that is over says nothing any more: the order was found meanwhile, or is looked for anew.
  mutating func notFound(
    _ id: OrderID, _ page: String?, _ outcome: VenueOutcome, asked: Timestamp, at time: Moment
  ) {
    guard let entry = ledger.live[id], entry.search?.page == page else { return }
    switch outcome {
    case .halfway(let next):
      let search = entry.search ?? OrderSearch(since: asked, patience: entry.patience)
      goOn(with: search, for: id, to: next, at: time)
    case .noSuchOrder:
      ledger.update(id) { $0.search = nil }
      missing(id, asked: entry.search?.since ?? asked, at: time)
    case .unknown where entry.search?.isLeftOpen == false:
      ledger.update(id) { $0.search?.isLeftOpen = true }
    case .done, .rejected, .unauthorised, .unknown: ledger.update(id) { $0.search = nil }
    case .limited, .clockSkew: break
    }
  }

  /// The next part is asked at once. An order that may still arrive is not looked for in all that the account ever
  /// placed, for that would be done again: the search begins anew when it cannot arrive any more.
  private mutating func goOn(
    with search: OrderSearch, for id: OrderID, to next: String, at time: Moment
  ) {
    guard let entry = ledger.live[id] else { return }
    let isEarly = search.since <= lastArrival(of: entry)
    guard search.parts < (isEarly ? OrderSearch.mostPartsEarly : OrderSearch.mostParts) else {
      ledger.update(id) { $0.search = nil }
      return isEarly ? missing(id, asked: search.since, at: time) : ()
    }
    ledger.update(id) {
      $0.search = OrderSearch(
        page: next, since: search.since, patience: search.patience, parts: search.parts + 1)
      ($0.nextQuery, $0.patience) = (time.steady, search.patience)
    }
  }

  /// Until when an order that was sent may come to the venue.
  private func lastArrival(of entry: LedgerEntry) -> Timestamp {
    entry.since + window + Self.mostAhead
  }

  /// The venue does not know an order. A search that began before the order's window had passed says
  /// nothing: the order may have arrived behind its first question.
  private mutating func missing(_ id: OrderID, asked: Timestamp, at time: Moment) {
    guard let entry = ledger.live[id] else { return }
    let end = lastArrival(of: entry)
    guard asked > end else {
      return ledger.update(id) { $0.nextQuery = max(time.steady, end) + LedgerEntry.firstPatience }
    }
    let report = OrderReport(
      order: id, venueOrderID: entry.venueOrderID, instrument: entry.terms.instrument,
      reason: .unknownOrder)
    guard entry.wasTaken else { return tell(.sendFailed(report), at: time) }
    // Venues do not forget orders that are open: it is another account, or it ended long ago. Only a person
    // can tell.
    tell(.canceled(report), at: time)
    tell(.halt(HaltCommand(reason: HaltCommand.reconciliation)), at: time)
    strangers.append(id)
  }
}
