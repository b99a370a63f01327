/// Instruments under other numbers: the same events, each about the instrument that has its number now.

internal import TradingCore

struct InstrumentNumbers {
  private let numbers: [UInt16]

  /// - Parameter numbers: the new number of each instrument by its old one.
  init(_ numbers: [UInt16]) { self.numbers = numbers }

  /// The numbers that undo these.
  var inverse: InstrumentNumbers {
    var back = numbers
    for (old, new) in numbers.enumerated() { back[Int(new)] = UInt16(old) }
    return InstrumentNumbers(back)
  }

  private func number(_ id: InstrumentID) -> InstrumentID {
    id.index < numbers.count ? InstrumentID(numbers[id.index]) : id
  }

  func applied(to event: Event) -> Event {
    var event = event
    event.body = market(event.body) ?? command(event.body) ?? decision(event.body) ?? event.body
    return event
  }

  private func market(_ body: EventBody) -> EventBody? {
    switch body {
    case .trade(var trade):
      trade.instrument = number(trade.instrument)
      return .trade(trade)
    case .quote(var quote):
      quote.instrument = number(quote.instrument)
      return .quote(quote)
    case .depth(var depth):
      depth.instrument = number(depth.instrument)
      return .depth(depth)
    case .bookSnapshot(var level):
      level.instrument = number(level.instrument)
      return .bookSnapshot(level)
    case .candle(var candle):
      candle.instrument = number(candle.instrument)
      return .candle(candle)
    case .funding(var funding):
      funding.instrument = number(funding.instrument)
      return .funding(funding)
    case .reading(var reading):
      reading.instrument = number(reading.instrument)
      return .reading(reading)
    case .gap(var gap):
      gap.instrument = number(gap.instrument)
      return .gap(gap)
    default: return nil
    }
  }

  /// Definitions and settings.
  private func command(_ body: EventBody) -> EventBody? {
    switch body {
    case .instrument(var definition):
      definition.instrument = number(definition.instrument)
      return .instrument(definition)
    case .filter(var filter):
      filter.instrument = number(filter.instrument)
      return .filter(filter)
    case .fee(var tier):
      tier.instrument = number(tier.instrument)
      return .fee(tier)
    case .notice(var notice):
      notice.instrument = number(notice.instrument)
      return .notice(notice)
    case .configure(var change):
      change.instrument = number(change.instrument)
      return .configure(change)
    case .limit(var change):
      change.instrument = number(change.instrument)
      return .limit(change)
    case .text(var text) where text.subject == .instrument:
      text.id = number(InstrumentID(text.id)).raw
      return .text(text)
    default: return nil
    }
  }

  /// What was decided, and what became of it.
  private func decision(_ body: EventBody) -> EventBody? {
    switch body {
    case .signal(var signal):
      signal.instrument = number(signal.instrument)
      return .signal(signal)
    case .order(var order):
      order.terms.instrument = number(order.terms.instrument)
      return .order(order)
    case .request(var order):
      order.terms.instrument = number(order.terms.instrument)
      return .request(order)
    case .refused(var refusal):
      refusal.instrument = number(refusal.instrument)
      return .refused(refusal)
    case .fill(var fill):
      fill.instrument = number(fill.instrument)
      return .fill(fill)
    case .amended(var change):
      change.instrument = number(change.instrument)
      return .amended(change)
    case .parent(var parent):
      parent.terms.instrument = number(parent.terms.instrument)
      return .parent(parent)
    case .parentEnded(var report):
      report.instrument = number(report.instrument)
      return .parentEnded(report)
    default: return report(body)
    }
  }

  private func report(_ body: EventBody) -> EventBody? {
    func renumbered(_ report: OrderReport) -> OrderReport {
      var report = report
      report.instrument = number(report.instrument)
      return report
    }
    return switch body {
    case .accepted(let report): .accepted(renumbered(report))
    case .rejected(let report): .rejected(renumbered(report))
    case .triggered(let report): .triggered(renumbered(report))
    case .canceled(let report): .canceled(renumbered(report))
    case .expired(let report): .expired(renumbered(report))
    default: nil
    }
  }
}
