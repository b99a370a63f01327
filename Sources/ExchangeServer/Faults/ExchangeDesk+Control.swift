/// The control endpoints, which no exchange has: faults, deposits, and what was sent.
///
/// `GET /control/sent` counts; `GET`, `POST` and `DELETE /control/faults` show, add and clear faults;
/// `POST /control/balance` pays in or out; `POST /control/start` opens a market that was held.

internal import TradingCore

extension ExchangeDesk {
  mutating func control(_ call: HTTPCall, at now: Timestamp) -> HTTPAnswer {
    do {
      switch (call.method, call.path) {
      case ("GET", "/control/sent"): return HTTPAnswer(200, sent)
      case ("GET", "/control/faults"): return HTTPAnswer(200, faultList)
      case ("DELETE", "/control/faults"):
        faults.removeAll()
        return HTTPAnswer(200, faultList)
      case ("POST", "/control/faults"):
        faults.add(try Fault(try Self.parameters(call)))
        return HTTPAnswer(200, faultList)
      case ("POST", "/control/start"):
        isHeld = false
        return HTTPAnswer(200, Array("{}".utf8))
      case ("POST", "/control/balance"):
        try pay(try Self.parameters(call), at: now)
        return HTTPAnswer(200, Array("{}".utf8))
      default: return HTTPAnswer(404, [])
      }
    } catch {
      return HTTPAnswer(error)
    }
  }

  /// Parameters of the query, a form, or a JSON object.
  private static func parameters(_ call: HTTPCall) throws(APIError) -> Parameters {
    guard call.body.first == UInt8(ascii: "{") else {
      return try Parameters(query: call.query, body: call.body)
    }
    return try Frame(Array(#"{"params":"#.utf8) + call.body + Array("}".utf8)).parameters
  }

  private mutating func pay(_ parameters: Parameters, at now: Timestamp) throws(APIError) {
    let trader = try trader(withKey: parameters["apiKey"] ?? traders.first?.key.id)
    guard let asset = names.asset(try parameters.required("asset")) else { throw .invalid("asset") }
    guard let delta = Decimal64(try parameters.required("delta"))?.rescaled(to: 8), delta.exact
    else {
      throw .invalid("delta")
    }
    let change = Money(units: Int128(delta.mantissa) * Int128(powerOfTen(Money.scale - 8)))
    let balance = traders[trader].venue.balance(asset) + change
    guard balance >= .zero else { throw .invalid("delta") }
    traders[trader].venue.observe(
      Event(receiveTime: now, .balance(AssetAmount(asset: asset, amount: balance))), at: now)
    traders[trader].updated = now
    let event = JSONText.object { json in
      json.set("e", "balanceUpdate")
      json.set("E", now.milliseconds)
      json.set("a", names.code(asset))
      json.set("d", change.text(decimals: Grid.decimals))
      json.set("T", now.milliseconds)
    }
    if hasListener(trader) { tell(trader, event) }
    tellBalances(trader, [asset], at: now)
  }

  // MARK: Reports

  /// What was sent, by connection and stream, in the order in which streams were first wanted.
  private var sent: [UInt8] {
    JSONText.object { json in
      json.set("streams", array: tallies) { json, row in
        json.object { json in
          json.set("connection", row.connection)
          json.set("stream", row.name)
          json.set("open", row.isOpen)
          json.set("count", row.tally.count)
          json.set("omitted", row.tally.omitted)
          json.set("digest", hexText(row.tally.digest))
        }
      }
    }
  }

  private struct TallyRow {
    var connection: Int
    var name: String
    var isOpen: Bool
    var tally: Tally
  }

  private var tallies: [TallyRow] {
    let ended = subscriptions.ended.map {
      TallyRow(connection: $0.connection, name: $0.name, isOpen: false, tally: $0.tally)
    }
    let open = subscriptions.all.map {
      TallyRow(connection: $0.connection, name: $0.name, isOpen: true, tally: $0.tally)
    }
    let users = connections.keys.sorted().flatMap { id in
      (connections[id]?.userStreams ?? []).map {
        TallyRow(connection: id, name: "user", isOpen: true, tally: $0.tally)
      }
    }
    return ended + open + users
  }

  private var faultList: [UInt8] {
    JSONText.array(faults.faults) { json, fault in
      json.object { json in
        json.set("fault", fault.kind.rawValue)
        json.set("every", fault.every)
        if fault.times != .max { json.set("times", fault.times) }
        json.set("milliseconds", fault.duration.nanoseconds / 1_000_000)
        if let stream = fault.stream { json.set("stream", stream) }
        json.set("occasions", fault.occasions)
        json.set("strikes", fault.strikes)
      }
    }
  }

  private func hexText(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}

extension Fault {
  /// A fault as the control endpoint takes it: `fault`, `every`, `times`, `milliseconds`, `stream`.
  init(_ parameters: Parameters) throws(APIError) {
    guard let kind = FaultKind(rawValue: try parameters.required("fault")) else {
      throw .invalid("fault")
    }
    self.init(kind)
    every = max(1, try parameters.integer("every") ?? 1)
    times = try parameters.integer("times") ?? .max
    if let text = parameters["milliseconds"] {
      guard let milliseconds = Int64(text), abs(milliseconds) < 1 << 40 else {
        throw .invalid("milliseconds")
      }
      duration = Interval(nanoseconds: milliseconds * 1_000_000)
    }
    stream = parameters["stream"]
  }

  /// A fault as the command line takes it: `gap,every=500,stream=btcusdt@trade`.
  /// - Returns: `nil` for text that is none.
  public init?(_ text: String) {
    let parts = text.split(separator: ",")
    var items = [Parameters.Item(name: "fault", value: parts.first.map(String.init) ?? "")]
    for part in parts.dropFirst() {
      let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard pair.count == 2, ["every", "times", "milliseconds", "stream"].contains(pair[0]) else {
        return nil
      }
      items.append(Parameters.Item(name: pair[0], value: pair[1]))
    }
    guard let fault = try? Fault(Parameters(items)) else { return nil }
    self = fault
  }
}
