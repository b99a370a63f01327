/// The life of a connection to a venue, for every venue: open, subscribe at the allowed pace, notice
/// silence, replace it before its time is up, and try again after a loss. It opens no socket and reads no
/// clock: what happens comes in as a call with its time, what is to be done comes out as actions.
///
///     start → connecting → subscribing → live ──(age, announced shutdown)──▶ a second link: connecting →
///               ▲                          │                                  subscribing → live → the
///               └──── back-off ◀── lost ◀──┘ (closed, silent)                 first one is closed
///
/// Nothing is lost between two links if their frames do not mix: those of the carrier go on as they come,
/// those of its successor are kept until `replaced` and go on then. The two overlap for `overlap`, so what
/// is kept begins before the carrier's end, and `MarketIntake` drops what comes twice.

public import TradingCore

/// A socket's number, counted up from 1 and never reused.
public typealias LinkID = UInt32

/// What a venue allows and expects of a connection.
public struct ConnectionRules: Equatable, Sendable {
  /// A link must open and be subscribed in this time each.
  public var patience = Interval(nanoseconds: 10_000_000_000)
  /// A link that brings nothing, not even a ping, for so long is dead.
  public var silence = Interval(nanoseconds: 70_000_000_000)
  /// A link that has carried for so long was a success, and the next loss waits as the first did. Less
  /// than this, and a venue that takes a link only to drop it is tried ever more seldom.
  public var probation = Interval(nanoseconds: 30_000_000_000)
  /// The venue closes a link of this age.
  public var greatestAge = Interval.day
  /// How long before that its successor is opened.
  public var renewal = Interval(nanoseconds: 600_000_000_000)
  /// How long a successor lives beside its predecessor, so that what is under way on one has come on both.
  public var overlap = Interval(nanoseconds: 2_000_000_000)
  /// Messages a link may send in any second, pongs included; one is kept free for a pong.
  public var messagesPerSecond = 5
  /// Send a ping after this silence of ours; `nil` where the venue pings.
  public var keepAlive: Interval?

  /// A venue's that sends a heartbeat every second, and takes so many messages of a link in any.
  public static func beating(messagesPerSecond: Int) -> ConnectionRules {
    var rules = ConnectionRules()
    rules.silence = Interval(nanoseconds: 15_000_000_000)
    rules.messagesPerSecond = messagesPerSecond
    return rules
  }

  /// Binance spot's: pings every 20 s, 24 h, 5 messages a second (web-socket-streams.md).
  public init() {}
}

/// What the machine wants done.
public enum ConnectionAction: Equatable, Sendable {
  /// Open a socket to the venue.
  case connect(LinkID)
  /// Send the request with this index of `requests`.
  case send(LinkID, request: Int)
  /// Send the venue's kind of ping.
  case ping(LinkID)
  /// Answer a ping with its own payload.
  case pong(LinkID)
  /// Close the socket; nothing that still comes from it matters.
  case close(LinkID)
  /// The connection carries everything now: journal `connected`.
  case connected(LinkID)
  /// Another link carries everything now: what it brought until now goes to the journal first. Nothing
  /// was lost.
  case replaced(LinkID, by: LinkID)
  /// Nothing is carried any more: journal `disconnected`, every stream has a gap.
  case lost
  /// The venue does not take this request; the others go on.
  case refused(request: Int)
}

/// One connection. Requests are known by index and by the id that the venue answers with.
public struct ConnectionMachine: Equatable, Sendable {
  private let rules: ConnectionRules
  /// The ids of the requests that make a link complete, in the order they are sent.
  private let requests: [Int64]
  private var backOff: BackOff
  private var primary: Link?
  private var successor: Link?
  /// When the next link may be tried; `nil` while none is wanted.
  private var retryAt: Timestamp?
  private var lastID: LinkID = 0
  /// Whether `connected` was said and not taken back by `lost`.
  private var isConnected = false
  private var isRunning = false

  /// - Parameters:
  ///   - requests: ids of the subscriptions that every link makes.
  ///   - seed: of the back-off's jitter.
  public init(requests: [Int64], rules: ConnectionRules = .init(), seed: UInt64) {
    precondition(rules.messagesPerSecond >= 2, "ConnectionMachine: no room for a pong")
    self.requests = requests
    self.rules = rules
    backOff = BackOff(seed: seed)
  }

  /// The link that data is expected from; `nil` while there is none.
  public var carrier: LinkID? { isConnected ? primary?.id : nil }

