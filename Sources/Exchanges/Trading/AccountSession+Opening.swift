/// How an account's session begins: the venue's clock, the connection, what the account holds; and its end.

internal import Dialects
package import TradingCore

extension AccountSession where Dialect: ~Copyable {
  /// Looks at the venue's clock, connects, and asks what the account holds.
  /// - Parameters:
  ///   - isUnwanted: asked until then; the opening fails when it says so.
  ///   - then: told definitions of assets the journal did not have, and every balance, as facts; or why
  ///     they cannot be had.
  package func open(
    unless isUnwanted: @escaping @Sendable () -> Bool,
    then: @escaping (Result<[Event], any Error>) -> Void
  ) {
    self.isUnwanted = isUnwanted
    opening = then
    lookAtClock { [weak self] failure in
      if let failure { self?.failOpening(failure) } else { self?.connect() }
    }
  }

  func connect() {
    guard connection == nil, opening != nil else { return }
    guard !keys.isEmpty else { return failOpening(Self.noKey) }
    do {
      let address = try VenueAddress(dialect.address(of: .account))
      let follow = try followRequest()
      let connection = VenueConnection(
        address, [follow], dialect.connectionRules, in: world, owner: self,
        renewing: { [weak self] _, link in self?.followRequest(on: link) })
      self.connection = connection
      connection.start()
    } catch { failOpening(error) }
    beatLater()
  }

  private func beatLater() {
    heartbeat = world.later(Self.beat) { [weak self] in
      self?.tick()
      if self?.heartbeat != nil { self?.beatLater() }
    }
  }

  func followRequest() throws(DialectError) -> VenueRequest {
    try dialect.request(
      .followAccount, id: Self.followID, over: .webSocket, at: clock.venueTime(at: world.now))
  }

  func failOpening(_ error: any Error) { endOpening(.failure(error)) }

  private func endOpening(_ result: Result<[Event], any Error>) {
    guard let then = opening else { return }
    opening = nil
    then(result)
  }

  package func close() {
    failOpening(ExchangesError.answer("the session was closed"))
    heartbeat?.cancel()
    heartbeat = nil
    connection?.stop()
    connection = nil
  }

  /// Asks for the venue's time.
  /// - Parameter then: told that the clock was looked at, or why nobody answered.
  func lookAtClock(then: @escaping ((any Error)?) -> Void = { _ in }) {
    let asked = world.now
    clock.looks(at: asked)
    do throws(DialectError) {
      let request = try dialect.request(.time, id: 0, over: .http, at: asked)
      world.ask(request, of: rest) { [weak self] result in
        switch result {
        case .success(let response):
          self?.readClock(response, asked)
          then(nil)
        case .failure(let error): then(error)
        }
      }
    } catch { then(error) }
  }

  func readClock(_ response: VenueResponse, _ asked: Timestamp) {
    var answer = FrameBatch()
    let now = world.now
    guard (try? dialect.answer(response, to: .time, at: now, into: &answer)) == .done else {
      return
    }
    let news = clock.sample(
      sent: asked, received: now, venue: answer.venueTime, resolution: answer.venueResolution)
    if let news {
      announce(news)
    }
  }

  func finishOpening(_ outcome: VenueOutcome, at time: Moment) {
    guard outcome == .done else {
      return failOpening(
        ExchangesError.answer(
          "the venue does not say what the account holds: \(Self.words(outcome))"))
    }
    endOpening(
      .success(
        openingFacts
          + batch.statements.map {
            Event(receiveTime: time.wall, venueTime: $0.time, .balance($0.balance))
          }))
    machine.connected(at: time)
  }
}
