/// A parent order while it is worked: what was asked, what its children have done, and how it ends.
public struct LiveParent: Equatable, Sendable, BitwiseCopyable {
  /// The sequence of its `parent` event, which its children name as their cause.
  public var id: OrderID
  public var terms: ParentTerms
  /// When it began, by the run's clock.
  public var start: Timestamp
  /// What is to be traded, in the base asset: children may be of other instruments with other lots.
  public var amount: Money
  /// The middle of the best quotes when it began (bid + ask), or twice the mark; in half ticks.
  public var arrivalHalfTicks: Int64
  /// What its children have traded, in the base asset.
  public internal(set) var filled = Money.zero
  /// What that was worth in the quote asset, and the fees beside it.
  public internal(set) var value = Money.zero
  public internal(set) var fees = Money.zero
  /// Lots its market has traded since it began.
  public internal(set) var volume: Int64 = 0
  /// Children sent so far.
  public internal(set) var children: Int64 = 0
  /// Children refused or rejected since the last fill.
  public internal(set) var failures: UInt8 = 0
  /// When a child was last tried.
  public internal(set) var lastAttempt = Timestamp.distantPast
  /// How it is to end once its children are gone, when something else than its terms ends it.
  public internal(set) var ending: ParentOutcome?
  /// Whether a strategy's target began it, so that the next target takes its place.
  public internal(set) var isTarget = false

  init(_ id: OrderID, _ terms: ParentTerms, start: Timestamp, amount: Money, arrival: Int64) {
    self.id = id
    self.terms = terms
    self.start = start
    self.amount = amount
    arrivalHalfTicks = arrival
  }

  /// Refusals and rejections in a row after which it has failed.
  public static let mostFailures: UInt8 = 5

  /// When its time is up; never for an iceberg or a participation without a duration.
  public var end: Timestamp {
    let needsTime = terms.algorithm == .iceberg || terms.algorithm == .participation
    if terms.durationSeconds == 0, needsTime { return .distantFuture }
    return start + Interval(nanoseconds: Int64(terms.durationSeconds) * 1_000_000_000)
  }

  /// What is not traded yet, in the base asset; not negative.
  public var open: Money { max(.zero, amount - filled) }

  /// What is not traded yet, in whole lots of an instrument.
  public func openLots(_ definition: InstrumentDefinition) -> Int64 {
    Int64(clamping: open.units / definition.lotAmount)
  }

  /// What was traded, in whole lots of an instrument.
  public func filledLots(_ definition: InstrumentDefinition) -> Int64 {
    Int64(clamping: filled.units / definition.lotAmount)
  }

  /// What the fills cost more than at the arrival price, fees included, in 10⁻⁸ of the quote asset,
  /// rounded half to even and clamped to 64 bits.
  public func shortfall(_ definition: InstrumentDefinition) -> Int64 {
    let atArrival = filled.scaled(
      by: Int128(arrivalHalfTicks) * Int128(definition.tickMantissa),
      over: 2 * Int128(powerOfTen(Int(definition.tickScale))))
    let cost = terms.side == .buy ? value - atArrival : atArrival - value
    return Int64(clamping: (cost + fees).scaled(by: 1, over: Int128(powerOfTen(10))).units)
  }
}

extension LiveParent: CanonicallyDecodable {
  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(id.raw)
    terms.encode(into: &bytes)
    bytes.append(start)
    bytes.append(arrivalHalfTicks)
    for money in [amount, filled, value, fees] { bytes.append(money) }
    for count in [volume, children] { bytes.append(count) }
    bytes.append(failures)
    bytes.append(lastAttempt)
    bytes.append(ending?.rawValue ?? .max)
    bytes.append(isTarget)
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    id = try reader.take()
    terms = try ParentTerms(canonical: &reader)
    (start, arrivalHalfTicks) = (try reader.take(), try reader.take())
    (amount, filled) = (try reader.take(), try reader.take())
    (value, fees) = (try reader.take(), try reader.take())
    (volume, children) = (try reader.take(), try reader.takeTally())
    try reader.expect(volume >= 0, "a negative volume")
    failures = try reader.take()
    lastAttempt = try reader.take()
    let outcome: UInt8 = try reader.take()
    ending = ParentOutcome(rawValue: outcome)
    try reader.expect(ending != nil || outcome == .max, "a parent that ends as \(outcome)")
    isTarget = try reader.take()
  }
}

extension ParentTerms: CanonicallyDecodable {
  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(quantity)
    bytes.append(limit)
    bytes.append(durationSeconds)
    for number in [slices, participation, instrument.raw] { bytes.append(number) }
    for byte in [side.rawValue, algorithm.rawValue, book.raw] { bytes.append(byte) }
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    (quantity, limit) = (try reader.take(), try reader.take())
    durationSeconds = try reader.take()
    (slices, participation) = (try reader.take(), try reader.take())
    instrument = try reader.take()
    (side, algorithm) = (try reader.take(), try reader.take())
    book = BookID(try reader.take())
  }
}
