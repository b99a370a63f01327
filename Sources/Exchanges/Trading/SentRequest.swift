/// Requests on their way out: what the engine journalled, as the venue's actions.

internal import Dialects
package import TradingCore

/// An approved order that has left the engine.
package struct SentRequest: Equatable, Sendable {
  package var id: OrderID
  package var request: OrderRequest

  package init(id: OrderID, request: OrderRequest) { (self.id, self.request) = (id, request) }
}

extension AccountMachine {
  /// An order that was placed may be alive from now on.
  mutating func note(_ sent: SentRequest, at time: Moment) {
    if case .place(let terms) = sent.request { ledger.send(sent.id, terms, at: time.steady) }
  }

  /// The actions that some requests are: a cancel with its replacement is one, and so is a list. What the
  /// venue cannot do is answered here.
  mutating func actions(for sent: [SentRequest], at time: Moment) -> [VenueAction] {
    var actions: [VenueAction] = []
    var list: [PlacedOrder] = []
    // The order whose cancel stands directly before.
    var canceled = OrderID.none
    for request in sent {
      switch request.request {
      case .place(let terms):
        place(PlacedOrder(request.id, terms), insteadOf: canceled, &list, &actions, at: time)
      case .cancel(let id):
        guard let entry = ledger.live[id] else { break }
        actions.append(.cancel(id, entry.terms.instrument))
      case .amend(let change):
        guard let entry = ledger.live[change.order] else { break }
        if change.price == entry.terms.price, change.quantity < entry.terms.quantity {
          actions.append(.shrink(change.order, entry.terms.instrument, to: change.quantity))
        } else {
          amendFailed(change.order, at: time)
        }
      }
      canceled = if case .cancel(let id) = request.request { id } else { .none }
    }
    return actions
  }

  /// A replacement comes only in the place of the order it replaces: where that has ended, perhaps by a
  /// trade, the two would be more than was approved.
  private mutating func place(
    _ order: PlacedOrder, insteadOf canceled: OrderID, _ list: inout [PlacedOrder],
    _ actions: inout [VenueAction], at time: Moment
  ) {
    if order.terms.list.role == .replacement {
      guard case .cancel(canceled, _)? = actions.last else {
        return sendFailed(order, .other, at: time)
      }
      actions[actions.count - 1] = .replace(canceled, by: order)
      return
    }
    guard order.terms.list != .alone else { return actions.append(.place(order)) }
    list.append(order)
    guard order.terms.list.isLast else { return }
    actions.append(.placeList(list))
    list.removeAll()
  }

  /// An action that did not leave: nothing of it can have happened.
  mutating func notSent(
    _ action: VenueAction, _ reason: RejectReason, at time: Moment
  ) {
    switch action {
    case .place(let order): sendFailed(order, reason, at: time)
    case .placeList(let orders): for order in orders { sendFailed(order, reason, at: time) }
    case .replace(let old, let order):
      sendFailed(order, reason, at: time)
      cancelNotSent(old, at: time)
    case .cancel(let id, _): cancelNotSent(id, at: time)
    case .shrink(let id, _, _): amendFailed(id, at: time)
    case .account: nextCount = time.steady + Self.countPause
    default: break  // A question of ours is asked again when the next one is due.
    }
  }

  /// An order was not placed, for the venue could not be asked to.
  mutating func notPlaced(_ order: PlacedOrder, at time: Moment) {
    sendFailed(order, .other, at: time)
  }

  /// A cancel cannot leave before the venue has told its name of the order, and leaves then. Should that
  /// not come by itself, or have been forgotten, the order is asked for.
  mutating func cancelWhenNamed(_ id: OrderID, at time: Moment) {
    ledger.update(id) { ($0.isCancelWaiting, $0.isAccepted) = (true, false) }
    guard let entry = ledger.live[id], entry.nextQuery == nil else { return }
    doubt(id, time, after: Self.reportPatience)
  }

  private mutating func sendFailed(
    _ order: PlacedOrder, _ reason: RejectReason, at time: Moment
  ) {
    let report = OrderReport(order: order.id, instrument: order.terms.instrument, reason: reason)
    tell(.sendFailed(report), at: time)
  }

  private mutating func cancelNotSent(_ id: OrderID, at time: Moment) {
    ledger.update(id) { $0.isCancelRefused = true }
    doubt(id, time)
  }
}
