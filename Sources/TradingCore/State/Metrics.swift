/// What a run earned and risked, accumulated event by event in constant memory: equity's day
/// returns, drawdowns, round trips, fees, exposure. Figures are derived in `MetricsSummary`.

/// Equity at the end of a sampling interval.
public struct EquitySample: Equatable, Sendable, BitwiseCopyable {
  /// The end of the interval.
  public var time: Timestamp
  /// Equity as it was just before the first event at or after `time`.
  public var equity: Money

  public init(time: Timestamp, equity: Money) {
    self.time = time
    self.equity = equity
  }
}

/// Streaming accumulators over equity, fills and round trips, all in the reporting asset.
///
/// Days are UTC days. A day's close is equity as it was just before the first event at or after
/// midnight; its return is measured against the close before, the first against the first equity. A
/// day without events has return zero. The day in progress counts when figures are derived.
public struct Metrics: Equatable, Sendable, BitwiseCopyable, CanonicallyDecodable {
  /// The first equity, plus what was put in and minus what was taken out since.
  public private(set) var capital: Money = .zero
  public private(set) var equity: Money = .zero
  public private(set) var firstTime: Timestamp = .none
  public private(set) var lastTime: Timestamp = .none
  public private(set) var drawdown = DrawdownTracker(equity: .zero, at: .distantPast)
  /// Returns of the days that have ended.
  public private(set) var days = ReturnStatistics()
  /// Days whose return means nothing because equity was not positive when they began.
  public private(set) var undefinedDays: Int64 = 0
  /// Equity at the end of the day before.
  public private(set) var previousClose: Money = .zero
  public private(set) var trips = TripStatistics()
  public private(set) var fillCount: UInt64 = 0
  /// Σ |price × quantity| of all fills.
  public private(set) var turnover: Money = .zero
  /// Σ of all fees; rebates lower it.
  public private(set) var fees: Money = .zero
  /// Width of the equity series' intervals; zero for none.
  public private(set) var sampleInterval: Interval = .zero
  /// Samples closed so far: when it has grown, `lastSample` is to be passed on.
  public private(set) var sampleCount: Int64 = 0
  public private(set) var lastSample = EquitySample(time: .none, equity: .zero)

  private var closedExposure: Interval = .zero
  private var exposedSince: Timestamp = .none
  private var dayEnd = Timestamp.distantPast
  private var sampleEnd = Timestamp.distantPast
  /// The earlier of the two ends: the only time an ordinary observation is compared with.
  private var nextEnd = Timestamp.distantPast

  public init() {}

  /// Whether equity has been observed.
  public var hasStarted: Bool { !firstTime.isNone }

  /// Begins with the capital at `time`, forgetting equity seen before; `sampleInterval` of zero
  /// gives no series.
  public mutating func start(equity: Money, at time: Timestamp, sampleInterval: Interval) {
    self.sampleInterval = max(sampleInterval, .zero)
    firstTime = time
    lastTime = time
    capital = equity
    self.equity = equity
    previousClose = equity
    days = ReturnStatistics()
    undefinedDays = 0
    drawdown = DrawdownTracker(equity: equity, at: time)
    dayEnd = time.floored(to: .day) + .day
    openSample(at: time)
    nextEnd = min(dayEnd, sampleEnd)
  }

  /// Takes equity into account as it stands after an event at `time`. Without a `start` the first
  /// call is one. A time before the last one counts as the last one.
  public mutating func observe(equity new: Money, at time: Timestamp) {
    let now = max(time, lastTime)
    if now >= nextEnd {
      guard hasStarted else { return start(equity: new, at: time, sampleInterval: sampleInterval) }
      closeIntervals(before: now)
    }
    equity = new
    lastTime = now
    drawdown.observe(new, at: now)
  }

  /// Takes a fill into account: its value (either sign) and its fee.
  public mutating func fill(value: Money, fee: Money) {
    fillCount += 1
    turnover += value.magnitude
    fees += fee
  }

  /// Takes a closed round trip into account.
  public mutating func close(_ trip: RoundTrip) { trips.add(trip) }

