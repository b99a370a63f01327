/// The other side: the simulated exchange with its market, its connections, and what it does wrong. It
/// lives on while processes die.

import Dialects
import ExchangeServer
import Exchanges
import TradingCore

final class VenueSide {
  let stage: Stage
  private(set) var desk: ExchangeDesk
  private var random: RandomSource
  private var sockets: [Int: SimulatedSocket] = [:]
  /// Nobody gets in before this moment.
  private var closedUntil = Timestamp.distantPast
  /// How far its clock is off.
  private(set) var skew = Interval.zero
  /// The book it answered with last, for when it is to be stale.
  private var lastBook: VenueResponse?
  private let market: MarketGenerator
  private var facts = EventBatch()
  private var place = 0
  /// A report that comes after the next one.
  private var lateReport: (socket: SimulatedSocket, text: [UInt8])?
  /// Payments into and out of the account beside its orders.
  private(set) var transfers = 0

  static let key = String(repeating: "k", count: 64)
  static let secret = String(repeating: "s", count: 64)
  private static let beat = Interval.milliseconds(50)

  init(_ stage: Stage, _ settings: SimulationSettings) throws {
    self.stage = stage
    random = stage.random("venue")
    market = try MarketGenerator(settings.market)
    var limits = LimitSettings()
    limits.ban = .milliseconds(3_000)
    let account = AccountSettings(
      apiKey: Self.key, credential: .secret(Array(Self.secret.utf8)), balances: settings.balances)
    let preamble: [EventBody] = [
      .configure(Configure(.account, value: Int64(AccountKind.spot.rawValue))),
      .configure(Configure(.fillRule, value: Int64(FillRule.bookConservative.rawValue))),
      .fee(FeeSchedule(instrument: .none, maker: 100_000, taker: 100_000, currency: .received)),
    ]
    desk = try ExchangeDesk(
      accounts: [account], preamble: preamble.map { Event(receiveTime: stage.now, $0) },
      limits: limits, at: stage.now)
    showMarket()
    goOn()
  }

  /// The exchange's own clock.
  private var now: Timestamp { stage.now + skew }

  /// Lets go of every connection: each holds this side too.
  func forgetAll() {
    sockets.removeAll()
    lateReport = nil
  }

  /// How long a frame takes on its way.
  func latency() -> Interval {
    Interval(nanoseconds: random.integer(in: 200_000...3_000_000))
  }

  // MARK: The market

  /// Hands the market's next facts to the desk as they become due.
  private func showMarket() {
    while let fact = nextFact() {
      let due = fact.receiveTime
      guard due <= stage.now else {
        return stage.timeline.at(due) { [unowned self] in showMarket() }
      }
      place += 1
      var event = fact
      event.receiveTime = fact.receiveTime + skew
      if !fact.venueTime.isNone { event.venueTime = fact.venueTime + skew }
      desk.receive(event, at: now)
      deliver()
    }
  }

  private func nextFact() -> Event? {
    while place == facts.events.count {
      place = 0
      guard (try? market.next(into: &facts)) == true else { return nil }
    }
    return facts.events[place]
  }

  private func goOn() {
    stage.timeline.after(Self.beat) { [unowned self] in
      desk.tick(at: now)
      deliver()
      goOn()
    }
  }

  // MARK: Connections

  /// A client wants a connection.
  func open(_ socket: SimulatedSocket, path: String) {
    let isRefused = stage.strikes(.refuse)
    stage.timeline.after(latency()) { [self] in
      guard !isRefused, stage.now >= closedUntil,
        let id = desk.connect(path: path, query: "", from: "client", at: now)
      else { return socket.carryClosed("refused") }
      socket.connection = id
      sockets[id] = socket
      socket.carryOpened()
      deliver()
    }
  }

  func hangUp(_ socket: SimulatedSocket) {
    guard let id = socket.connection else { return }
    sockets[id] = nil
    socket.connection = nil
    desk.disconnect(id)
  }

  func receivePong(on socket: SimulatedSocket) {
    if let id = socket.connection { desk.receivePong(on: id, at: now) }
  }

  func receive(_ text: [UInt8], on socket: SimulatedSocket) {
    guard let id = socket.connection else { return }
    let healthy = desk.faults
    if socket.isAccount { desk.faults = mishapsOfAnswer(healthy) }
    desk.receive(text: text, on: id, at: now)
    desk.faults = healthy
    deliver()
  }

  /// What becomes of the answer that comes next.
  private func mishapsOfAnswer(_ healthy: FaultPlan) -> FaultPlan {
    let names: [(Mishap, String)] = [
      (.lostAck, "lost-ack"), (.serverError, "error"), (.ban, "ban"),
      (.lateAck, "late-ack,milliseconds=\(random.integer(in: 20...4_000))"),
    ]
    let struck = names.filter { stage.strikes($0.0) }
    return struck.isEmpty ? healthy : FaultPlan(struck.compactMap { Fault($0.1 + ",times=1") })
  }

