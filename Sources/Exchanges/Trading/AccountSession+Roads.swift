/// Which way a request leaves: the usual one, or over HTTP while the account's link is away.
///
/// A link can be away for long while the venue still answers over HTTP. What takes orders back must not wait
/// for it, least of all at a run's end, when nobody is there behind it. New orders do wait: of what becomes
/// of them nothing would be heard.

internal import Dialects
internal import TradingCore

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
    let turn = takeTurn()
    world.ask(request, of: rest) { [weak self] result in
      guard let self else { return }
      if let question = pending.removeValue(forKey: request.id) {
        answer(try? result.get(), to: question, at: world.moment)
        flush()
      }
      endTurn(turn)
    }
    return true
  }
}
