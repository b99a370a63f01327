/// A recording as the command sees it: begun, looked at, emptied into a journal, stopped. Its sockets have
/// a thread of their own; events wait in between, so that a slow disk never holds up a socket.

#if Live
  internal import Dialects
  internal import NIOCore
  internal import Synchronization
  public import TradingCore

  /// A recording from its first question to its last event.
  public final class MarketRecording: Sendable {
    /// The instruments as each venue describes them.
    let descriptions: [[Event]]
    private let thread: NetworkThread
    let queue: RecordingQueue
    private let recorders: NIOLoopBound<[any Recorder]>
    private let isStopped = Atomic(false)

    /// Asks the venues for the instruments. No stream is opened yet.
    /// - Parameters:
    ///   - plans: one for each venue, as `RecordingPlan.together` gives them.
    ///   - bell: called on a thread of the recording's when events wait and none did.
    ///   - check: called again and again while the venues are waited for; what it throws ends that.
    /// - Throws: `ExchangesError`, what `check` throws.
    public convenience init(
      _ plans: [RecordingPlan], bell: @escaping @Sendable () -> Void = {},
      check: () throws -> Void = {}
    ) throws {
      try self.init(plans, capacity: RecordingQueue.capacity, bell: bell, check: check)
    }

    /// As the public one, with room for so many events.
    package init(
      _ plans: [RecordingPlan], capacity: Int, bell: @escaping @Sendable () -> Void = {},
      check: () throws -> Void = {}
    ) throws {
      let thread = NetworkThread()
      let queue = RecordingQueue(venues: plans.count, capacity: capacity, bell: bell)
      do {
        let recorders = try thread.loop.submit {
          NIOLoopBound(
            try plans.map { try Self.recorder($0, queue, on: thread) }, eventLoop: thread.loop)
        }.wait()
        var described: [MarketDescription] = []
        for index in plans.indices {
          let given = described.last?.given ?? GivenIDs()
          described.append(try Self.describe(index, of: recorders, after: given, on: thread, check))
        }
        descriptions = described.map(\.events)
        (self.thread, self.queue, self.recorders) = (thread, queue, recorders)
      } catch {
        thread.end()
        throw error
      }
    }

    private static func recorder(
      _ plan: RecordingPlan, _ queue: RecordingQueue, on thread: NetworkThread
    ) throws -> any Recorder {
      let isSecure =
        try VenueAddress(plan.hosts.rest).isSecure || VenueAddress(plan.hosts.market).isSecure
      let transport = try SecureTransport(isNeeded: isSecure, authority: plan.authority)
      return try VenueRegistry.entry(plan.venue).recorder(plan, queue, LoopWorld(thread, transport))
    }

    private static func describe(
      _ index: Int, of recorders: NIOLoopBound<[any Recorder]>, after given: GivenIDs,
      on thread: NetworkThread, _ check: () throws -> Void
    ) throws -> MarketDescription {
      let described = thread.loop.makePromise(of: MarketDescription.self)
      thread.loop.execute {
        recorders.value[index].describe(after: given) {
          described.completeWith($0.mapError { $0 as any Error })
        }
      }
      return try thread.wait(for: described, check)
    }

    /// The instruments of all venues: the journal's first events.
    public var definitions: [Event] { descriptions.flatMap(\.self) }

    /// Opens the streams. From now on events come, of all venues in the order they arrive in.
    /// - Throws: `ExchangesError` or `DialectError` for streams the venue has no words for.
    public func start() throws {
      let recorders = recorders
      try thread.loop.submit { for recorder in recorders.value { try recorder.begin() } }.wait()
    }

    /// Takes the events that wait, in place of what `events` held. Never waits.
    public func take(into events: inout ContiguousArray<Event>) { queue.take(into: &events) }

    /// Takes the venue's own bytes that wait, where the plan keeps them. Never waits.
    public func takeRaw() -> [RawLines] { queue.takeRaw() }

    /// How it goes at each venue.
    public var figures: [RecordingFigures] { queue.figures }

    /// Closes the streams. What waits can still be taken; nothing more comes.
    public func stop() {
      guard !isStopped.exchange(true, ordering: .relaxed) else { return }
      let recorders = recorders
      try? thread.loop.submit { for recorder in recorders.value { recorder.stop() } }.wait()
      thread.end()
    }
  }
#endif
