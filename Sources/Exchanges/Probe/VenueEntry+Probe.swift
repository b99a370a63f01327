/// Looks at a venue from outside, each on a thread of its own.

#if Live
  public import Dialects
  internal import NIOCore
  internal import Synchronization

  extension VenueEntry {
    /// Asks the venue for its time and opens its streams. Waits, at most as long as a connection may take.
    /// - Parameters:
    ///   - authority: a PEM file of certificates to trust beside the system's.
    ///   - check: called again and again meanwhile; what it throws ends the wait.
    /// - Throws: `ExchangesError` for addresses and certificates that are none, `DialectError`, what `check`
    ///   throws.
    public func probe(
      at hosts: VenueHosts, authority: String? = nil, check: () throws -> Void = {}
    ) throws -> VenueFinding {
      let (begin, addresses) = (begin, [hosts.rest, hosts.market])
      return try Self.look(at: addresses, authority: authority, check) { world, found in
        try begin(hosts, world) { found.succeed($0) }
      }
    }

    /// Asks for a market's rules, best prices and book. Waits, for each of two answers at most as long as a
    /// request may take.
    /// - Parameters:
    ///   - symbol: as the venue spells it, in either case.
    ///   - depth: levels a side of the book; a venue may have fewer.
    ///   - authority: a PEM file of certificates to trust beside the system's.
    ///   - check: as of `probe`.
    /// - Throws: `ExchangesError`, what `check` throws.
    public func market(
      _ symbol: String, depth: Int, at hosts: VenueHosts, authority: String? = nil,
      check: () throws -> Void = {}
    ) throws -> MarketFinding {
      // A plan is of at least one stream; none is opened.
      let plan = try RecordingPlan(
        venue: profile.name, symbols: [symbol], streams: ["trade"], hosts: hosts)
      let begin = beginMarket
      return try Self.look(at: [hosts.rest], authority: authority, check) { world, found in
        try begin(plan, depth, world) { found.completeWith($0.mapError { $0 as any Error }) }
      }
    }

    /// Asks what an account holds and what its key may do; see `AccountLook`. Waits for every answer.
    /// - Parameters:
    ///   - credentials: gives the key's secret out, once.
    ///   - symbol: the market whose order is checked.
    ///   - authority: a PEM file of certificates to trust beside the system's.
    ///   - check: as of `probe`.
    /// - Throws: `ExchangesError` where nobody answers or the key is refused, `DialectError`, what `check`
    ///   throws.
    public func lookAtAccount(
      at hosts: VenueHosts, _ credentials: consuming sending Credentials, checking symbol: String,
      authority: String? = nil, check: () throws -> Void = {}
    ) throws -> AccountFinding {
      let begin = beginAccount
      let key = Mutex<Credentials?>(credentials)
      return try Self.look(at: [hosts.rest], authority: authority, check) { world, found in
        guard let credentials = key.withLock({ $0.take() }) else {
          preconditionFailure("VenueEntry.lookAtAccount: the key was given out before")
        }
        return try begin(hosts, credentials, symbol, world) { found.completeWith($0) }
      }
    }

    /// Begins something in a world of its own, and waits for what it finds.
    /// - Parameter begin: returns what has to be kept until then.
    private static func look<Finding: Sendable>(
      at addresses: [String], authority: String?, _ check: () throws -> Void,
      _ begin: @escaping @Sendable (any VenueWorld, EventLoopPromise<Finding>) throws -> AnyObject
    ) throws -> Finding {
      let isSecure = try addresses.contains { try VenueAddress($0).isSecure }
      let transport = try SecureTransport(isNeeded: isSecure, authority: authority)
      let thread = NetworkThread()
      defer { thread.end() }
      let loop = thread.loop
      let found = loop.makePromise(of: Finding.self)
      loop.execute {
        do {
          let kept = NIOLoopBound(try begin(LoopWorld(thread, transport), found), eventLoop: loop)
          found.futureResult.whenComplete { _ in withExtendedLifetime(kept) {} }
        } catch {
          found.fail(error)
        }
      }
      return try thread.wait(for: found, check)
    }
  }
#endif
