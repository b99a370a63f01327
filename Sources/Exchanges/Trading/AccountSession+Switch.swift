/// How a session keeps the venue's dead man's switch from striking while it lives.

internal import Dialects
internal import TradingCore

extension AccountSession where Dialect: ~Copyable {
  /// Puts the switch off, or takes it back at the end, if that is due. Called before any order leaves.
  func keepSwitch() {
    guard deadMansSwitch != nil, machine.isConnected || machine.isEnding else { return }
    let now = world.moment
    let action = deadMansSwitch?.due(
      isEnding: machine.isEnding, openOrders: machine.ledger.live.count, at: now.steady)
    if let action { ask(action, at: now) }
  }

  /// Takes what became of that.
  func noteSwitch(_ span: Interval?, _ outcome: VenueOutcome, at time: Moment) {
    let news = deadMansSwitch?.answered(span, isDone: outcome == .done, at: time.steady)
    if let news = news ?? nil { announce(news) }
  }
}
