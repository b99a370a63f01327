/// The one function that changes state. Total: it never throws, logs, waits or asks; a fact that
/// cannot fit is counted as an anomaly. Replaying a journal is `events.reduce(into: State(), reduce)`.
public func reduce(_ state: inout State, _ event: Event) {
  state.sequence += 1
  if event.receiveTime < state.time {
    state.anomalies.timeRegressions += 1
  } else {
    state.time = event.receiveTime
  }
  if state.isFirstAfterWarmUp { state.restartMetrics() }
  if !state.parents.isEmpty { state.followParents(event) }
  if state.risk.isLookDue(at: state.time) { state.risk.look(at: state.markets, state.time) }
  switch event.body {
  case .trade(let trade): state.apply(trade, event)
  case .quote(let quote): state.apply(quote)
  case .depth(let depth): state.apply(depth, event)
  case .bookSnapshot(let level): state.apply(level)
  case .candle(let candle): state.apply(candle, event)
  default: reduceSeldom(&state, event)
  }
}

/// The kinds of which there are few; apart from the others so that these stay small and fast.
@inline(never)
private func reduceSeldom(_ state: inout State, _ event: Event) {
  switch event.body {
  case .gap(let gap): state.apply(gap)
  case .disconnected(let report): state.loseConnection(report)
  case .fill(let fill): state.apply(fill)
  case .accepted(let report), .triggered(let report):
    state.report(report) { $0.accept(report.order) }
  case .unknown(let report): state.report(report) { $0.mark(report.order, .unknown) }
  case .rejected(let report), .sendFailed(let report), .canceled(let report), .expired(let report):
    state.report(report) { $0.close(report.order) }
  case .amended(let change):
    state.report(OrderReport(order: change.order, instrument: change.instrument)) {
      $0.amend(change)
    }
  case .order(let order): state.add(order)
  case .parent(let parent): state.begin(parent)
  case .execute: state.parents.lastCommand = state.sequence
  case .cancelRequest(let terms): _ = state.orders.mark(terms.order, .canceling)
  case .amendRequest(let terms): state.ask(terms)
  case .place(let terms): if terms.list != .alone { state.risk.commanded.take(terms) }
  case .flatten(let command): state.close(command)
  case .refused(let refusal): state.note(refusal)
  case .fee(let schedule): state.risk.fees.apply(schedule)
  case .balance(let balance): state.setBalance(balance)
  case .adjustment(let difference): state.adjust(difference)
  case .halt: state.risk.stop(.operatorCommand, state.sequence)
  case .resume: state.risk.resume(state.account.equity)
  case .limit(let change): state.apply(change)
  case .configure(let change): state.configure(change)
  case .instrument(let definition): state.define(definition)
  case .asset(let asset): state.define(asset)
  case .filter(let filter): state.restrict(filter)
  case .logicVersion(let logic): state.logicVersion = logic.version
  case .trade, .quote, .depth, .bookSnapshot, .candle: break  // Reduced above.
  case .funding, .reading, .sent, .connected, .timer, .clockStep, .amend, .cancel, .key, .text,
    .model, .build, .notice, .latency, .signal, .request, .parentEnded, .alert, .stateHash:
    break  // Facts that strategies, the gate or people read; they change no state.
  }
  if state.risk.unwinding.isBusy { state.unwind() }
}
