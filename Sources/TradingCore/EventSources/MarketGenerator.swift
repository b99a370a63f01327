/// A market made from a seed, for scenarios and tests: equal settings give equal events on any
/// machine. Definitions come first, then either order flow or candles.

/// A feed of generated market events.
///
/// Order flow: a snapshot, then trades, depth and quotes of one consistent book (`OrderFlow`), whose
/// update ids continue each other and whose trade ids count up; an outage is `disconnected`, `gap`,
/// `connected`, and a fresh snapshot. Candles: closed bars only.
public final class MarketGenerator: Feed {
  private var core: GeneratorCore
  private var position: Sequence64 = 1

  /// - Throws: `ParameterError` for settings no market can be made with.
  public init(_ settings: GeneratorSettings) throws(ParameterError) {
    try settings.check()
    core = GeneratorCore(settings)
  }

  public func next(into batch: inout EventBatch) throws(EngineFault) -> Bool {
    batch.removeAll()
    batch.firstSequence = position
    while batch.events.count + GeneratorCore.mostEventsPerStep <= EventBatch.capacity {
      guard core.step(into: &batch.events) else { break }
    }
    position += Sequence64(batch.events.count)
    return !batch.isEmpty
  }
}
