/// Which terms of an order go together, and which orders make a list: what the risk gate refuses and
/// the simulated exchange rejects as malformed.
extension OrderTerms {
  /// Whether the terms make sense by themselves. An expiry is only looked at for being given.
  public var isWellFormed: Bool {
    quantity.lots > 0 && (!type.hasLimit || price.ticks > 0) && hasSoundTrigger && hasSoundFlags
      && (timeInForce == .goodTillDate) == (expirySeconds > 0) && list.role != nil
  }

  /// The most that a trailing stop may stay behind, in 10⁻⁴: all of the price.
  public static let mostTrailing: UInt16 = 10_000

  private var hasSoundTrigger: Bool {
    guard type.waitsForTrigger else { return trigger == .zero && trailing == 0 }
    guard trailing > 0 else { return trigger.ticks > 0 }
    return type.isStop && trailing <= Self.mostTrailing && trigger.ticks >= 0
  }

  private var hasSoundFlags: Bool {
    let rests = timeInForce == .goodTillCanceled || timeInForce == .goodTillDate
    if flags.contains(.postOnly), type != .limit || !rests { return false }
    if parts > 1, type != .limit || timeInForce != .goodTillCanceled { return false }
    guard flags.contains(.inQuote) else { return true }
    return type == .market && timeInForce != .fillOrKill && list == .alone
  }
}

/// The shapes of order lists.
public enum OrderListShape {
  /// Whether some orders, in order, are a list: two alternatives on one side, or an entry and one or
  /// two exits against it; all of one instrument, each in its place, the last one marked.
  public static func isSound(count: Int, _ terms: (Int) -> OrderTerms) -> Bool {
    guard (2...ListPlace.capacity).contains(count) else { return false }
    let first = terms(0)
    for index in 0..<count {
      let place = terms(index).list
      guard place.offset == index, place.isLast == (index == count - 1),
        terms(index).instrument == first.instrument, fits(terms(index), index, first)
      else { return false }
    }
    return first.list.role == .entry || count == 2
  }

  private static func fits(_ terms: OrderTerms, _ index: Int, _ first: OrderTerms) -> Bool {
    switch (first.list.role, terms.list.role) {
    case (.alternative?, .alternative?): isPatient(terms) && terms.side == first.side
    case (.entry?, .entry?): index == 0
    case (.entry?, .exit?): index > 0 && isPatient(terms) && terms.side != first.side
    default: false
    }
  }

  /// Whether an order stays until something happens to it, as alternatives and exits must.
  private static func isPatient(_ terms: OrderTerms) -> Bool {
    terms.type != .market
      && (terms.timeInForce == .goodTillCanceled || terms.timeInForce == .goodTillDate)
  }
}
