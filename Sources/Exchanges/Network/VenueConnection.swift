/// A connection to a venue with its sockets: carries out what `ConnectionMachine` decides, and tells its
/// owner what came. The machine knows when; nothing is decided here. The machine's times are of the steady
/// clock, the owner's of the wall clock.

internal import Dialects
internal import TradingCore

/// Who reads what a connection brings.
protocol VenueConnectionOwner: AnyObject {
  /// A frame came on a link.
  func receive(_ frame: Span<UInt8>, on link: LinkID, at time: Moment) -> FrameMeaning
  /// A link is about to subscribe and nothing is carried: books begin anew.
  func willSubscribe(at time: Timestamp)
  /// A link carries everything.
  func connected(at time: Moment)
  /// Another link carries everything, without a loss.
  func replaced(by link: LinkID)
  /// Nothing is carried any more.
  func lost(at time: Moment)
  /// A link is no more; why.
  func closed(_ link: LinkID, reason: String)
  /// The venue does not take a subscription.
  func refused(_ request: VenueRequest)
}

/// One connection, on one event loop.
final class VenueConnection: SocketListener {
  private var machine: ConnectionMachine
  private let requests: [VenueRequest]
  private let address: VenueAddress
  private let world: any VenueWorld
  private weak var owner: (any VenueConnectionOwner)?
  /// Makes a request anew when it is sent, where it has to be signed with the time; `nil` where it cannot be
  /// made any more, and then it is not sent.
  private let remake: ((Int, LinkID) -> VenueRequest?)?
  private var sockets: [LinkID: any WorldSocket] = [:]
  /// What waits for the venue's pace, the oldest first, and whom to tell when it has left.
  private var waiting: [(frame: [UInt8], sent: (() -> Void)?)] = []
  private var isSending = false
  private var alarm: (any WorldTimer)?
  private var alarmTime: Timestamp?

  init(
    _ address: VenueAddress, _ requests: [VenueRequest], _ rules: ConnectionRules,
    in world: any VenueWorld, owner: any VenueConnectionOwner,
    renewing remake: ((Int, LinkID) -> VenueRequest?)? = nil
  ) {
    self.remake = remake
    self.address = address
    self.requests = requests
    self.world = world
    self.owner = owner
    machine = ConnectionMachine(
      requests: requests.map(\.id), rules: rules, seed: world.chance())
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

  /// Sends a frame on the link that carries everything, as soon as there is one and the venue's pace allows
  /// it. What still waits when that link ends never leaves.
  /// - Parameter sent: told that it left.
  func send(paced frame: [UInt8], sent: (() -> Void)? = nil) {
    waiting.append((frame, sent))
    carryOut([])
  }

  /// A socket may close while it sends, and what waits is forgotten then: nothing is held across a send.
  private func sendWaiting() {
    guard !isSending else { return }
    isSending = true
    defer { isSending = false }
    while !waiting.isEmpty, let carrier, let socket = sockets[carrier],
      machine.speaks(at: world.steady)
    {
      let next = waiting.removeFirst()
      socket.send(next.frame)
      next.sent?()
    }
  }

  func start() { carryOut(machine.start(at: world.steady)) }

  /// Opens another link in the place of the one that carries everything, which goes on until then.
  func renew() {
    guard let carrier else { return }
    carryOut(machine.announcedShutdown(carrier, at: world.steady))
  }

  /// As `renew`, and without waiting for what had to be waited for.
  func renewAtOnce() { carryOut(machine.renew(at: world.steady)) }

  /// Gives a link up as if its socket had closed; another is opened in its place, after a while.
  func abandon(_ link: LinkID) {
    sockets.removeValue(forKey: link)?.close()
    carryOut(machine.closed(link, at: world.steady))
  }

  /// Closes everything; the owner hears nothing more.
  func stop() {
    owner = nil
    alarm?.cancel()
    carryOut(machine.stop())
  }

  // MARK: Sockets

  func opened(_ link: LinkID) {
    let time = world.moment
    if machine.carrier == nil { owner?.willSubscribe(at: time.wall) }
    carryOut(machine.opened(link, at: time.steady))
  }

  func pinged(_ link: LinkID) { carryOut(machine.pinged(link, at: world.steady)) }

  func ponged(_ link: LinkID) { machine.heard(link, at: world.steady) }

  func closed(_ link: LinkID, reason: String) {
    sockets[link] = nil
    owner?.closed(link, reason: reason)
    carryOut(machine.closed(link, at: world.steady))
  }

  func received(_ text: Span<UInt8>, on link: LinkID) {
    let time = world.moment
    let now = time.steady
    machine.heard(link, at: now)
    switch owner?.receive(text, on: link, at: time) {
    case .subscription(let id, let isAccepted):
      carryOut(machine.answered(link, request: id, isAccepted: isAccepted, at: now))
    case .shutdown: carryOut(machine.announcedShutdown(link, at: now))
    case .events, .counted, .reply, .accountEnded, nil: break
    }
  }

  private func carryOut(_ actions: [ConnectionAction]) {
    for action in actions { carryOut(action) }
    sendWaiting()
    setAlarm()
  }

  private func carryOut(_ action: ConnectionAction) {
    switch action {
    case .connect(let link): open(link)
    case .send(let link, let request):
      let wanted = remake.map { $0(request, link) } ?? requests[request]
      if case .frame(let bytes)? = wanted?.payload { sockets[link]?.send(bytes) }
    case .ping(let link): sockets[link]?.ping()
    case .pong(let link): sockets[link]?.pong()
    case .close(let link): sockets.removeValue(forKey: link)?.close()
    case .connected: owner?.connected(at: world.moment)
    case .replaced(_, let link):
      waiting.removeAll()
      owner?.replaced(by: link)
    case .lost:
      waiting.removeAll()
      owner?.lost(at: world.moment)
    case .refused(let request): owner?.refused(requests[request])
    }
  }

  private func open(_ link: LinkID) {
    sockets[link] = world.open(address, as: link, for: self)
  }

  /// Wakes the machine when it wants to be. A wish that has moved on is noticed when it comes true.
  private func setAlarm() {
    let now = world.steady
    let speech = waiting.isEmpty ? nil : machine.maySpeak(from: now)
    guard let wake = [machine.nextWake, speech].compactMap({ $0 }).min(), wake != alarmTime else {
      return
    }
    alarm?.cancel()
    alarmTime = wake
    let delay = max(1_000_000, (wake - now).nanoseconds)
    alarm = world.later(Interval(nanoseconds: delay)) { [weak self] in self?.ring() }
  }

  private func ring() {
    alarmTime = nil
    carryOut(machine.tick(at: world.steady))
  }
}
