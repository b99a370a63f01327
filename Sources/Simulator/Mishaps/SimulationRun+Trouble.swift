/// What happens beside the processes: clocks, the exchange and the bank go wrong, and an operator works.

import ExchangeServer
import Exchanges
import Journal
import TradingCore

extension SimulationRun {
  /// Clocks, the exchange and the bank go wrong now and then.
  func trouble() {
    stage.timeline.after(.second) { [unowned self] in
      let span = Interval(nanoseconds: random.integer(in: 100_000_000...20_000_000_000))
      if stage.strikes(.stepBack) { stage.clock.step(by: Interval(nanoseconds: -span.nanoseconds)) }
      if stage.strikes(.leap) { stage.clock.step(by: span) }
      if stage.strikes(.freeze) { stage.clock.freeze(at: stage.now, until: stage.now + .second) }
      if stage.strikes(.skew) { venue.setClock(by: Interval(nanoseconds: span.nanoseconds / 10)) }
      if stage.strikes(.maintenance) {
        venue.maintain(for: Interval(nanoseconds: span.nanoseconds / 4))
      }
      if stage.strikes(.transfer) { venue.transfer("USDT", random.chance(0.5) ? "100" : "-50") }
      examineOpenOrders()
      trouble()
    }
  }

  /// An operator does something every now and then.
  func operate() {
    let wait = Double(settings.operatorPause.nanoseconds) * random.exponential()
    stage.timeline.after(Interval(nanoseconds: Int64(min(wait, 1e11)) + 1)) { [unowned self] in
      if quietSince == nil, let life, life.isAlive {
        let now = life.world.now
        let commands = Operator.commands(record.state, &random)
        if !commands.isEmpty, stage.tape.takesTurn() {
          life.inbox.push(ContiguousArray(commands.map { Event(receiveTime: now, $0) }))
        }
      }
      operate()
    }
  }
}
