/// The user data stream: an account's own events, to every connection that asked for them.

internal import TradingCore

extension ExchangeDesk {
  /// Whether anybody listens to an account's events.
  func hasListener(_ trader: Int) -> Bool {
    connections.values.contains { $0.userStreams.contains { $0.trader == trader } }
  }

  /// Sends an event to whoever listens, late or twice where a fault wants it.
  mutating func tell(_ trader: Int, _ event: [UInt8]) {
    for id in connections.keys.sorted() {
      guard let streams = connections[id]?.userStreams else { continue }
      for place in streams.indices where streams[place].trader == trader {
        deliver(event, id, place)
      }
    }
  }

  private mutating func deliver(_ event: [UInt8], _ id: Int, _ place: Int) {
    if faults.strikes(.reorder, "user") != nil {
      heldReports.append(HeldReport(connection: id, place: place, event: event))
      return
    }
    post(event, id, place)
    if faults.strikes(.duplicate, "user") != nil { post(event, id, place) }
    let held = heldReports.filter { $0.connection == id && $0.place == place }
    heldReports.removeAll { $0.connection == id && $0.place == place }
    for report in held { post(report.event, id, place) }
  }

  /// Sends what was held back and had nothing to come after.
  mutating func releaseHeldReports() {
    let held = heldReports
    heldReports.removeAll()
    for report in held { post(report.event, report.connection, report.place) }
  }

  private mutating func post(_ event: [UInt8], _ id: Int, _ place: Int) {
    guard let connection = connections[id], place < connection.userStreams.count else { return }
    connections[id]?.userStreams[place].tally.note(event)
    let stream = connection.userStreams[place].id
    send(
      id,
      .text(
        JSONText.object { json in
          json.set("subscriptionId", stream)
          json.set("event", raw: event)
        }))
  }
}

/// A report that a fault holds back until the next one.
struct HeldReport {
  let connection: Int
  let place: Int
  let event: [UInt8]
}