  /// Begins.
  public mutating func start(at time: Timestamp) -> [ConnectionAction] {
    guard !isRunning else { return [] }
    isRunning = true
    return connect(at: time)
  }

  /// Ends: closes what is open. `lost` is not said, for nobody waits any more.
  public mutating func stop() -> [ConnectionAction] {
    let open = [primary, successor].compactMap { $0.map { ConnectionAction.close($0.id) } }
    (primary, successor, retryAt, isConnected, isRunning) = (nil, nil, nil, false, false)
    return open
  }

  /// A socket is open.
  public mutating func opened(_ id: LinkID, at time: Timestamp) -> [ConnectionAction] {
    guard var link = link(id), link.stage == .connecting else { return [] }
    link.enter(.subscribing, at: time)
    (link.openedAt, link.heardAt, link.spokeAt) = (time, time, time)
    put(link)
    return advance(id, at: time)
  }

  /// Anything came in. Cheap: called for every frame.
  public mutating func heard(_ id: LinkID, at time: Timestamp) {
    if primary?.id == id {
      primary?.heardAt = time
    } else if successor?.id == id {
      successor?.heardAt = time
    }
  }

  /// The venue sent a ping: answer at once. A pong counts as a message of ours.
  public mutating func pinged(_ id: LinkID, at time: Timestamp) -> [ConnectionAction] {
    guard var link = link(id) else { return [] }
    link.heardAt = time
    link.speak(at: time)
    put(link)
    return [.pong(id)]
  }

  /// The venue answered a request of ours.
  public mutating func answered(
    _ id: LinkID, request: Int64, isAccepted: Bool, at time: Timestamp
  ) -> [ConnectionAction] {
    guard var link = link(id), let place = link.unanswered.firstIndex(of: request) else {
      return []
    }
    link.unanswered.remove(at: place)
    link.heardAt = time
    put(link)
    var actions: [ConnectionAction] = []
    if !isAccepted, let index = requests.firstIndex(of: request) {
      actions.append(.refused(request: index))
    }
    return actions + advance(id, at: time)
  }

  /// The venue announced that it will close the link, or we want another: its successor is opened now.
  public mutating func announcedShutdown(_ id: LinkID, at time: Timestamp) -> [ConnectionAction] {
    guard primary?.id == id, primary?.stage == .live, successor == nil, retryAt == nil else {
      return []
    }
    return connect(at: time)
  }

  /// Another link is wanted for a reason that is no failure, such as another key: it is opened now, whatever
  /// was waited for, unless one is being opened. What failed before it says nothing of it.
  public mutating func renew(at time: Timestamp) -> [ConnectionAction] {
    guard isRunning, successor == nil, primary == nil || primary?.stage == .live else { return [] }
    backOff.succeeded()
    return connect(at: time)
  }

  /// When the carrier may send one more message at the earliest; `nil` while there is none.
  public func maySpeak(from time: Timestamp) -> Timestamp? {
    guard isConnected, let primary else { return nil }
    return primary.maySpeak(most: rules.messagesPerSecond - 1, from: time)
  }

  /// The carrier is to send a message that is none of `requests`; it counts as they do.
  /// - Returns: false where it may not yet.
  public mutating func speaks(at time: Timestamp) -> Bool {
    guard let due = maySpeak(from: time), due <= time else { return false }
    primary?.speak(at: time)
    return true
  }

  /// A socket was closed, by whomever, or did not open.
  public mutating func closed(_ id: LinkID, at time: Timestamp) -> [ConnectionAction] {
    guard link(id) != nil else { return [] }
    return drop(id, at: time)
  }
}

extension ConnectionMachine {
  /// When `tick` must be called at the latest; `nil` while nothing is waited for.
  public var nextWake: Timestamp? {
    let deadlines = [primary, successor].compactMap { $0 }.map { wake(of: $0) }
    return (deadlines + [retryAt].compactMap { $0 }).min()
  }

  /// Time has passed.
  public mutating func tick(at time: Timestamp) -> [ConnectionAction] {
    var actions: [ConnectionAction] = []
    for id in [primary?.id, successor?.id].compactMap({ $0 }) {
      actions += tick(id, at: time)
    }
    actions += takeOver(at: time)
    if let due = retryAt, time >= due { actions += connect(at: time) }
    return actions
  }

