/// The limits in force, how far equity has fallen, and whether trading is halted.

/// Why trading is halted. Raw values ride in `halt` events.
public enum HaltReason: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  case operatorCommand = 0
  case drawdown = 1
  case dailyDrawdown = 2
  /// An amount was too large to book, or a limit was one more than there is room for.
  case overflow = 3
  /// Nothing is left: equity fell to zero or below, which only a margin account can.
  case insolvency = 4
}

public struct RiskState: Equatable, Sendable, CanonicallyDecodable {
  public private(set) var limits = LimitTable()
  /// Orders placed and amended of late.
  public internal(set) var rate = OrderRate()
  /// How much instruments move, and which together; followed while a limit asks for it.
  public private(set) var returns = ReturnTracker()
  /// Orders that are being taken back and positions that are being closed.
  public internal(set) var unwinding = Unwinding()
  /// The most that fills cost beside their value.
  public internal(set) var fees = FeeRates()
  /// An operator's list of orders until it is complete.
  public internal(set) var commanded = CommandedList()
  /// Why trading is halted, if it is; only a `resume` command lifts it.
  public internal(set) var halt: HaltReason?
  /// The sequence at which it was halted.
  public internal(set) var haltSequence: Sequence64 = 0
  /// The highest equity seen.
  public private(set) var peak = Money.zero
  /// Equity at the start of the UTC day: as it was before the day's first event.
  public private(set) var dayStart = Money.zero
  private var dayEnd = Timestamp.distantPast
  /// When the marks are looked at next; never while no limit asks for it.
  private var lookTime = Timestamp(nanoseconds: .max)
  /// Equity at which the drawdown limits halt; kept so that an event costs two comparisons.
  private var drawdownFloor = Money(units: .min)
  private var dailyFloor = Money(units: .min)
  private var hasStarted = false

  public init() {}

  public static func == (left: Self, right: Self) -> Bool { left.fingerprint == right.fingerprint }

  /// The limit for everything; `nil` when there is none.
  public subscript(kind: LimitKind) -> Int64? { limits[kind] }

  /// How far equity is below its peak, in 10⁻⁶ of the peak; 0 without a positive peak.
  public func fallFromPeak(_ equity: Money) -> Int64 { fall(from: peak, to: equity) }

  /// How far equity is below the start of the UTC day, in 10⁻⁶ of it.
  public func fallOfDay(_ equity: Money) -> Int64 { fall(from: dayStart, to: equity) }

  private func fall(from top: Money, to equity: Money) -> Int64 {
    guard top.units > 0 else { return 0 }
    return Int64(clamping: (top - equity).scaled(by: 1_000_000, over: top.units).units)
  }

  /// Takes a limit. - Returns: false when there is no room for it, which halts trading.
  mutating func apply(_ change: LimitChange, _ sequence: Sequence64) -> Bool {
    let hasRoom = limits.apply(change)
    if !hasRoom { stop(.overflow, sequence) }
    if !followsReturns {
      lookTime = Timestamp(nanoseconds: .max)
    } else if lookTime == Timestamp(nanoseconds: .max) {
      lookTime = .distantPast
    }
    updateFloors()
    return hasRoom
  }

  /// Whether a limit asks how instruments move.
  private var followsReturns: Bool {
    limits.has(.correlatedExposure) || limits.has(.volatilityTarget)
  }

  /// Whether the marks are to be looked at before an event changes them.
  @inline(__always)
  func isLookDue(at time: Timestamp) -> Bool { time >= lookTime }

  /// Looks at the marks as they stood at the end of the minute before.
  mutating func look(at markets: ContiguousArray<MarketState>, _ time: Timestamp) {
    returns.observe(markets, at: time)
    lookTime = time.floored(to: .minute) + .minute
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
    unwinding.cancelAll()
  }

  /// Lifts a halt; what was lost so far is forgiven, or the same limit would halt again at once.
  mutating func resume(_ equity: Money) {
    halt = nil
    unwinding.abandon()
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
    limits.encode(into: &bytes)
    rate.encode(into: &bytes)
    returns.encode(into: &bytes)
    unwinding.encode(into: &bytes)
    fees.encode(into: &bytes)
    commanded.encode(into: &bytes)
    bytes.append(halt?.rawValue ?? .max)
    bytes.append(haltSequence)
    bytes.append(peak)
    bytes.append(dayStart)
    bytes.append(dayEnd)
    bytes.append(lookTime)
    bytes.append(hasStarted)
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    limits = try LimitTable(canonical: &reader)
    rate = try OrderRate(canonical: &reader)
    returns = try ReturnTracker(canonical: &reader)
    unwinding = try Unwinding(canonical: &reader)
    fees = try FeeRates(canonical: &reader)
    commanded = try CommandedList(canonical: &reader)
    let reason: UInt8 = try reader.take()
    halt = HaltReason(rawValue: reason)
    try reader.expect(halt != nil || reason == .max, "a halt for reason \(reason)")
    haltSequence = try reader.take()
    (peak, dayStart) = (try reader.take(), try reader.take())
    (dayEnd, lookTime) = (try reader.take(), try reader.take())
    let isLooking = lookTime != Timestamp(nanoseconds: .max)
    try reader.expect(followsReturns || !isLooking, "a look at returns that nobody asks for")
    hasStarted = try reader.take()
    updateFloors()
  }
}
