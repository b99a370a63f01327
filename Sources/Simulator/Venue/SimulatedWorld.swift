/// The world of one simulated process: its clocks show virtual time, its timers are calls of the timeline,
/// its sockets lead to the simulated venue. It ends with the process: nothing of it is called any more.

import Dialects
import Exchanges
import TradingCore

final class SimulatedWorld: VenueWorld {
  let stage: Stage
  private let venue: VenueSide
  private(set) var isAlive = true
  private var random: RandomSource
  /// What the steady clock is ahead of true time: what the wall clock was when the process began.
  private let steadyOffset: Interval
  private var sockets: [SimulatedSocket] = []
  /// Called with each frame that leaves on an account's connection.
  var watch: ([UInt8]) -> Void = { _ in }

  /// - Parameter life: the process's number, from 1.
  init(_ stage: Stage, _ venue: VenueSide, life: Int) {
    (self.stage, self.venue) = (stage, venue)
    random = stage.random("world \(life)")
    steadyOffset = stage.clock.wall(stage.now) - stage.now
  }

  var moment: Moment {
    Moment(wall: stage.clock.wall(stage.now), steady: stage.now + steadyOffset)
  }

  var reading: ClockReading {
    ClockReading(
      wall: stage.clock.wall(stage.now), elapsed: stage.now - Stage.start, uncertainty: .zero)
  }

  func chance() -> UInt64 { random.next() }

  func later(_ wait: Interval, _ body: @escaping () -> Void) -> any WorldTimer {
    let timer = SimulatedTimer()
    stage.timeline.after(max(.zero, wait)) { [weak self] in
      guard let self, isAlive, !timer.isCanceled else { return }
      body()
    }
    return timer
  }

  func open(
    _ address: VenueAddress, as link: LinkID, for listener: any SocketListener
  ) -> any WorldSocket {
    let socket = SimulatedSocket(self, venue, link, listener, isAccount: address.path != "/stream")
    sockets.append(socket)
    venue.open(socket, path: address.path)
    return socket
  }

  func ask(
    _ request: VenueRequest, of address: VenueAddress,
    then: @escaping (Result<VenueResponse, ExchangesError>) -> Void
  ) {
    venue.ask(request, path: address.path) { [weak self] answer in
      guard self?.isAlive == true else { return }
      then(answer.map { .success($0) } ?? .failure(.unreachable(address: "venue", reason: "lost")))
    }
  }

  /// The process is no more.
  func end() {
    isAlive = false
    for socket in sockets { socket.vanish() }
    sockets.removeAll()
  }
}

private final class SimulatedTimer: WorldTimer {
  private(set) var isCanceled = false
  func cancel() { isCanceled = true }
}