  private mutating func tick(_ id: LinkID, at time: Timestamp) -> [ConnectionAction] {
    guard let link = link(id) else { return [] }
    if time >= death(of: link) { return [.close(id)] + drop(id, at: time) }
    var actions = advance(id, at: time)
    if let renewal = renewalTime(of: link), time >= renewal, successor == nil, retryAt == nil {
      actions += connect(at: time)
    }
    if let keepAlive = rules.keepAlive, link.stage == .live, time >= link.spokeAt + keepAlive {
      var speaking = link
      speaking.speak(at: time)
      put(speaking)
      actions.append(.ping(id))
    }
    return actions
  }

  /// When a link is given up unless something happens.
  private func death(of link: Link) -> Timestamp {
    link.stage == .live ? link.heardAt + rules.silence : link.since + rules.patience
  }

  /// When the successor of the primary is due.
  private func renewalTime(of link: Link) -> Timestamp? {
    guard link.id == primary?.id, link.stage == .live else { return nil }
    return link.openedAt + rules.greatestAge - rules.renewal
  }

  /// When the successor takes over.
  private func takeOverTime(of link: Link) -> Timestamp? {
    link.id == successor?.id && link.stage == .live ? link.since + rules.overlap : nil
  }

  private func wake(of link: Link) -> Timestamp {
    var wake = min(death(of: link), takeOverTime(of: link) ?? .distantFuture)
    if successor == nil, retryAt == nil, let renewal = renewalTime(of: link) {
      wake = min(wake, renewal)
    }
    if let keepAlive = rules.keepAlive, link.stage == .live {
      wake = min(wake, link.spokeAt + keepAlive)
    }
    if link.stage == .subscribing, link.nextRequest < requests.count {
      wake = min(wake, link.maySpeak(most: rules.messagesPerSecond - 1, from: link.since))
    }
    return wake
  }

  /// Sends what may be sent and notices when a link is complete.
  private mutating func advance(_ id: LinkID, at time: Timestamp) -> [ConnectionAction] {
    guard var link = link(id), link.stage == .subscribing else { return [] }
    var actions: [ConnectionAction] = []
    while link.nextRequest < requests.count,
      link.maySpeak(most: rules.messagesPerSecond - 1, from: time) <= time
    {
      actions.append(.send(id, request: link.nextRequest))
      link.unanswered.append(requests[link.nextRequest])
      link.nextRequest += 1
      link.speak(at: time)
      // The venue's time to answer begins with the last request.
      link.since = time
    }
    let isComplete = link.nextRequest == requests.count && link.unanswered.isEmpty
    if isComplete { link.enter(.live, at: time) }
    put(link)
    return isComplete ? actions + complete(id) : actions
  }

  /// A link carries everything: it is the first, or it will take over.
  private mutating func complete(_ id: LinkID) -> [ConnectionAction] {
    guard primary?.id == id else { return [] }
    isConnected = true
    return [.connected(id)]
  }

  /// Lets the successor take over when it has lived beside its predecessor for long enough.
  private mutating func takeOver(at time: Timestamp) -> [ConnectionAction] {
    guard let old = primary, let next = successor, let due = takeOverTime(of: next), time >= due
    else { return [] }
    (primary, successor) = (next, nil)
    return [.replaced(old.id, by: next.id), .close(old.id)]
  }

  /// Whether a link was subscribed and brought something for as long as it takes to trust it.
  private func isProven(_ link: Link) -> Bool {
    link.stage == .live && link.heardAt - link.since >= rules.probation
  }

  /// Forgets a link and sees to another one.
  private mutating func drop(_ id: LinkID, at time: Timestamp) -> [ConnectionAction] {
    // A successor that is being tried has failures of its own.
    if let link = link(id), isProven(link), successor == nil, retryAt == nil {
      backOff.succeeded()
    }
    guard primary?.id == id else {
      successor = nil
      retryAt = time + backOff.next()
      return []
    }
    (primary, successor) = (successor, nil)
    // A successor that was complete has everything since before the end.
    if let next = primary, next.stage == .live { return [.replaced(id, by: next.id)] }
    let wasConnected = isConnected
    isConnected = false
    if primary == nil, retryAt == nil { retryAt = time + backOff.next() }
    return wasConnected ? [.lost] : []
  }

  private mutating func connect(at time: Timestamp) -> [ConnectionAction] {
    retryAt = nil
    lastID += 1
    let link = Link(lastID, at: time)
    if primary == nil { primary = link } else { successor = link }
    return [.connect(lastID)]
  }

  private func link(_ id: LinkID) -> Link? {
    primary?.id == id ? primary : successor?.id == id ? successor : nil
  }

  private mutating func put(_ link: Link) {
    if primary?.id == link.id { primary = link } else { successor = link }
  }
}
