/// Both ends of one simulated WebSocket. Frames take time, keep their order within a direction as TCP
/// keeps it, and go through whatever mishaps strike.

import Dialects
import Exchanges
import TradingCore

final class SimulatedSocket: WorldSocket {
  private let world: SimulatedWorld
  private let venue: VenueSide
  private let link: LinkID
  private weak var listener: (any SocketListener)?
  let isAccount: Bool
  /// The exchange's number for it; `nil` before it is open and after its end there.
  var connection: Int?
  /// Whether the client has let go of it.
  private(set) var isClosed = false
  /// Whether what is sent on it is lost both ways, and neither end has noticed.
  var isHalfOpen = false
  /// When the last frame arrives, by direction.
  private var lastArrival = (toClient: Timestamp.distantPast, toVenue: Timestamp.distantPast)

  init(
    _ world: SimulatedWorld, _ venue: VenueSide, _ link: LinkID, _ listener: any SocketListener,
    isAccount: Bool
  ) {
    (self.world, self.venue, self.link, self.listener) = (world, venue, link, listener)
    self.isAccount = isAccount
  }

  // MARK: The client's end

  func send(_ text: [UInt8]) {
    guard !isClosed, world.isAlive else { return }
    if isAccount { world.watch(text) }
    world.stage.mix(text)
    guard !isHalfOpen else { return }
    arriveAtVenue { $0.receive(text, on: self) }
  }

  /// No venue of ours wants a ping.
  func ping() {}

  func pong() {
    guard !isClosed, !isHalfOpen else { return }
    arriveAtVenue { $0.receivePong(on: self) }
  }

  func close() {
    guard !isClosed else { return }
    isClosed = true
    arriveAtVenue { $0.hangUp(self) }
  }

  /// The process has died: its system ends the connection, unless that is not heard either.
  func vanish() {
    isClosed = true
    if !isHalfOpen { arriveAtVenue { $0.hangUp(self) } }
  }

  private func arriveAtVenue(_ body: @escaping (VenueSide) -> Void) {
    let time = max(world.stage.now + venue.latency(), lastArrival.toVenue + .nanosecond)
    lastArrival.toVenue = time
    let venue = venue
    world.stage.timeline.at(time) { body(venue) }
  }

  // MARK: The venue's end

  /// A frame is on its way to the client.
  func carry(_ text: [UInt8], after delay: Interval) {
    arriveAtClient(after: delay) { socket, listener in
      socket.world.stage.mix(text)
      listener.received(text.span, on: socket.link)
    }
  }

  func carryOpened() { arriveAtClient(after: .zero) { $1.opened($0.link) } }

  func carryPing() { arriveAtClient(after: .zero) { $1.pinged($0.link) } }

  /// The end is on its way; nothing is behind it.
  func carryClosed(_ reason: String, after delay: Interval = .zero) {
    isHalfOpen = false
    arriveAtClient(after: delay) { socket, listener in
      socket.isClosed = true
      listener.closed(socket.link, reason: reason)
    }
  }

  private func arriveAtClient(
    after delay: Interval, _ body: @escaping (SimulatedSocket, any SocketListener) -> Void
  ) {
    guard !isHalfOpen else { return }
    let time = max(
      world.stage.now + delay + venue.latency(), lastArrival.toClient + .nanosecond)
    lastArrival.toClient = time
    world.stage.timeline.at(time) { [self] in
      guard world.isAlive, !isClosed, let listener else { return }
      body(self, listener)
    }
  }
}

extension Interval {
  /// The least there is.
  static let nanosecond = Interval(nanoseconds: 1)

  static func milliseconds(_ count: Int64) -> Interval {
    Interval(nanoseconds: count * 1_000_000)
  }
}