  /// Sends what the desk wants sent.
  private func deliver() {
    for delivery in desk.takeDeliveries() {
      if let mark = delivery.mark { desk.left(mark) }
      guard let socket = sockets[delivery.connection] else { continue }
      switch delivery.action {
      case .text(let bytes): carry(bytes, to: socket, after: delivery.delay)
      case .ping: socket.carryPing()
      case .close(let code):
        sockets[delivery.connection] = nil
        socket.connection = nil
        socket.carryClosed("closed with \(code)", after: delivery.delay)
      }
    }
  }

  private func carry(_ bytes: [UInt8], to socket: SimulatedSocket, after given: Interval) {
    if !socket.isAccount, stage.strikes(.gap) { return }
    if stage.strikes(.halfOpen) { socket.isHalfOpen = true }
    if stage.strikes(.reset) { return cut(socket) }
    var (text, delay) = (bytes, given)
    if stage.strikes(.delay) { delay = delay + .milliseconds(random.integer(in: 50...3_000)) }
    if stage.strikes(.truncate) { text = Array(text.prefix(text.count / 2)) }
    let isReport = socket.isAccount && !text.starts(with: Array(#"{"id""#.utf8))
    if isReport, lateReport == nil, stage.strikes(.lateReport) {
      lateReport = (socket, text)
      return stage.timeline.after(.milliseconds(400)) { [unowned self] in releaseReport() }
    }
    socket.carry(text, after: delay)
    if stage.strikes(isReport ? .duplicateReport : .duplicate) { socket.carry(text, after: delay) }
    if isReport { releaseReport() }
  }

  /// Sends the report that was held back behind the one that followed it.
  private func releaseReport() {
    guard let (socket, text) = lateReport else { return }
    lateReport = nil
    socket.carry(text, after: .zero)
  }

  /// The connection breaks in the middle of a frame.
  private func cut(_ socket: SimulatedSocket) {
    hangUp(socket)
    socket.carryClosed("reset")
  }

  // MARK: Questions over HTTP

  func ask(
    _ request: VenueRequest, path: String, then: @escaping (VenueResponse?) -> Void
  ) {
    guard case .http(let method, let target, let headers, let body) = request.payload else {
      preconditionFailure("VenueSide: \(request.name) is no HTTP request")
    }
    let isLost = stage.strikes(.lostAnswer)
    let parts = (path + target).split(separator: "?", maxSplits: 1).map(String.init)
    let call = HTTPCall(
      method: method.rawValue, path: String(parts[0].dropFirst(0)),
      query: Array((parts.count > 1 ? parts[1] : "").utf8), body: body,
      headers: Dictionary(
        headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first }),
      address: "client")
    stage.timeline.after(latency()) { [self] in
      let response = stage.now < closedUntil ? nil : respond(to: call)
      let wait = isLost || response == nil ? Interval.milliseconds(10_000) : latency()
      stage.timeline.after(wait) { then(isLost ? nil : response) }
    }
  }

  private func respond(to call: HTTPCall) -> VenueResponse? {
    let answer = desk.answer(call, at: now)
    deliver()
    let response = VenueResponse(
      status: answer.status, headers: answer.headers.map { HTTPHeader($0.name, $0.value) },
      body: answer.body)
    guard call.path.hasSuffix("/depth") else { return response }
    defer { lastBook = response }
    return stage.strikes(.staleSnapshot) ? lastBook ?? response : response
  }

  // MARK: What it does wrong by itself

  /// Everybody is thrown out and nobody gets in for a while.
  func maintain(for span: Interval) {
    closedUntil = stage.now + span
    for id in sockets.keys.sorted() {
      if let socket = sockets[id] { cut(socket) }
    }
  }

  func setClock(by step: Interval) {
    skew = skew + step
    stage.mix(UInt64(bitPattern: skew.nanoseconds))
  }

  /// Pays into the account, or out of it.
  func transfer(_ asset: String, _ delta: String) {
    let body = Array(#"{"asset":"\#(asset)","delta":"\#(delta)"}"#.utf8)
    let answer = desk.answer(
      HTTPCall(method: "POST", path: "/control/balance", body: body), at: now)
    if answer.status == 200 { transfers += 1 }
    deliver()
  }

  /// Everything works again: what was half open is known to be broken.
  func heal() {
    closedUntil = .distantPast
    skew = .zero
    for id in sockets.keys.sorted() {
      if let socket = sockets[id], socket.isHalfOpen { cut(socket) }
    }
  }
}
