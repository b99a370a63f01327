/// Where a failure is in the journal itself: an order of ours of which the exchange's own books say what the
/// journal does not. Told as a property, so that the journal becomes the least that shows it.

import ExchangeServer
public import Research
import TradingCore

/// An order that the exchange's books and a journal do not agree about.
public struct ExchangeBooks: Property, Equatable {
  public let name = "exchange-books"
  public let summary = "What the exchange says of an order of ours, the journal says too."

  private enum Difference: Equatable {
    /// A trade of it is no fill of the journal.
    case lostFill(trade: Int64, price: Price, quantity: Quantity)
    /// It is open there and not live here.
    case isOpenThere
  }

  private let terms: OrderTerms
  private let difference: Difference

  /// The first order that they do not agree about; `nil` where they agree about all that the journal has.
  init?(of run: SimulationRun) {
    let desk = run.venue.desk
    var told: Set<Int64> = []
    for event in run.record.events {
      if case .fill(let fill) = event.body { told.insert(fill.tradeID) }
    }
    for trade in desk.witnessedTrades(of: 0) where !told.contains(trade.id) {
      guard let order = run.intent(named: trade.placedAs) else { continue }
      (terms, difference) = (
        order.terms, .lostFill(trade: trade.id, price: trade.price, quantity: trade.quantity)
      )
      return
    }
    for order in desk.witnessedOrders(of: 0) where order.isOpen {
      guard let id = UInt64(order.placedAs.suffix(16), radix: 16),
        let intent = run.intent(named: order.placedAs), run.record.state.orders[OrderID(id)] == nil
      else { continue }
      (terms, difference) = (intent.terms, .isOpenThere)
      return
    }
    return nil
  }

  /// O(events).
  public func failure(of subject: CheckSubject, _ test: CheckCase) -> PropertyFailure? {
    var state = State()
    var order: Sequence64?
    for (index, event) in subject.events.enumerated() {
      reduce(&state, event)
      switch (event.body, difference) {
      case (.order(let made), _) where made.terms == terms: order = Sequence64(index) + 1
      case (.fill(let fill), .lostFill(let trade, _, _)) where fill.tradeID == trade: return nil
      default: break
      }
    }
    guard let order else { return nil }
    let definition = subject.names.definition(terms.instrument)
    switch difference {
    case .lostFill(let trade, let price, let quantity):
      let amount = definition.map { "\($0.text(quantity)) at \($0.text(price))" } ?? "some of it"
      return PropertyFailure(
        at: order, "lost fill",
        "the exchange filled \(amount) of this order as trade \(trade), and no fill says so")
    case .isOpenThere where state.orders[OrderID(order)] == nil:
      return PropertyFailure(
        at: order, "open there", "this order is open at the exchange and not live here")
    case .isOpenThere: return nil
    }
  }
}

/// A journal that the exchange's books do not agree with.
public struct DisagreeingJournal: Equatable, Sendable {
  private let events: [Event]
  private let books: ExchangeBooks

  init?(of run: SimulationRun) {
    guard let books = ExchangeBooks(of: run) else { return nil }
    (self.books, events) = (books, Array(run.record.events))
  }

  /// The least journal that shows it, told by `ShrunkJournal.story`.
  /// - Throws: `ShrinkError` where the journal made again from its facts does not show it.
  public func shrunk(while goesOn: @escaping () -> Bool) throws -> ShrunkJournal {
    var shrinker = Shrinker(books, seed: 1, cases: 1) { _, _ in goesOn() }
    return try shrinker.shrink(try CheckSubject(events))
  }
}
