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
    /// The instruments as the venue describes them: the journal's first events.
    public let definitions: [Event]
    private let group: MultiThreadedEventLoopGroup
    let queue: RecordingQueue
    private let recorder: NIOLoopBound<any Recorder>
    private let isStopped = Atomic(false)

    /// Asks the venue for the instruments. No stream is opened yet.
    /// - Parameter bell: called on a thread of the recording's when events wait and none did.
    /// - Throws: `ExchangesError`.
    public convenience init(_ plan: RecordingPlan, bell: @escaping @Sendable () -> Void = {}) throws
    {
      try self.init(plan, capacity: RecordingQueue.capacity, bell: bell)
    }

    /// As the public one, with room for so many events.
    package init(
      _ plan: RecordingPlan, capacity: Int, bell: @escaping @Sendable () -> Void = {}
    ) throws {
      let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
      let loop = group.next()
      let queue = RecordingQueue(capacity: capacity, bell: bell)
      do {
        let recorder = try loop.submit {
          NIOLoopBound(try Self.recorder(plan, queue, on: loop), eventLoop: loop)
        }.wait()
        let described = loop.makePromise(of: [Event].self)
        loop.execute {
          recorder.value.describe { described.completeWith($0.mapError { $0 as any Error }) }
        }
        definitions = try described.futureResult.wait()
        (self.group, self.queue, self.recorder) = (group, queue, recorder)
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

    /// Opens the streams. From now on events come.
    /// - Throws: `ExchangesError` or `DialectError` for streams the venue has no words for.
    public func start() throws {
      let recorder = recorder
      try group.next().submit { try recorder.value.begin() }.wait()
    }

    /// Takes the events that wait, in place of what `events` held. Never waits.
    public func take(into events: inout ContiguousArray<Event>) { queue.take(into: &events) }

    /// Takes the venue's own bytes that wait, where the plan keeps them. Never waits.
    public func takeRaw() -> [RawLines] { queue.takeRaw() }

    /// How it goes.
    public var figures: RecordingFigures { queue.figures }

    /// Closes the streams. What waits can still be taken; nothing more comes.
    public func stop() {
      guard !isStopped.exchange(true, ordering: .relaxed) else { return }
      let recorder = recorder
      try? group.next().submit { recorder.value.stop() }.wait()
      try? group.syncShutdownGracefully()
    }
  }
#endif
