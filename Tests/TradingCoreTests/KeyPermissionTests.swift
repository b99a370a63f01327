/// A key that comes while a run trades signs when the disk has its fact, and not before.

import Testing

@testable import TradingCore

@Suite("Keys of a live run")
struct KeyPermissionTests {
  /// The world of a live run, which writes down what is asked of it.
  private final class World: DurableSink, OrderGateway, Feed {
    private(set) var story: [String] = []
    private var batches: [[KeyAction]]
    private var events: Sequence64 = 0
    var breaks = false

    init(_ batches: [[KeyAction]]) { self.batches = batches }

    func next(into batch: inout EventBatch) throws(EngineFault) -> Bool {
      batch.removeAll()
      guard !batches.isEmpty else { return false }
      for action in batches.removeFirst() {
        batch.events.append(
          Event(receiveTime: .none, .key(KeyChange(action, id: 7, fingerprint: 1))))
      }
      story.append("facts")
      return true
    }

    func append(_ batch: borrowing EventBatch) throws(EngineFault) {
      events += Sequence64(batch.events.count)
      story.append("append to \(events)")
    }

    func secure(upTo sequence: Sequence64, durably: Bool) throws(EngineFault) {
      story.append("secure to \(sequence)\(durably ? "" : ", written only")")
      if breaks { throw .journal("the disk is gone") }
    }

    func permit(_ key: KeyChange) { story.append("permit \(key.action)") }
    func recall(_ fill: Fill) {}
    func begin(_ state: borrowing State, replayed last: Sequence64) {}
    func send(_ orders: inout Outbox) {}
  }

  private func run(_ world: World, recorded: [Event] = []) throws {
    _ = try Run.live(
      LiveSetup(
        recorded: ArrayFeed(recorded), inbox: world, gateway: world, journal: world,
        watcher: NullWatcher()),
      Observer(ParameterValues(defaultsOf: []), InstrumentID(0)))
  }

  @Test("they are permitted behind the sync of all that came with them, and ends need none")
  func order() throws {
    let world = World([[.activated, .graced], [.revoked], [.graced]])
    try run(world)
    #expect(
      world.story == [
        "facts", "append to 2", "secure to 2", "permit activated", "permit graced",
        "facts", "append to 3",
        "facts", "append to 4", "secure to 4", "permit graced",
      ])
  }

  @Test("a disk that fails permits nothing and ends the run")
  func failure() {
    let world = World([[.activated], [.revoked]])
    world.breaks = true
    #expect(throws: EngineFault.journal("the disk is gone")) { try run(world) }
    #expect(world.story == ["facts", "append to 1", "secure to 1"])
  }

  @Test("keys of a recording that is gone on with permit nothing again")
  func recorded() throws {
    let world = World([])
    let old = Event(receiveTime: .none, .key(KeyChange(.activated, id: 1, fingerprint: 1)))
    try run(world, recorded: [old])
    #expect(!world.story.contains { $0.hasPrefix("permit") })
  }
}
