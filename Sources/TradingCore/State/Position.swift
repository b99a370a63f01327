/// What is held of one instrument, by average cost, in exact money.
///
/// A close moves cost · closed ÷ held, rounded half to even, and leaves the remainder in the cost, so
/// that realised + unrealised − fees is always exactly what the fills did to the balances.
public struct Position: Equatable, Sendable, BitwiseCopyable, CanonicallyDecodable {
  /// Held amount of the base asset, negative when short.
  public private(set) var amount = Money.zero
  /// The amount in whole lots, toward zero; what a base-asset fee leaves below a lot is dust.
  public private(set) var lots = Quantity.zero
  /// What the held amount cost in quote units; negative when short (what it brought).
  public private(set) var cost = Money.zero
  /// Profit of what was closed, before fees, in quote units.
  public private(set) var realised = Money.zero
  /// Fees in quote units; fees in other assets at the price of the fill.
  public private(set) var fees = Money.zero
  /// The round trip that is open, meaningful while `isOpen`.
  private var trip = OpenTrip()

  public init() {}

  /// Whether at least a lot is held.
  public var isOpen: Bool { lots.lots != 0 }

  /// Profit of what is held at a price, before fees; `nil` when the value is beyond what is booked.
  public func unrealised(at price: Price, _ definition: InstrumentDefinition) -> Money? {
    definition.value(of: amount, at: price).map { $0 - cost }
  }

  /// The average price of what is held in quote units per base unit; `nil` when flat.
  public var averagePrice: Double? {
    isOpen ? cost.approximate / amount.approximate : nil
  }

  /// Books a fill. `fee` is in quote units; `feeAmount` is the part of it charged in the base asset.
  /// - Returns: the round trip that this fill closed, if it did.
  mutating func apply(
    _ fill: Fill, fee: Money, feeAmount: Money, at time: Timestamp,
    _ definition: InstrumentDefinition
  ) -> RoundTrip? {
    let bought = Money(units: Int128(fill.quantity.lots) * definition.lotAmount)
    let change = fill.side == .buy ? bought : -bought
    let value = definition.notional(fill.price, fill.quantity)
    fees += fee
    var closedTrip: RoundTrip?
    var opening = change
    var openingValue = value
    var openingFee = fee
    if isOpen, (amount.units < 0) != (change.units < 0) {
      let closing = min(amount.magnitude, change.magnitude)
      let closingValue = value.scaled(by: closing.units, over: change.magnitude.units)
      let closingFee = fee.scaled(by: closing.units, over: change.magnitude.units)
      close(closing, for: closingValue, fee: closingFee)
      opening = change.units < 0 ? change + closing : change - closing
      openingValue -= closingValue
      openingFee -= closingFee
      updateLots(definition)
      if !isOpen { closedTrip = trip.closed(fill.instrument, at: time) }
    }
    if opening.units != 0 { open(opening, openingValue, openingFee, at: time) }
    updateLots(definition)
    return chargeBase(feeAmount, fee, fill.instrument, at: time, definition) ?? closedTrip
  }

  private mutating func close(_ closing: Money, for value: Money, fee: Money) {
    let moved = cost.scaled(by: closing.units, over: amount.magnitude.units)
    let cashFlow = amount.units > 0 ? value : -value
    realised += cashFlow - moved
    cost -= moved
    amount -= amount.units > 0 ? closing : -closing
    trip.exit(value: value, profit: cashFlow - moved, fee: fee)
  }

  private mutating func open(_ change: Money, _ value: Money, _ fee: Money, at time: Timestamp) {
    if !isOpen { trip = OpenTrip(side: change.units > 0 ? .buy : .sell, entryTime: time) }
    amount += change
    cost += change.units > 0 ? value : -value
    trip.enter(change.magnitude, value: value, fee: fee)
  }

  /// A fee taken from the base asset leaves less of it, and its value is a fee, not a cost. Where it
  /// takes more than is left, the account owes what is missing: a round trip ends, another begins.
  /// - Returns: the round trip that the fee ended, if it did.
  private mutating func chargeBase(
    _ feeAmount: Money, _ fee: Money, _ instrument: InstrumentID, at time: Timestamp,
    _ definition: InstrumentDefinition
  ) -> RoundTrip? {
    guard feeAmount.units != 0 else { return nil }
    let before = lots.lots.signum()
    amount -= feeAmount
    cost -= fee
    updateLots(definition)
    let after = lots.lots.signum()
    guard before != after else { return nil }
    let ended = before != 0 && trip.hasExit ? trip.closed(instrument, at: time) : nil
    if after != 0 {
      trip = OpenTrip(side: after > 0 ? .buy : .sell, entryTime: time)
      trip.enter(amount.magnitude, value: cost.magnitude, fee: .zero)
    }
    return ended
  }

  private mutating func updateLots(_ definition: InstrumentDefinition) {
    lots = Quantity(lots: Int64(clamping: amount.units / definition.lotAmount))
  }

  /// Counts the held amount in the lots of a changed definition.
  mutating func adopt(_ definition: InstrumentDefinition) { updateLots(definition) }

  /// Whether every number is small enough to be exact.
  func isBookable(_ definition: InstrumentDefinition) -> Bool {
    amount.isBookable && cost.isBookable && realised.isBookable && fees.isBookable
      && Int64(exactly: amount.units / definition.lotAmount) != nil
  }

  public func encode(into bytes: inout CanonicalBytes) {
    for money in [amount, cost, realised, fees] { bytes.append(money) }
    trip.encode(into: &bytes)
  }

  /// Reads what `encode` wrote; the lots are then still to be counted, by `adopt`.
  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    (amount, cost) = (try reader.take(), try reader.take())
    (realised, fees) = (try reader.take(), try reader.take())
    trip = try OpenTrip(canonical: &reader)
  }
}

/// The sums of a round trip while it is open.
private struct OpenTrip: Equatable, Sendable, BitwiseCopyable, CanonicallyDecodable {
  var side = Side.buy
  var entryTime = Timestamp.distantPast
  var quantity = Money.zero
  var entryValue = Money.zero
  var exitValue = Money.zero
  var fees = Money.zero
  var profit = Money.zero
  var hasExit = false

  mutating func enter(_ amount: Money, value: Money, fee: Money) {
    quantity += amount
    entryValue += value
    fees += fee
  }

  mutating func exit(value: Money, profit gained: Money, fee: Money) {
    hasExit = true
    exitValue += value
    profit += gained
    fees += fee
  }

  func closed(_ instrument: InstrumentID, at time: Timestamp) -> RoundTrip {
    RoundTrip(
      instrument: instrument, side: side, entryTime: entryTime, exitTime: time,
      quantity: quantity, entryValue: entryValue, exitValue: exitValue, fees: fees,
      profit: profit - fees)
  }

  func encode(into bytes: inout CanonicalBytes) {
    bytes.append(side.rawValue)
    bytes.append(entryTime)
    for money in [quantity, entryValue, exitValue, fees, profit] { bytes.append(money) }
    bytes.append(hasExit)
  }
}

extension OpenTrip {
  init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    (side, entryTime) = (try reader.take(), try reader.take())
    (quantity, entryValue) = (try reader.take(), try reader.take())
    (exitValue, fees) = (try reader.take(), try reader.take())
    profit = try reader.take()
    hasExit = try reader.take()
  }
}