  /// Notes whether any position is held from `time` on. Repeating the same changes nothing.
  public mutating func setExposed(_ isExposed: Bool, at time: Timestamp) {
    let now = max(time, lastTime)
    if isExposed {
      if exposedSince.isNone { exposedSince = now }
    } else if !exposedSince.isNone {
      closedExposure = closedExposure + (now - exposedSince)
      exposedSince = .none
    }
  }

  /// Notes money put in (negative: taken out) after the start: levels move, returns do not. Equity
  /// is then to be observed as usual.
  public mutating func transfer(_ amount: Money) {
    guard hasStarted else { return }
    capital += amount
    equity += amount
    previousClose += amount
    drawdown.shift(by: amount)
  }

  /// Time from the first to the last observation.
  public var duration: Interval { hasStarted ? lastTime - firstTime : .zero }

  /// Time with a position held.
  public var exposure: Interval {
    guard !exposedSince.isNone else { return closedExposure }
    return closedExposure + (max(lastTime, exposedSince) - exposedSince)
  }

  /// The day returns with the day in progress closed where it stands.
  public var daysToDate: (returns: ReturnStatistics, undefined: Int64) {
    var copy = self
    if hasStarted { copy.closeDay() }
    return (copy.days, copy.undefinedDays)
  }

  private mutating func closeIntervals(before now: Timestamp) {
    if now >= dayEnd { closeDays(before: now) }
    if now >= sampleEnd, sampleInterval > .zero { closeSample(before: now) }
    nextEnd = min(dayEnd, sampleEnd)
  }

  private mutating func closeDays(before now: Timestamp) {
    closeDay()
    let today = now.floored(to: .day)
    let silent = max(0, (today - dayEnd).nanoseconds / Interval.day.nanoseconds)
    if previousClose > .zero { days.addZeros(silent) } else { undefinedDays += silent }
    dayEnd = today + .day
  }

  private mutating func closeDay() {
    if previousClose > .zero {
      days.add((equity - previousClose).approximate / previousClose.approximate)
    } else {
      undefinedDays += 1
    }
    previousClose = equity
  }

  private mutating func closeSample(before now: Timestamp) {
    lastSample = EquitySample(time: now.floored(to: sampleInterval), equity: equity)
    sampleCount += 1
    openSample(at: now)
  }

  private mutating func openSample(at now: Timestamp) {
    sampleEnd =
      sampleInterval > .zero
      ? now.floored(to: sampleInterval) + sampleInterval : Timestamp(nanoseconds: .max)
  }

  public func encode(into bytes: inout CanonicalBytes) {
    for money in [capital, equity, previousClose, turnover, fees] { bytes.append(money) }
    for time in [firstTime, lastTime, exposedSince, dayEnd, sampleEnd] { bytes.append(time) }
    drawdown.encode(into: &bytes)
    days.encode(into: &bytes)
    bytes.append(undefinedDays)
    trips.encode(into: &bytes)
    bytes.append(fillCount)
    for span in [sampleInterval, closedExposure] { bytes.append(span) }
    bytes.append(sampleCount)
    bytes.append(lastSample.time)
    bytes.append(lastSample.equity)
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    (capital, equity) = (try reader.take(), try reader.take())
    previousClose = try reader.take()
    (turnover, fees) = (try reader.take(), try reader.take())
    (firstTime, lastTime) = (try reader.take(), try reader.take())
    exposedSince = try reader.take()
    (dayEnd, sampleEnd) = (try reader.take(), try reader.take())
    nextEnd = min(dayEnd, sampleEnd)
    drawdown = try DrawdownTracker(canonical: &reader)
    days = try ReturnStatistics(canonical: &reader)
    undefinedDays = try reader.takeTally()
    trips = try TripStatistics(canonical: &reader)
    fillCount = try reader.takeTally()
    (sampleInterval, closedExposure) = (try reader.take(), try reader.take())
    sampleCount = try reader.takeTally()
    lastSample = EquitySample(time: try reader.take(), equity: try reader.take())
  }
}
