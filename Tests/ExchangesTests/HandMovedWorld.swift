/// A world that a test moves by hand, for sessions whose questions go over HTTP.

#if Live
  import Dialects
  import TradingCore

  @testable import Exchanges

  /// A world of one venue: it answers at once, its sockets open at once, and time passes when told to.
  final class HandMovedWorld: VenueWorld {
    final class Timer: WorldTimer {
      let due: Timestamp
      var body: (() -> Void)?
      init(_ due: Timestamp, _ body: @escaping () -> Void) { (self.due, self.body) = (due, body) }
      func cancel() { body = nil }
    }

    final class Socket: WorldSocket {
      var sent: [String] = []
      var isClosed = false
      /// Called with each text, once it has left.
      var whenSent: () -> Void = {}
      func send(_ text: [UInt8]) {
        sent.append(String(decoding: text, as: UTF8.self))
        whenSent()
      }
      func ping() {}
      func pong() {}
      func close() { isClosed = true }
    }

    private var wall = Timestamp(nanoseconds: 1_762_820_224_000_000_000)
    private var timers: [Timer] = []
    var sockets: [Socket] = []
    private weak var listener: (any SocketListener)?
    /// Paths that were asked, oldest first, with the key's id, what was said and when.
    var asked: [(path: String, key: String, body: String, time: Timestamp)] = []
    /// Nonces of what was asked, in the order in which it came.
    var nonces: [UInt64] = []
    /// Last parts of paths that nobody answers.
    var unanswered: Set<String> = []
    /// Answers by the path's last part; the last one of a list stays. `%seconds` in one is the time.
    var answers: [String: [String]] = [:]
    /// Their statuses, likewise; 200 without one.
    var statuses: [String: [Int]] = [:]
    /// Every answer has them.
    var answerHeaders: [HTTPHeader] = []
    /// How long an answer takes.
    var wait = Interval.zero

    var moment: Moment { Moment(wall: wall, steady: wall) }
    var reading: ClockReading {
      ClockReading(wall: wall, elapsed: wall - Timestamp(nanoseconds: 0), uncertainty: .zero)
    }
    func chance() -> UInt64 { 7 }

    func later(_ wait: Interval, _ body: @escaping () -> Void) -> any WorldTimer {
      let timer = Timer(wall + wait, body)
      timers.append(timer)
      return timer
    }

    func open(
      _ address: VenueAddress, as link: LinkID, for listener: any SocketListener
    ) -> any WorldSocket {
      self.listener = listener
      let socket = Socket()
      sockets.append(socket)
      _ = later(.zero) { [weak listener] in listener?.opened(link) }
      return socket
    }

    func ask(
      _ request: VenueRequest, of address: VenueAddress,
      then: @escaping (Result<VenueResponse, ExchangesError>) -> Void
    ) {
      guard case .http(_, let target, let headers, let body) = request.payload else { return }
      let said = String(decoding: body, as: UTF8.self)
      // The first of a form's or of JSON's members.
      let nonce = said.drop { !$0.isNumber }.prefix { $0.isNumber }
      nonces += [UInt64(nonce)].compactMap { $0 }
      let name = String(target.split(separator: "/").last?.prefix { $0 != "?" } ?? "")
      asked.append((target, headers.first { $0.name == "API-Key" }?.value ?? "", said, wall))
      if unanswered.contains(name) { return }
      let text = answers[name]?.first ?? #"{"error":["EGeneral:Unknown method"]}"#
      if (answers[name]?.count ?? 0) > 1 { answers[name]?.removeFirst() }
      let status = statuses[name]?.first ?? 200
      if (statuses[name]?.count ?? 0) > 1 { statuses[name]?.removeFirst() }
      let told = text.replacing("%seconds", with: "\(wall.nanoseconds / 1_000_000_000)")
      let response = VenueResponse(
        status: status, headers: answerHeaders, body: Array(told.utf8))
      _ = later(wait) { then(.success(response)) }
    }

    /// Lets time pass in small steps, and calls what is due.
    func pass(milliseconds: Int64) {
      for _ in 0..<max(1, milliseconds / 10) {
        wall = wall + Interval(nanoseconds: 10_000_000)
        let due = timers.filter { $0.due <= wall }
        timers.removeAll { $0.due <= wall }
        for timer in due { timer.body?() }
      }
    }

    /// A text comes on the last link.
    func say(_ text: String) {
      let bytes = Array(text.utf8)
      listener?.received(bytes.span, on: LinkID(sockets.count))
    }

    func drop() { listener?.closed(LinkID(sockets.count), reason: "cut") }
  }
#endif
