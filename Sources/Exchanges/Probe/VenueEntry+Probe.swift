/// A look at a venue from outside, on a thread of its own.

#if Live
  public import Dialects
  internal import NIOCore
  internal import NIOPosix

  extension VenueEntry {
    /// Asks the venue for its time and opens its streams. Waits, at most as long as a connection may take.
    /// - Parameter authority: a PEM file of certificates to trust beside the system's.
    /// - Throws: `ExchangesError` for addresses and certificates that are none, `DialectError`.
    public func probe(at hosts: VenueHosts, authority: String? = nil) throws -> VenueFinding {
      let isSecure = try VenueAddress(hosts.rest).isSecure || VenueAddress(hosts.market).isSecure
      let transport = try SecureTransport(isNeeded: isSecure, authority: authority)
      let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
      let loop = group.next()
      let found = loop.makePromise(of: VenueFinding.self)
      let begin = begin
      loop.execute {
        do {
          let probe = try begin(hosts, LoopWorld(loop, transport)) { found.succeed($0) }
          let kept = NIOLoopBound(probe, eventLoop: loop)
          found.futureResult.whenComplete { _ in withExtendedLifetime(kept) {} }
        } catch {
          found.fail(error)
        }
      }
      let result = Result { try found.futureResult.wait() }
      try group.syncShutdownGracefully()
      return try result.get()
    }
  }
#endif
