/// A download as the command sees it: begun, taken page by page, stopped. What asks has a thread of its own.

#if Live
  internal import Dialects
  internal import NIOCore
  internal import Synchronization

  /// A download from its first question to its last page.
  public final class HistoryDownload: Sendable {
    private let thread: NetworkThread
    private let desk: HistoryDesk
    private let session: NIOLoopBound<any HistorySession>
    private let isStopped = Atomic(false)

    /// Begins to ask.
    /// - Throws: `ExchangesError` for addresses and certificates that are none.
    public init(_ plan: HistoryPlan) throws {
      let thread = NetworkThread()
      let loop = thread.loop
      let desk = HistoryDesk(plan)
      do {
        session = try loop.submit {
          let isSecure = try VenueAddress(plan.market.hosts.rest).isSecure
          let transport = try SecureTransport(
            isNeeded: isSecure, authority: plan.market.authority)
          let session = try VenueRegistry.entry(plan.venue).history(
            plan, desk, LoopWorld(thread, transport))
          session.begin()
          return NIOLoopBound(session, eventLoop: loop)
        }.wait()
        (self.thread, self.desk) = (thread, desk)
      } catch {
        thread.end()
        throw error
      }
    }

    /// What comes next; `nil` while nothing has come. Never waits. What is taken lets the next page be asked
    /// for.
    /// - Throws: `ExchangesError` saying why the download ended.
    public func take() throws -> HistoryStep? {
      guard let step = try desk.take() else { return nil }
      let session = session
      if case .end = step { return step }
      thread.loop.execute { session.value.goOn() }
      return step
    }

    /// How it goes.
    public var figures: HistoryFigures { desk.figures }

    /// Asks nothing any more.
    public func stop() {
      guard !isStopped.exchange(true, ordering: .relaxed) else { return }
      let session = session
      try? thread.loop.submit { session.value.stop() }.wait()
      thread.end()
    }
  }
#endif
