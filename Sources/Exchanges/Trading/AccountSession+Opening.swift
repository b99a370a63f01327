/// How an account's session begins: the venue's clock, the connection, what the account holds; and its end.

#if Live
  internal import Dialects
  internal import NIOCore
  internal import TradingCore

  extension AccountSession where Dialect: ~Copyable {
    /// Looks at the venue's clock, connects, and asks what the account holds.
    /// - Parameter isUnwanted: asked until then; the opening fails when it says so.
    /// - Returns: definitions of assets the journal did not have, and every balance, as facts.
    func open(unless isUnwanted: @escaping @Sendable () -> Bool) -> EventLoopFuture<[Event]> {
      self.isUnwanted = isUnwanted
      let promise = loop.makePromise(of: [Event].self)
      opening = promise
      let session = NIOLoopBound(self, eventLoop: loop)
      lookAtClock().whenComplete { result in
        switch result {
        case .failure(let error): session.value.failOpening(error)
        case .success: session.value.connect()
        }
      }
      return promise.futureResult
    }

    func connect() {
      do {
        let address = try VenueAddress(dialect.address(of: .account))
        let follow = try followRequest()
        let connection = VenueConnection(
          address, [follow], dialect.connectionRules, transport, on: loop, owner: self,
          renewing: { [weak self] _ in try? self?.followRequest() })
        self.connection = connection
        connection.start()
      } catch { failOpening(error) }
      let session = NIOLoopBound(self, eventLoop: loop)
      heartbeat = loop.scheduleRepeatedTask(initialDelay: Self.beat, delay: Self.beat) { _ in
        session.value.tick()
      }
    }

    func followRequest() throws(DialectError) -> VenueRequest {
      try dialect.request(
        .followAccount, id: Self.followID, over: .webSocket,
        at: clock.venueTime(at: WallClock.now))
    }

    func failOpening(_ error: any Error) {
      opening?.fail(error)
      opening = nil
    }

    func close() {
      failOpening(ExchangesError.answer("the session was closed"))
      heartbeat?.cancel()
      connection?.stop()
      connection = nil
    }

    func lookAtClock() -> EventLoopFuture<Void> {
      let session = NIOLoopBound(self, eventLoop: loop)
      let asked = WallClock.now
      clock.looks(at: asked)
      do throws(DialectError) {
        let request = try dialect.request(.time, id: 0, over: .http, at: asked)
        return rest.send(request).map { session.value.readClock($0, asked) }
      } catch { return loop.makeFailedFuture(error) }
    }

    func readClock(_ response: VenueResponse, _ asked: Timestamp) {
      var answer = FrameBatch()
      let now = WallClock.now
      guard (try? dialect.answer(response, to: .time, at: now, into: &answer)) == .done else {
        return
      }
      if let news = clock.sample(sent: asked, received: now, venue: answer.venueTime) {
        announce(news)
      }
    }

    func finishOpening(_ outcome: VenueOutcome, at time: Moment) {
      guard outcome == .done else {
        return failOpening(
          ExchangesError.answer(
            "the venue does not say what the account holds: \(Self.words(outcome))"))
      }
      opening?.succeed(
        openingFacts
          + batch.statements.map {
            Event(receiveTime: time.wall, venueTime: $0.time, .balance($0.balance))
          })
      opening = nil
      machine.connected(at: time)
    }
  }
#endif
