/// The engine's whole outside world, a door with two leaves: facts come in, approved orders go out.
/// Backtest, audit, paper and live differ in the source and in nothing else; the venue is behind it.
public protocol EventSource: ~Copyable {
  /// Puts the next fact into `fact`, where it is read from then on: an event is handed over in place,
  /// for each copy of it costs more than looking at it.
  /// - Returns: false when there are no more; what is in `fact` then means nothing.
  mutating func next(_ fact: inout Event) throws(EngineFault) -> Bool

  /// Sends orders that the gate approved and the log has, all of them: the outbox is then empty.
  /// - Parameter sequence: that of the last event in the log.
  mutating func submit(_ orders: inout Outbox, at sequence: Sequence64) throws(EngineFault)

  /// Takes note of an event the engine derived; a recording compares it with its own.
  mutating func derived(_ event: Event, at sequence: Sequence64) throws(EngineFault)

  /// Whether orders leave the process: what led to them is handed to the journal first.
  static var reachesVenue: Bool { get }

  /// Whether the next fact has yet to happen, so that what is in the log should go out.
  var isDrained: Bool { get }

  /// All is journalled and sent: whoever watches may look.
  mutating func settled(_ state: borrowing State)
}

extension EventSource where Self: ~Copyable {
  public static var reachesVenue: Bool { false }
}
