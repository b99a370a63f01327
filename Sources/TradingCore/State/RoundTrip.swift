/// A position from flat to flat (a flip closes one and opens the next): what people call a trade in
/// a performance table.
public struct RoundTrip: Equatable, Sendable, BitwiseCopyable {
  public var instrument: InstrumentID
  /// `buy` for a long position.
  public var side: Side
  public var entryTime: Timestamp
  public var exitTime: Timestamp
  /// Everything bought into the position (sold, when short), in base units.
  public var quantity: Money
  /// Value of all entries and of all exits, in quote units; divided by `quantity` the average price.
  public var entryValue: Money
  public var exitValue: Money
  /// Fees of all its fills, in quote units.
  public var fees: Money
  /// Profit after fees: in quote units, or in the reporting asset once the state has booked it.
  public var profit: Money
}

extension RoundTrip: CanonicallyDecodable {
  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(instrument.raw)
    bytes.append(side.rawValue)
    for time in [entryTime, exitTime] { bytes.append(time) }
    for money in [quantity, entryValue, exitValue, fees, profit] { bytes.append(money) }
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    (instrument, side) = (try reader.take(), try reader.take())
    (entryTime, exitTime) = (try reader.take(), try reader.take())
    (quantity, entryValue) = (try reader.take(), try reader.take())
    (exitValue, fees) = (try reader.take(), try reader.take())
    profit = try reader.take()
  }
}

extension RoundTrip {
  public init(
    _ instrument: InstrumentID, side: Side, entryTime: Timestamp, exitTime: Timestamp,
    quantity: Money, entryValue: Money, exitValue: Money, fees: Money, profit: Money
  ) {
    self.init(
      instrument: instrument, side: side, entryTime: entryTime, exitTime: exitTime,
      quantity: quantity, entryValue: entryValue, exitValue: exitValue, fees: fees, profit: profit)
  }
}
