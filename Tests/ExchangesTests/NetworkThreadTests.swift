/// The thread of a venue's sockets: it ends in order, and a wait for it can be given up.

#if Live
  import NIOCore
  import NIOPosix
  import Synchronization
  import Testing

  @testable import Exchanges

  @Suite("The thread of a venue's sockets")
  struct NetworkThreadTests {
    private struct Unwanted: Error {}

    @Test func `It ends after what was looked up for it, so that nobody calls a loop that is gone`()
      throws
    {
      for _ in 0..<20 {
        let thread = NetworkThread()
        let isOver = Atomic(false)
        try withExtendedLifetime(thread) {
          // Nobody listens there.
          let nowhere = try VenueAddress("http://localhost:9")
          thread.connect(ClientBootstrap(group: thread.loop), to: nowhere)
            .whenComplete { _ in isOver.store(true, ordering: .relaxed) }
          thread.end()
        }
        let wasOver = isOver.load(ordering: .relaxed)
        #expect(wasOver)
      }
    }

    @Test func `A wait that is not wanted any more ends at once, another brings what was found`()
      throws
    {
      let thread = NetworkThread()
      defer { thread.end() }
      let never = thread.loop.makePromise(of: Int.self)
      var checks = 0
      #expect(throws: Unwanted.self) {
        _ = try thread.wait(for: never) {
          checks += 1
          if checks == 3 { throw Unwanted() }
        }
      }
      #expect(checks == 3)
      let found = thread.loop.makePromise(of: Int.self)
      thread.loop.execute { found.succeed(7) }
      #expect(try thread.wait(for: found) {} == 7)
    }
  }
#endif
