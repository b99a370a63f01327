/// All that is known after a number of events: one value, equal when its canonical bytes are.
///
/// Dense arrays by small ids; no dictionary, no reference. Only `reduce` writes it. It holds live
/// orders only; what is closed leaves the engine as batches, so memory stays flat.
public struct State: Equatable, Sendable {
  /// The sequence of the last event reduced; 0 before the first.
  public internal(set) var sequence: Sequence64 = 0
  /// The latest receive time seen.
  public internal(set) var time = Timestamp.distantPast
  public internal(set) var logicVersion: UInt32 = 0
  public internal(set) var settings = Settings()
  /// Definitions by instrument id; `nil` for ids not yet defined.
  public internal(set) var instruments: ContiguousArray<InstrumentDefinition?> = []
  /// Markets by instrument id.
  public internal(set) var markets: ContiguousArray<MarketState> = []
  public internal(set) var account = Account()
  /// The strategies' books, where there are several.
  public internal(set) var books = Books()
  public internal(set) var orders = OrderTable()
  public internal(set) var parents = ParentTable()
  /// How a day's volume spreads over the day, for slices that follow it.
  public internal(set) var volumeProfile = VolumeProfile()
  public internal(set) var risk = RiskState()
  public internal(set) var metrics = Metrics()
  public internal(set) var recentFills = RecentFills()
  /// The round trip that closed last.
  public internal(set) var lastRoundTrip: RoundTrip?
  public internal(set) var anomalies = Anomalies()

  public init() {}

  /// The bar of the instrument that closed with the event just reduced, if one did.
  @inline(__always)
  public func closedBar(_ instrument: InstrumentID) -> Bar? {
    guard instrument.index < markets.count, markets[instrument.index].lastBarSequence == sequence
    else { return nil }
    return markets[instrument.index].lastBar
  }

  /// What is held of the instrument, in whole lots, negative when short.
  public func position(_ instrument: InstrumentID) -> Quantity {
    guard instrument.index < account.positions.count else { return .zero }
    return account.positions[instrument.index].lots
  }

  /// What a book holds of the instrument, in whole lots, negative when short.
  @inline(__always)
  public func position(_ instrument: InstrumentID, in book: BookID) -> Quantity {
    guard !books.isEmpty else { return book.raw == 0 ? position(instrument) : .zero }
    return books[book]?.position(instrument).lots ?? .zero
  }

  /// How the targets of a book become lots.
  @inline(__always)
  public func sizing(of book: BookID) -> Sizing {
    if !books.isEmpty, let own = books[book]?.sizing { return own }
    return Sizing(mode: settings.sizingMode, value: settings.sizingValue)
  }
}
