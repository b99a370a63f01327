/// Facts that did not fit: `reduce` is total, so it counts them instead of failing.
public struct Anomalies: Equatable, Sendable, BitwiseCopyable, CanonicallyDecodable {
  /// Reports about orders we never had.
  public internal(set) var unknownOrders: UInt64 = 0
  /// Reports about orders that were already closed.
  public internal(set) var lateReports: UInt64 = 0
  /// Fills larger than what was open.
  public internal(set) var overfills: UInt64 = 0
  /// Fills that were reported again, with the trade id they had: not booked twice.
  public internal(set) var duplicateFills: UInt64 = 0
  /// Events of instruments that were never defined, or defined on a grid that is not exact.
  public internal(set) var undefinedInstruments: UInt64 = 0
  /// Settings with a value this build does not know.
  public internal(set) var unknownSettings: UInt64 = 0
  /// Receive times that were before an earlier event's.
  public internal(set) var timeRegressions: UInt64 = 0
  /// Books whose bid was at or above the ask at the end of a message.
  public internal(set) var crossedBooks: UInt64 = 0
  /// Amounts too large to be booked; trading halts at the first.
  public internal(set) var overflows: UInt64 = 0
  /// Facts that cannot be: a fill of nothing, an instrument that changed its assets, a limit on drawdown
  /// for less than the whole account.
  public internal(set) var malformedFacts: UInt64 = 0
  /// Instruments, assets and live orders beyond what a state has room for.
  public internal(set) var beyondCapacity: UInt64 = 0

  public init() {}

  /// Each count with its name, in a fixed order.
  public var named: [(name: String, count: UInt64)] {
    [
      ("unknownOrders", unknownOrders), ("lateReports", lateReports), ("overfills", overfills),
      ("duplicateFills", duplicateFills),
      ("undefinedInstruments", undefinedInstruments), ("unknownSettings", unknownSettings),
      ("timeRegressions", timeRegressions), ("crossedBooks", crossedBooks),
      ("overflows", overflows), ("malformedFacts", malformedFacts),
      ("beyondCapacity", beyondCapacity),
    ]
  }

  public func encode(into bytes: inout CanonicalBytes) {
    for (_, count) in named { bytes.append(count) }
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    unknownOrders = try reader.takeTally()
    lateReports = try reader.takeTally()
    overfills = try reader.takeTally()
    duplicateFills = try reader.takeTally()
    undefinedInstruments = try reader.takeTally()
    unknownSettings = try reader.takeTally()
    timeRegressions = try reader.takeTally()
    crossedBooks = try reader.takeTally()
    overflows = try reader.takeTally()
    malformedFacts = try reader.takeTally()
    beyondCapacity = try reader.takeTally()
  }
}
