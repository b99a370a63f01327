/// What a taker pays beyond what is displayed, in integers: every result is rounded away from the
/// taker, so that impact never flatters a run.
extension Impact {
  /// The price a taker gets for lots displayed at `price`.
  ///
  /// The move is a part of the price: `strength` (fixed), `strength` · lots ÷ volume (linear), or
  /// `strength` · √(lots ÷ volume) (square root; exact wherever squares fit 128 bits), rounded up to a
  /// tick. Where nothing traded, lots ÷ volume counts as 1. A move is at most the whole price, and a
  /// sale at a positive price leaves at least one tick of it.
  ///
  /// - Parameters:
  ///   - lots: how many the order takes at this price; positive.
  ///   - volume: lots that the instrument traded in the time before.
  ///   - limit: what the order accepts, `nil` for any price; `price` must be one it accepts.
  /// - Returns: a price at or beyond `price`, never beyond `limit`. O(1).
  func price(
    _ side: Side, _ price: Price, lots: Int64, volume: Int64, limit: Price?
  ) -> Price {
    guard model != .none, strength > 0 else { return price }
    let whole = price.ticks.magnitude
    let move = Int64(clamping: min(move(UInt128(whole), lots, volume), UInt128(whole)))
    switch side {
    case .buy:
      let paid = Price(ticks: price.ticks.addingClamped(move))
      return limit.map { min($0, paid) } ?? paid
    case .sell:
      let floor = price.ticks > 0 ? 1 : Int64.min
      let earned = Price(ticks: max(floor, price.ticks.subtractingClamped(move)))
      return limit.map { max($0, earned) } ?? earned
    }
  }

  /// The move in ticks, rounded up.
  private func move(_ whole: UInt128, _ lots: Int64, _ volume: Int64) -> UInt128 {
    let part = whole * UInt128(strength.magnitude)
    let hasVolume = lots > 0 && volume > 0
    let (share, all) = hasVolume ? (UInt128(lots), UInt128(volume)) : (1, 1)
    switch model {
    case .none: return 0
    case .fixed: return Impact.raised(part, by: 1, over: Impact.scale)
    case .linear: return Impact.raised(part, by: share, over: Impact.scale * all)
    case .squareRoot:
      let square = Impact.raised(share, by: Impact.rootScale * Impact.rootScale, over: all)
      let move = Impact.raised(
        part, by: Impact.rootAbove(square), over: Impact.scale * Impact.rootScale)
      // The root was rounded up: one tick less may cover the move, where it is a whole number of them.
      return move > 0 && Impact.covers(move - 1, part, share, all) ? move - 1 : move
    }
  }

  /// Strengths are counted in 10⁻⁶.
  private static let scale: UInt128 = 1_000_000
  /// Roots are counted in 10⁻⁹.
  private static let rootScale: UInt128 = 1_000_000_000

  /// Whether a move in ticks is at least `part` · √(`share` ÷ `all`) ÷ `scale`; no where the squares do
  /// not fit 128 bits.
  private static func covers(
    _ move: UInt128, _ part: UInt128, _ share: UInt128, _ all: UInt128
  ) -> Bool {
    guard let left = product(move, scale), let square = product(left, left),
      let sought = product(part, part), let wanted = product(sought, share),
      let covered = product(square, all)
    else { return false }
    return covered >= wanted
  }

  private static func product(_ a: UInt128, _ b: UInt128) -> UInt128? {
    let (product, overflow) = a.multipliedReportingOverflow(by: b)
    return overflow ? nil : product
  }

  /// `number` × `factor` ÷ `divisor` through 256 bits, rounded up; the largest number where it does
  /// not fit.
  private static func raised(
    _ number: UInt128, by factor: UInt128, over divisor: UInt128
  ) -> UInt128 {
    let product = number.multipliedFullWidth(by: factor)
    guard product.high < divisor else { return .max }
    let (quotient, remainder) = divisor.dividingFullWidth(product)
    return remainder == 0 || quotient == .max ? quotient : quotient + 1
  }

  /// The smallest whole number whose square is at least `square`, by Newton's method from above: each
  /// step falls until the root is reached, at most 64 + 7 of them. Source: H. Cohen, "A Course in
  /// Computational Algebraic Number Theory" (1993), algorithm 1.7.1.
  static func rootAbove(_ square: UInt128) -> UInt128 {
    guard square > 1 else { return square }
    var root = UInt128(1) << UInt128((129 - square.leadingZeroBitCount) / 2)
    while true {
      let next = (root + square / root) >> 1
      if next >= root { break }
      root = next
    }
    return root.multipliedReportingOverflow(by: root).partialValue == square ? root : root + 1
  }
}
