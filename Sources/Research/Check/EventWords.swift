/// An event in a few words, for a sentence that says where two runs part.

internal import TradingCore

enum EventWords {
  /// The event at a place of a journal, `nothing` behind its end.
  static func name(_ events: [Event], _ place: Int) -> String {
    place < events.count ? name(events[place]) : "nothing"
  }

  /// The event beside the one that it should be: fields that the words leave out are named.
  static func name(_ event: Event?, beside other: Event?) -> String {
    guard let event else { return "nothing" }
    let words = name(event)
    guard let other, words == name(other) else { return words }
    return words + " with "
      + EventFields().differences(event, other)
      .map { "\($0.name) \($0.left ?? "none")" }.joined(separator: ", ")
  }

  /// What differs, without its numbers: the fields of two events of a kind, or both kinds.
  static func difference(_ left: Event?, _ right: Event?) -> String {
    guard let left, let right, left.kind == right.kind else {
      return "\(kind(left)) for \(kind(right))"
    }
    let fields = EventFields().differences(left, right).map(\.name)
    return "\(left.kind.name): \(fields.joined(separator: ", "))"
  }

  private static func kind(_ event: Event?) -> String {
    guard let event else { return "nothing" }
    return CheckSubject.isOfMarket(event.body) ? "the market's next" : event.kind.name
  }

  /// The kind with the numbers that matter.
  static func name(_ event: Event) -> String {
    switch event.body {
    case .signal(let signal): "signal \(signal.kind) \(signal.weightMillionths)/1000000"
    case .order(let order), .request(let order): "\(event.kind.name) \(terms(order.terms))"
    case .fill(let fill):
      "fill \(fill.side) \(fill.quantity.lots) lots at \(fill.price.ticks) ticks for \(fill.fee)"
    case .refused(let refusal):
      "refusal \(refusal.reason) \(refusal.value) against \(refusal.limit)"
    case .stateHash(let hash): "stateHash \(hexadecimal(hash.state))"
    default: event.kind.name
    }
  }

  private static func terms(_ terms: OrderTerms) -> String {
    "\(terms.side) \(terms.quantity.lots) lots, \(terms.type) at \(terms.price.ticks) ticks"
  }
}
