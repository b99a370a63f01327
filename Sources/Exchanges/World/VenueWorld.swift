/// The world as an account's session, a recording and a connection meet it: clocks, timers, sockets,
/// questions over HTTP, and chance. They decide; here it happens. The real world is `LoopWorld`, an event
/// loop; a simulation has one of its own, and runs the same sessions in it.
///
/// Whoever lives in a world is called by it on one thread, never while another call of it goes on.

package import Dialects
package import TradingCore

/// What happens outside.
package protocol VenueWorld: AnyObject {
  /// Now, on both clocks.
  var moment: Moment { get }

  /// Both clocks, read together as closely as they can be.
  var reading: ClockReading { get }

  /// 64 bits nobody can foretell, for the jitter of waits.
  func chance() -> UInt64

  /// Calls `body` once, so much later; what happens to be late is called all the same.
  func later(_ wait: Interval, _ body: @escaping () -> Void) -> any WorldTimer

  /// Begins to open a WebSocket; what becomes of it is told to `listener`, which is not kept alive.
  func open(
    _ address: VenueAddress, as link: LinkID, for listener: any SocketListener
  ) -> any WorldSocket

  /// Asks over HTTP; the answer as it came, or `.unreachable` where none did.
  func ask(
    _ request: VenueRequest, of address: VenueAddress,
    then: @escaping (Result<VenueResponse, ExchangesError>) -> Void
  )
}

/// A call that is due later.
package protocol WorldTimer: AnyObject {
  /// It is not called any more; nothing happens when it was.
  func cancel()
}

/// One WebSocket. What cannot be sent is lost, as it is in a network.
package protocol WorldSocket: AnyObject {
  func send(_ text: [UInt8])
  func ping()
  /// Answers the last ping with its own payload.
  func pong()
  /// Closes it. Nothing is told any more.
  func close()
}

/// Who is told what happens to sockets.
package protocol SocketListener: AnyObject {
  func opened(_ link: LinkID)
  func received(_ text: Span<UInt8>, on link: LinkID)
  func pinged(_ link: LinkID)
  func ponged(_ link: LinkID)
  /// Closed by whomever, or never opened; why, where that is known. Nothing comes after it.
  func closed(_ link: LinkID, reason: String)
}

extension VenueWorld {
  /// The wall clock.
  package var now: Timestamp { moment.wall }
  /// The clock that waits are measured by.
  package var steady: Timestamp { moment.steady }
}
