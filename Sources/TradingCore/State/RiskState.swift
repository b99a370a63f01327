/// The limits in force, how far equity has fallen, and whether trading is halted.

/// Why trading is halted. Raw values ride in `halt` events.
public enum HaltReason: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  case operatorCommand = 0
  case drawdown = 1
  case dailyDrawdown = 2
  /// An amount was too large to book.
  case overflow = 3
  /// Nothing is left: equity fell to zero or below, which only a margin account can.
  case insolvency = 4
}

public struct RiskState: Equatable, Sendable, CanonicallyDecodable {
  /// What fills cost beside their value.
  public internal(set) var fees = FeeRates()
  /// The limits that hold everywhere, by `LimitKind` as far as `maxOpenOrders`; negative means none.
  private var limits = InlineArray<5, Int64>(repeating: -1)
  /// Why trading is halted, if it is; only a `resume` command lifts it.
  public internal(set) var halt: HaltReason?
  /// The sequence at which it was halted.
  public internal(set) var haltSequence: Sequence64 = 0
  /// The highest equity seen.
  public private(set) var peak = Money.zero
  /// Equity at the start of the UTC day: as it was before the day's first event.
  public private(set) var dayStart = Money.zero
  private var dayEnd = Timestamp.distantPast
  /// Equity at which the drawdown limits halt; kept so that an event costs two comparisons.
  private var drawdownFloor = Money(units: .min)
  private var dailyFloor = Money(units: .min)
  private var hasStarted = false

  public init() {}

  public static func == (left: Self, right: Self) -> Bool { left.fingerprint == right.fingerprint }

  /// The limit in force everywhere; `nil` when there is none, or for a kind the state does not keep.
  public subscript(kind: LimitKind) -> Int64? {
    let index = Int(kind.rawValue)
    guard limits.indices.contains(index), limits[index] >= 0 else { return nil }
    return limits[index]
  }

  /// How far equity is below its peak, in 10⁻⁶ of the peak; 0 without a positive peak.
  public func fallFromPeak(_ equity: Money) -> Int64 { fall(from: peak, to: equity) }

  /// How far equity is below the start of the UTC day, in 10⁻⁶ of it.
  public func fallOfDay(_ equity: Money) -> Int64 { fall(from: dayStart, to: equity) }

  private func fall(from top: Money, to equity: Money) -> Int64 {
    guard top.units > 0 else { return 0 }
    return Int64(clamping: (top - equity).scaled(by: 1_000_000, over: top.units).units)
  }

  mutating func apply(_ change: LimitChange) {
    let index = Int(change.kind.rawValue)
    let isEverywhere = change.instrument == .none && change.book == .all
    guard isEverywhere, limits.indices.contains(index) else { return }
    limits[index] = change.value
    updateFloors()
  }

  /// Takes the equity after an event, and as it was before; halts when a drawdown limit is met.
  mutating func observe(
    _ equity: Money, after previous: Money, at time: Timestamp, sequence: Sequence64
  ) {
    if time >= dayEnd { startDay(hasStarted ? previous : equity, at: time) }
    if equity > peak {
      peak = equity
      drawdownFloor = floor(below: peak, .maxDrawdown)
    }
    guard halt == nil else { return }
    if equity <= .zero, peak > .zero { stop(.insolvency, sequence) }
    if equity <= drawdownFloor { stop(.drawdown, sequence) }
    if equity <= dailyFloor { stop(.dailyDrawdown, sequence) }
  }

  /// Forgets peak and day, when balances are set anew.
  mutating func restart(_ equity: Money) {
    peak = equity
    dayStart = equity
    hasStarted = true
    updateFloors()
  }

  /// Moves what falls are measured from by money that is neither profit nor loss.
  mutating func transfer(_ amount: Money) {
    peak += amount
    dayStart += amount
    updateFloors()
  }

  mutating func stop(_ reason: HaltReason, _ sequence: Sequence64) {
    guard halt == nil else { return }
    halt = reason
    haltSequence = sequence
  }

  /// Lifts a halt; what was lost so far is forgiven, or the same limit would halt again at once.
  mutating func resume(_ equity: Money) {
    halt = nil
    restart(equity)
  }

  private mutating func startDay(_ equity: Money, at time: Timestamp) {
    dayEnd = time.floored(to: .day) + .day
    dayStart = equity
    dailyFloor = floor(below: dayStart, .maxDailyDrawdown)
  }

  private mutating func updateFloors() {
    drawdownFloor = floor(below: peak, .maxDrawdown)
    dailyFloor = floor(below: dayStart, .maxDailyDrawdown)
  }

  private func floor(below top: Money, _ kind: LimitKind) -> Money {
    guard hasStarted, let limit = self[kind] else { return Money(units: .min) }
    return top - top.scaled(by: Int128(limit), over: 1_000_000)
  }

  public func encode(into bytes: inout CanonicalBytes) {
    fees.encode(into: &bytes)
    for index in limits.indices { bytes.append(limits[index]) }
    bytes.append(halt?.rawValue ?? .max)
    bytes.append(haltSequence)
    bytes.append(peak)
    bytes.append(dayStart)
    bytes.append(dayEnd)
    bytes.append(hasStarted)
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    fees = try FeeRates(canonical: &reader)
    for index in limits.indices { limits[index] = try reader.take() }
    let reason: UInt8 = try reader.take()
    halt = HaltReason(rawValue: reason)
    try reader.expect(halt != nil || reason == .max, "a halt for reason \(reason)")
    haltSequence = try reader.take()
    (peak, dayStart) = (try reader.take(), try reader.take())
    dayEnd = try reader.take()
    hasStarted = try reader.take()
    updateFloors()
  }
}
