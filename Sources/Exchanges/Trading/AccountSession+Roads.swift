/// Which way a request leaves: the usual one, or over HTTP while the account's link is away.
///
/// A link can be away for long while the venue still answers over HTTP. What takes orders back must not wait
/// for it, least of all at a run's end, when nobody is there behind it. New orders do wait: of what becomes
/// of them nothing would be heard.

internal import Dialects
internal import TradingCore

/// A request that waits for those before it.
struct HTTPTurn {
  let request: VenueRequest
  let then: (VenueResponse?) -> Void
}

extension AccountSession where Dialect: ~Copyable {
  /// How an action leaves now.
  func road(of action: VenueAction) -> VenueTransport {
    let usual = dialect.transport(of: action)
    guard usual == .webSocket, connection?.carrier == nil, action.needsNoReports,
      dialect.isTakenOverHTTP(action)
    else { return usual }
    return .http
  }

  /// Sends a request by the road it is made for.
  /// - Returns: false, and nothing was sent, where a frame finds no connection.
  func send(_ request: VenueRequest) -> Bool {
    if case .frame(let bytes) = request.payload { return connection?.send(bytes) == true }
    askOverHTTP(request) { [weak self] response in
      guard let self, let question = pending.removeValue(forKey: request.id) else { return }
      answer(response, to: question, at: world.moment)
      flush()
    }
    return true
  }

  /// Asks over HTTP; in turn, where the venue wants requests in the order they were signed. Two that are under
  /// way at once may arrive the other way round, and the one with the lower number is refused.
  func askOverHTTP(_ request: VenueRequest, then: @escaping (VenueResponse?) -> Void) {
    guard dialect.isAskedInTurn else {
      return world.ask(request, of: rest) { then(try? $0.get()) }
    }
    line.append(HTTPTurn(request: request, then: then))
    askNext()
  }

  /// Lets the next in line leave. A question that was given up meanwhile never does; one that hangs holds up the
  /// others for a while only.
  private func askNext() {
    line.removeAll { $0.request.id != Self.logOnID && pending[$0.request.id] == nil }
    guard turn == nil, !line.isEmpty else { return }
    let next = line.removeFirst()
    pending[next.request.id]?.deadline = world.steady + Self.answerPatience
    let late = world.later(Self.turnPatience) { [weak self] in self?.endTurn() }
    turn = late
    world.ask(next.request, of: rest) { [weak self] result in
      guard let self else { return }
      next.then(try? result.get())
      if turn === late { endTurn() }
    }
  }

  private func endTurn() {
    turn?.cancel()
    turn = nil
    askNext()
  }
}
