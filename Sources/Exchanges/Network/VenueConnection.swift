/// A connection to a venue with its sockets: carries out what `ConnectionMachine` decides, and tells its
/// owner what came. The machine knows when; nothing is decided here. The machine's times are of the steady
/// clock, the owner's of the wall clock.

#if Live
  internal import Dialects
  internal import NIOCore
  internal import TradingCore

  /// Who reads what a connection brings.
  protocol VenueConnectionOwner: AnyObject {
    /// A frame came on a link.
    func receive(_ frame: Span<UInt8>, on link: LinkID, at time: Timestamp) -> FrameMeaning
    /// A link is about to subscribe and nothing is carried: books begin anew.
    func willSubscribe(at time: Timestamp)
    /// A link carries everything.
    func connected(at time: Timestamp)
    /// Another link carries everything, without a loss.
    func replaced(by link: LinkID)
    /// Nothing is carried any more.
    func lost(at time: Timestamp)
    /// A link is no more; why.
    func closed(_ link: LinkID, reason: String)
    /// The venue does not take a subscription.
    func refused(_ request: VenueRequest)
  }

  /// One connection, on one event loop.
  final class VenueConnection {
    private var machine: ConnectionMachine
    private let requests: [VenueRequest]
    private let address: VenueAddress
    private let transport: SecureTransport
    private let loop: any EventLoop
    private weak var owner: (any VenueConnectionOwner)?
    /// Makes a request anew when it is sent, where it has to be signed with the time.
    private let renew: ((Int) -> VenueRequest?)?
    private var sockets: [LinkID: VenueSocket] = [:]
    private var alarm: Scheduled<Void>?
    private var alarmTime: Timestamp?

    init(
      _ address: VenueAddress, _ requests: [VenueRequest], _ rules: ConnectionRules,
      _ transport: SecureTransport, on loop: any EventLoop, owner: any VenueConnectionOwner,
      renewing renew: ((Int) -> VenueRequest?)? = nil
    ) {
      self.renew = renew
      self.address = address
      self.requests = requests
      self.transport = transport
      self.loop = loop
      self.owner = owner
      machine = ConnectionMachine(
        requests: requests.map(\.id), rules: rules, seed: UInt64.random(in: 0...UInt64.max))
    }

    /// The link that data is expected from; `nil` while there is none.
    var carrier: LinkID? { machine.carrier }

    /// Sends a frame on the link that carries everything.
    /// - Returns: false, and nothing was sent, while there is none.
    func send(_ frame: [UInt8]) -> Bool {
      guard let carrier, let socket = sockets[carrier] else { return false }
      socket.send(frame)
      return true
    }

    func start() { carryOut(machine.start(at: WallClock.steady)) }

    /// Gives a link up as if its socket had closed; another is opened in its place, after a while.
    func abandon(_ link: LinkID) {
      sockets.removeValue(forKey: link)?.close()
      carryOut(machine.closed(link, at: WallClock.steady))
    }

    /// Closes everything; the owner hears nothing more.
    func stop() {
      owner = nil
      alarm?.cancel()
      carryOut(machine.stop())
    }

    private func happened(_ occurrence: VenueSocket.Occurrence, on link: LinkID) {
      let now = WallClock.steady
      switch occurrence {
      case .opened:
        if machine.carrier == nil { owner?.willSubscribe(at: WallClock.now) }
        carryOut(machine.opened(link, at: now))
      case .text(let buffer):
        machine.heard(link, at: now)
        read(buffer, on: link, at: now)
      case .pinged: carryOut(machine.pinged(link, at: now))
      case .ponged: machine.heard(link, at: now)
      case .closed(let reason):
        sockets[link] = nil
        owner?.closed(link, reason: reason)
        carryOut(machine.closed(link, at: now))
      }
    }

    private func read(_ buffer: ByteBuffer, on link: LinkID, at now: Timestamp) {
      switch owner?.receive(buffer.readableBytesUInt8Span, on: link, at: WallClock.now) {
      case .subscription(let id, let isAccepted):
        carryOut(machine.answered(link, request: id, isAccepted: isAccepted, at: now))
      case .shutdown: carryOut(machine.announcedShutdown(link, at: now))
      case .events, .counted, .reply, .accountEnded, nil: break
      }
    }

    private func carryOut(_ actions: [ConnectionAction]) {
      for action in actions { carryOut(action) }
      setAlarm()
    }

    private func carryOut(_ action: ConnectionAction) {
      switch action {
      case .connect(let link): open(link)
      case .send(let link, let request):
        if case .frame(let bytes) = (renew?(request) ?? requests[request]).payload {
          sockets[link]?.send(bytes)
        }
      case .ping(let link): sockets[link]?.ping()
      case .pong(let link): sockets[link]?.pong()
      case .close(let link): sockets.removeValue(forKey: link)?.close()
      case .connected: owner?.connected(at: WallClock.now)
      case .replaced(_, let link): owner?.replaced(by: link)
      case .lost: owner?.lost(at: WallClock.now)
      case .refused(let request): owner?.refused(requests[request])
      }
    }

    private func open(_ link: LinkID) {
      sockets[link] = VenueSocket.open(address, transport, on: loop) { [weak self] occurrence in
        self?.happened(occurrence, on: link)
      }
    }

    /// Wakes the machine when it wants to be. A wish that has moved on is noticed when it comes true.
    private func setAlarm() {
      guard let wake = machine.nextWake, wake != alarmTime else { return }
      alarm?.cancel()
      alarmTime = wake
      let connection = NIOLoopBound(self, eventLoop: loop)
      let delay = max(1_000_000, (wake - WallClock.steady).nanoseconds)
      alarm = loop.scheduleTask(in: .nanoseconds(delay)) { connection.value.ring() }
    }

    private func ring() {
      alarmTime = nil
      carryOut(machine.tick(at: WallClock.steady))
    }
  }
#endif
