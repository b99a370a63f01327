/// A recording as the command sees it: begun, looked at, emptied into a journal, stopped. Its sockets have
/// a thread of their own; events wait in between, so that a slow disk never holds up a socket.

#if Live
  internal import Dialects
  internal import NIOCore
  internal import NIOPosix
  internal import Synchronization
  public import TradingCore

  /// A recording from its first question to its last event.
  public final class MarketRecording: Sendable {
    /// The instruments as each venue describes them.
    let descriptions: [[Event]]
    private let group: MultiThreadedEventLoopGroup
    let queue: RecordingQueue
    private let recorders: NIOLoopBound<[any Recorder]>
    private let isStopped = Atomic(false)

    /// Asks the venues for the instruments. No stream is opened yet.
    /// - Parameters:
    ///   - plans: one for each venue, as `RecordingPlan.together` gives them.
    ///   - bell: called on a thread of the recording's when events wait and none did.
    /// - Throws: `ExchangesError`.
    public convenience init(
      _ plans: [RecordingPlan], bell: @escaping @Sendable () -> Void = {}
    ) throws {
      try self.init(plans, capacity: RecordingQueue.capacity, bell: bell)
    }

    /// As the public one, with room for so many events.
    package init(
      _ plans: [RecordingPlan], capacity: Int, bell: @escaping @Sendable () -> Void = {}
    ) throws {
      let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
      let loop = group.next()
      let queue = RecordingQueue(venues: plans.count, capacity: capacity, bell: bell)
      do {
        let recorders = try loop.submit {
          NIOLoopBound(try plans.map { try Self.recorder($0, queue, on: loop) }, eventLoop: loop)
        }.wait()
        var described: [MarketDescription] = []
        for index in plans.indices {
          let given = described.last?.given ?? GivenIDs()
          described.append(try Self.describe(index, of: recorders, after: given, on: loop))
        }
        descriptions = described.map(\.events)
        (self.group, self.queue, self.recorders) = (group, queue, recorders)
      } catch {
        try? group.syncShutdownGracefully()
        throw error
      }
    }

    private static func recorder(
      _ plan: RecordingPlan, _ queue: RecordingQueue, on loop: any EventLoop
    ) throws -> any Recorder {
      let isSecure =
        try VenueAddress(plan.hosts.rest).isSecure || VenueAddress(plan.hosts.market).isSecure
      let transport = try SecureTransport(isNeeded: isSecure, authority: plan.authority)
      return try VenueRegistry.entry(plan.venue).recorder(plan, queue, LoopWorld(loop, transport))
    }

    private static func describe(
      _ index: Int, of recorders: NIOLoopBound<[any Recorder]>, after given: GivenIDs,
      on loop: any EventLoop
    ) throws -> MarketDescription {
      let described = loop.makePromise(of: MarketDescription.self)
      loop.execute {
        recorders.value[index].describe(after: given) {
          described.completeWith($0.mapError { $0 as any Error })
        }
      }
      return try described.futureResult.wait()
    }

    /// The instruments of all venues: the journal's first events.
    public var definitions: [Event] { descriptions.flatMap(\.self) }

    /// Opens the streams. From now on events come, of all venues in the order they arrive in.
    /// - Throws: `ExchangesError` or `DialectError` for streams the venue has no words for.
    public func start() throws {
      let recorders = recorders
      try group.next().submit { for recorder in recorders.value { try recorder.begin() } }.wait()
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
      try? group.next().submit { for recorder in recorders.value { recorder.stop() } }.wait()
      try? group.syncShutdownGracefully()
    }
  }
#endif
