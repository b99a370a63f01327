/// What is held of one instrument, by average cost, in exact money.
///
/// A close moves cost · closed ÷ held, rounded half to even, and leaves the remainder in the cost, so
/// that realised + unrealised − fees is always exactly what the fills did to the balances. `FIFOLots`
/// tells the same story lot by lot.
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

  /// Books what a fill moved. A fee in the base asset is no cost: less was received, or more given.
  /// - Returns: the round trip that this fill closed, if it did.
  mutating func apply(_ move: BaseMove, fee: Money, at time: Timestamp) -> RoundTrip? {
    fees += fee
    var opening = move
    var openingFee = fee
    var closedTrip: RoundTrip?
    if amount.units != 0, (amount.units < 0) != (move.amount.units < 0) {
      let wasOpen = isOpen
      let closing = opening.split(amount.magnitude)
      let closingFee = fee.scaled(
        by: closing.amount.magnitude.units, over: move.amount.magnitude.units)
      close(closing, fee: closingFee)
      openingFee -= closingFee
      updateLots(move.lotAmount)
      if wasOpen, !isOpen { closedTrip = trip.closed(move.instrument, at: time) }
    }
    if opening.amount.units != 0 {
      open(opening, openingFee, at: time)
    } else {
      realised -= opening.cost
    }
    updateLots(move.lotAmount)
    return closedTrip
  }

  private mutating func close(_ closing: BaseMove, fee: Money) {
    let moved = cost.scaled(by: closing.amount.magnitude.units, over: amount.magnitude.units)
    let profit = -(closing.cost + moved)
    realised += profit
    cost -= moved
    amount += closing.amount
    trip.exit(value: closing.cost.magnitude, profit: profit, fee: fee)
  }

  private mutating func open(_ opening: BaseMove, _ fee: Money, at time: Timestamp) {
    if !isOpen {
      trip = OpenTrip(side: opening.amount.units > 0 ? .buy : .sell, entryTime: time)
    }
    amount += opening.amount
    cost += opening.cost
    trip.enter(opening.amount.magnitude, value: opening.cost.magnitude, fee: fee)
  }

  private mutating func updateLots(_ lotAmount: Int128) {
    lots = Quantity(lots: Int64(clamping: amount.units / lotAmount))
  }

  /// Counts the held amount in the lots of a changed definition.
  mutating func adopt(_ definition: InstrumentDefinition) { updateLots(definition.lotAmount) }

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
