/// The control endpoints, which no exchange has: faults, deposits, what was sent, and what happened.
///
/// `GET /control/sent` counts; `GET /control/ledger` has every order, trade and balance; `GET`, `POST` and
/// `DELETE /control/faults` show, add and clear faults; `POST /control/balance` pays in or out; `POST
/// /control/start` opens a market that was held; `GET`, `POST` and `DELETE /control/keys` show, add and end keys
/// of accounts; `POST /control/positions` plants a margin position in one.

internal import TradingCore

extension ExchangeDesk {
  mutating func control(_ call: HTTPCall, at now: Timestamp) -> HTTPAnswer {
    do {
      switch (call.method, call.path) {
      case ("GET", "/control/sent"): return HTTPAnswer(200, sent)
      case ("GET", "/control/ledger"): return HTTPAnswer(200, ledger)
      case ("GET", "/control/faults"): return HTTPAnswer(200, faultList)
      case ("DELETE", "/control/faults"):
        setFaults { $0.removeAll() }
        return HTTPAnswer(200, faultList)
      case ("POST", "/control/faults"):
        let added = try Fault.list(try Self.parameters(call))
        setFaults { plan in for fault in added { plan.add(fault) } }
        return HTTPAnswer(200, faultList)
      case ("GET", "/control/keys"): return HTTPAnswer(200, keyList)
      case ("POST", "/control/keys"):
        try addKey(try Self.parameters(call))
        return HTTPAnswer(200, keyList)
      case ("DELETE", "/control/keys"):
        try endKey(try Self.parameters(call), at: now)
        return HTTPAnswer(200, keyList)
      case ("POST", "/control/start"):
        isHeld = false
        return HTTPAnswer(200, JSONText.emptyObject)
      case ("POST", "/control/positions"):
        try plantPosition(try Self.parameters(call), at: now)
        return HTTPAnswer(200, JSONText.emptyObject)
      case ("POST", "/control/balance"):
        try pay(try Self.parameters(call), at: now)
        return HTTPAnswer(200, JSONText.emptyObject)
      default: return HTTPAnswer(404, [])
      }
    } catch {
      return HTTPAnswer(error)
    }
  }

  /// Parameters of the query, a form, or a JSON object.
  private static func parameters(_ call: HTTPCall) throws(APIError) -> RequestParameters {
    call.body.first == UInt8(ascii: "{")
      ? try RequestParameters(json: call.body)
      : try RequestParameters(query: call.query, body: call.body)
  }

  private mutating func setFaults(_ change: (inout FaultPlan) -> Void) {
    let before = faults.skew
    change(&faults)
    setConnections(by: Interval(nanoseconds: faults.skew.nanoseconds - before.nanoseconds))
  }

  private mutating func pay(_ parameters: RequestParameters, at now: Timestamp) throws(APIError) {
    let trader = try account(ofKey: parameters["apiKey"])
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
      json.set("d", change.text(decimals: MarketGrid.decimals))
      json.set("T", now.milliseconds)
    }
    if hasListener(trader, in: .api) { tell(trader, in: .api, event) }
    tellBalances(trader, [asset], at: now)
  }

  // MARK: Reports

  /// What left, by connection and stream, in the order in which streams were begun.
  private var sent: [UInt8] {
    JSONText.object { json in
      json.set("streams", array: tallies.rows.all) { json, row in
        json.object { json in
          json.set("connection", row.connection)
          json.set("stream", row.name)
          json.set("open", row.isOpen)
          json.set("count", row.left)
          json.set("waiting", row.made - row.left)
          json.set("omitted", row.omitted)
          json.set("digest", hexadecimal(row.leftDigest))
        }
      }
    }
  }

  private var faultList: [UInt8] {
    JSONText.array(faults.faults) { json, fault in json.object { fault.write(into: &$0) } }
  }
}
