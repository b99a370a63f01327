/// A venue's past that a test makes up, and a world in which waits take no time.

#if Live
  import Dialects
  import TradingCore

  @testable import Exchanges

  /// A world that answers from a script. Its clock moves to whatever is due next.
  final class PastWorld: VenueWorld {
    private typealias Timer = HandMovedWorld.Timer
    typealias Answer = Result<VenueResponse, ExchangesError>

    private(set) var wall = Timestamp(nanoseconds: 1_701_000_000_000_000_000)
    private var timers: [Timer] = []
    /// What was asked, oldest first, and when.
    private(set) var asked: [(target: String, time: Timestamp)] = []
    /// Answers to a path with its parameters.
    var answer: (_ path: String, _ parameters: [String: String]) -> Answer = { _, _ in
      .failure(.unreachable(address: "nowhere", reason: "nobody is there"))
    }

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
      preconditionFailure("PastWorld.open: a download opens no socket")
    }

    func ask(
      _ request: VenueRequest, of address: VenueAddress, then: @escaping (Answer) -> Void
    ) {
      guard case .http(_, let target, _, _) = request.payload else { return }
      asked.append((target, wall))
      let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
      var parameters: [String: String] = [:]
      for item in parts.count > 1 ? parts[1].split(separator: "&") : [] {
        let pair = item.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
        parameters[pair[0]] = pair[1]
      }
      let answer = answer(parts[0], parameters)
      _ = later(Interval(nanoseconds: 10_000_000)) { then(answer) }
    }

    /// Calls what is due next, at its time.
    /// - Returns: whether anything was.
    func step() -> Bool {
      guard let next = timers.indices.min(by: { timers[$0].due < timers[$1].due }) else {
        return false
      }
      let timer = timers.remove(at: next)
      wall = max(wall, timer.due)
      timer.body?()
      return true
    }

    static func text(_ body: String, status: Int = 200, headers: [HTTPHeader] = []) -> Answer {
      .success(VenueResponse(status: status, headers: headers, body: Array(body.utf8)))
    }
  }

  /// A Binance of the past: candles of a minute by symbol, told as Binance tells them unless a test spoils it.
  final class PastBinance {
    /// Minutes since 1970 that have a candle, by symbol.
    var minutes: [String: [Int64]] = [:]
    /// Candles in one answer at most.
    var most = 1_000
    /// What its requests of a minute may weigh.
    var weight = 6_000
    /// Prices as texts, by minute.
    var price: (Int64) -> String = { "\(100 + $0 % 50).25" }
    /// What becomes of an answer's rows.
    var spoil: ([String]) -> [String] = { $0 }
    /// What comes instead of the answer to a question, counted from 0 over all that were asked.
    var instead: (Int) -> PastWorld.Answer? = { _ in nil }
    /// How far its clock is behind.
    var delay = Interval.zero
    private var count = 0

    func attach(to world: PastWorld) {
      world.answer = { [unowned world] path, parameters in
        defer { self.count += 1 }
        return self.instead(self.count) ?? self.answer(path, parameters, at: world.wall)
      }
    }

    private func answer(
      _ path: String, _ parameters: [String: String], at time: Timestamp
    ) -> PastWorld.Answer {
      let now = (time - delay).nanoseconds / 1_000_000
      if path.hasSuffix("/time") { return PastWorld.text(#"{"serverTime":\#(now)}"#) }
      if path.hasSuffix("/exchangeInfo") { return PastWorld.text(information(now)) }
      let start = Int64(parameters["startTime"] ?? "") ?? 0
      let end = Int64(parameters["endTime"] ?? "") ?? now
      let isDaily = parameters["interval"] == "1d"
      let minutes = minutes[parameters["symbol"] ?? ""] ?? []
      let starts = isDaily ? Set(minutes.map { $0 / 1_440 * 1_440 }).sorted() : minutes
      let rows = starts.filter { (start...end).contains($0 * 60_000) }.prefix(most)
        .map { row($0, minutes: isDaily ? 1_440 : 1) }
      return PastWorld.text("[" + (isDaily ? rows : spoil(rows)).joined(separator: ",") + "]")
    }

    private func row(_ minute: Int64, minutes: Int64) -> String {
      let price = price(minute)
      return
        #"[\#(minute * 60_000),"\#(price)","\#(price)","\#(price)","\#(price)","1.5",\#((minute + minutes) * 60_000 - 1),"0",1,"0","0","0"]"#
    }

    private func information(_ now: Int64) -> String {
      let symbols = minutes.keys.sorted().map { symbol in
        #"{"symbol":"\#(symbol)","status":"TRADING","baseAsset":"\#(symbol.dropLast(4))","quoteAsset":"\#(symbol.suffix(4))","baseCommissionPrecision":8,"quoteCommissionPrecision":8,"filters":["#
          + #"{"filterType":"PRICE_FILTER","minPrice":"0.01","maxPrice":"100000.00","tickSize":"0.01"},"#
          + #"{"filterType":"LOT_SIZE","minQty":"0.001","maxQty":"9000.0","stepSize":"0.001"}]}"#
      }
      return
        #"{"timezone":"UTC","serverTime":\#(now),"rateLimits":[{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":\#(weight)}],"symbols":[\#(symbols.joined(separator: ","))]}"#
    }
  }
#endif
