/// A thread for the sockets of a venue, or of several, from its first question to its end.

#if Live
  internal import Dispatch
  internal import NIOCore
  internal import NIOPosix

  /// An event loop that ends in order: what was looked up for it meanwhile still finds it there.
  final class NetworkThread: Sendable {
    let loop: any EventLoop
    private let group: MultiThreadedEventLoopGroup
    /// Connections whose host is looked up: by a thread of its own, which calls the loop when it is done.
    private let lookups = DispatchGroup()

    /// How long an end waits for that. A name server that is slower leaves the thread to the process' end.
    private static let patience = DispatchTimeInterval.milliseconds(500)
    /// How long a wait goes on without asking whether anybody still wants it.
    private static let pause = DispatchTimeInterval.milliseconds(10)

    init() {
      group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
      loop = group.next()
    }

    /// Connects to an address; one in numbers is not looked up.
    func connect(
      _ bootstrap: ClientBootstrap, to address: VenueAddress
    ) -> EventLoopFuture<any Channel> {
      if let numeric = try? SocketAddress(ipAddress: address.host, port: address.port) {
        return bootstrap.connect(to: numeric)
      }
      let lookups = lookups
      lookups.enter()
      let connection = bootstrap.connect(host: address.host, port: address.port)
      connection.whenComplete { _ in lookups.leave() }
      return connection
    }

    /// Waits for what the loop was asked.
    /// - Parameter check: called again and again meanwhile; what it throws ends the wait.
    /// - Throws: what `check` throws, or what went wrong.
    func wait<Found: Sendable>(
      for found: EventLoopPromise<Found>, _ check: () throws -> Void
    ) throws -> Found {
      let isThere = DispatchSemaphore(value: 0)
      found.futureResult.whenComplete { _ in isThere.signal() }
      do {
        while isThere.wait(timeout: .now() + Self.pause) == .timedOut { try check() }
      } catch { found.fail(error) }
      return try found.futureResult.wait()
    }

    /// Ends the thread and closes whatever is open on it.
    func end() {
      let (group, hasEnded) = (group, DispatchSemaphore(value: 0))
      lookups.notify(queue: .global()) {
        group.shutdownGracefully(queue: .global()) { _ in hasEnded.signal() }
      }
      _ = hasEnded.wait(timeout: .now() + Self.patience)
    }
  }
#endif
