/// Control messages of market streams: SUBSCRIBE and its kin. Source: web-socket-streams.md, "Live
/// subscribing/unsubscribing to streams".

internal import TradingCore

extension ExchangeDesk {
  mutating func control(_ text: [UInt8], on id: Int, at now: Timestamp) {
    connections[id]?.messages.add(1, at: now)
    guard (connections[id]?.messages.count(at: now) ?? 0) <= Connection.mostMessages else {
      return close(id, 1008)
    }
    do {
      let frame = try Frame(text)
      reply(id, frame.id, try result(frame, id))
    } catch {
      let body = JSONText.object { json in
        json.set("error", raw: error.body)
        json.setNull("id")
      }
      send(id, .text(body))
    }
  }

  private mutating func reply(_ id: Int, _ frameID: [UInt8], _ result: [UInt8]) {
    send(
      id,
      .text(
        JSONText.object { json in
          json.set("result", raw: result)
          json.set("id", raw: frameID)
        }))
  }

  private mutating func result(_ frame: Frame, _ id: Int) throws(APIError) -> [UInt8] {
    switch frame.method {
    case "SUBSCRIBE":
      let count = (connections[id]?.streams.count ?? 0) + frame.list.count
      guard count <= Connection.mostStreams else {
        throw APIError(2, "Invalid request: too many streams")
      }
      for name in frame.list { subscribe(id, to: name) }
      return JSONText.null
    case "UNSUBSCRIBE":
      for name in frame.list { unsubscribe(id, from: name) }
      return JSONText.null
    case "LIST_SUBSCRIPTIONS":
      return JSONText.array(connections[id]?.streams ?? []) { $0.add($1) }
    case "SET_PROPERTY":
      try checkProperty(frame)
      guard frame.list.count == 2, let flag = Bool(frame.list[1]) else {
        throw APIError(1, "Invalid value type: expected Boolean")
      }
      connections[id]?.isCombined = flag
      return JSONText.null
    case "GET_PROPERTY":
      try checkProperty(frame)
      return Array((connections[id]?.isCombined ?? false ? "true" : "false").utf8)
    case nil: throw APIError(2, "Invalid request: missing field `method` at line 1 column 1")
    case let method?:
      throw APIError(
        2,
        "Invalid request: unknown variant `\(method)`, expected one of `SUBSCRIBE`, "
          + "`UNSUBSCRIBE`, `LIST_SUBSCRIPTIONS`, `SET_PROPERTY`, `GET_PROPERTY`")
    }
  }

  private func checkProperty(_ frame: Frame) throws(APIError) {
    guard frame.list.first == "combined" else { throw APIError(0, "Unknown property") }
  }
}
