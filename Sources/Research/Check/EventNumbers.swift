/// The numbers of what a run makes, decisions and reports, so that a difference between two events can be
/// carried over to a third.

internal import TradingCore

extension EventBody {
  /// Changes every number of a decision or a fill: the sequences it speaks of, then its amounts, in an
  /// order that never changes. Facts of a market have none here.
  mutating func mapNumbers(_ change: (Int64) -> Int64) {
    func sequence(_ value: Sequence64) -> Sequence64 {
      Sequence64(bitPattern: change(Int64(bitPattern: value)))
    }
    if let order = reportedOrder { reportedOrder = OrderID(sequence(order.raw)) }
    mapSequences(cause: sequence, order: sequence)
    switch self {
    case .signal(var signal):
      signal.map(change)
      self = .signal(signal)
    case .order(var order):
      order.terms.map(change)
      self = .order(order)
    case .request(var order):
      order.terms.map(change)
      self = .request(order)
    case .refused(var refusal):
      refusal.map(change)
      self = .refused(refusal)
    case .fill(var fill):
      fill.map(change)
      self = .fill(fill)
    case .alert(var alert):
      alert.value = change(alert.value)
      self = .alert(alert)
    case .parentEnded(var report):
      report.filled = Quantity(lots: change(report.filled.lots))
      report.shortfall = change(report.shortfall)
      self = .parentEnded(report)
    default: break
    }
  }

  /// Its numbers, in that order.
  var numbers: [Int64] {
    var numbers: [Int64] = []
    var body = self
    body.mapNumbers { number in
      numbers.append(number)
      return number
    }
    return numbers
  }

  /// The same without its numbers.
  var withoutNumbers: EventBody {
    var body = self
    body.mapNumbers { _ in 0 }
    return body
  }
}

extension Signal {
  fileprivate mutating func map(_ change: (Int64) -> Int64) {
    (bid.ticks, ask.ticks) = (change(bid.ticks), change(ask.ticks))
    quantity.lots = change(quantity.lots)
    weightMillionths = Int32(clamping: change(Int64(weightMillionths)))
  }
}

extension OrderTerms {
  fileprivate mutating func map(_ change: (Int64) -> Int64) {
    (price.ticks, trigger.ticks) = (change(price.ticks), change(trigger.ticks))
    quantity.lots = change(quantity.lots)
  }
}

extension Refused {
  fileprivate mutating func map(_ change: (Int64) -> Int64) {
    (value, limit) = (change(value), change(limit))
    (quantity.lots, suggested.lots) = (change(quantity.lots), change(suggested.lots))
  }
}

extension Fill {
  fileprivate mutating func map(_ change: (Int64) -> Int64) {
    (price.ticks, quantity.lots) = (change(price.ticks), change(quantity.lots))
    (fee, tradeID) = (change(fee), change(tradeID))
  }
}
