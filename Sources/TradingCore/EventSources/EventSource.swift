/// The engine's whole outside world, a door with two leaves: facts come in, approved orders go out.
/// Backtest, audit, paper and live differ in the source and in nothing else; the venue is behind it.
public protocol EventSource: ~Copyable {
  /// The next fact, `nil` when there are no more.
  mutating func next() throws(EngineFault) -> Event?

  /// Sends an order that the gate approved and the journal has.
  mutating func submit(_ order: consuming ApprovedOrder) throws(EngineFault)

  /// Takes note of an event the engine derived; a recording compares it with its own.
  mutating func derived(_ event: Event, at sequence: Sequence64) throws(EngineFault)

  /// Whether nothing waits to be read at this moment, so that what is journalled should go out.
  var isDrained: Bool { get }

  /// All is journalled and sent: whoever watches may look.
  mutating func settled(_ state: borrowing State)
}
