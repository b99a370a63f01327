/// The user data stream: an account's own events, to every connection that asked for them.

extension ExchangeDesk {
  /// Whether anybody listens to an account's events in a language.
  func hasListener(_ trader: Int, in language: Connection.Kind) -> Bool {
    connections.values.contains { connection in
      connection.kind == language && connection.userStreams.contains { $0.trader == trader }
    }
  }

  /// Sends an event to whoever listens in its language, late or twice where a fault wants it.
  mutating func tell(_ trader: Int, in language: Connection.Kind, _ event: [UInt8]) {
    for id in connections.keys.sorted() {
      guard let connection = connections[id], connection.kind == language else { continue }
      for stream in connection.userStreams where stream.trader == trader {
        deliver(UserReport(connection: id, stream: stream.id, event: event))
      }
    }
  }

  private mutating func deliver(_ report: UserReport) {
    if faults.strikes(.reorder, "user") != nil { return heldReports.append(report) }
    post(report)
    if faults.strikes(.duplicate, "user") != nil { post(report) }
    let held = heldReports.filter { $0.isFollowed(by: report) }
    heldReports.removeAll { $0.isFollowed(by: report) }
    for report in held { post(report) }
  }

  /// Sends what was held back and had nothing to come after.
  mutating func releaseHeldReports() {
    let held = heldReports
    heldReports.removeAll()
    for report in held { post(report) }
  }

  /// Sends a report to its stream, if that has not ended.
  mutating func post(_ report: UserReport) {
    guard let connection = connections[report.connection],
      let stream = connection.userStreams.first(where: { $0.id == report.stream })
    else { return }
    guard !isStruck(report, stream, connection.kind) else { return }
    let mark = tallies.make(report.event, for: stream.tally)
    switch connection.kind {
    case .kraken:
      let text = krakenExecutions([report.event], on: connection.id)
      send(connection.id, .text(text), mark: mark)
    case .coinbase: sendCoinbase(report.event, on: connection.id, mark: mark)
    case .api, .market:
      let text = JSONText.object { json in
        json.set("subscriptionId", stream.id)
        json.set("event", raw: report.event)
      }
      send(connection.id, .text(text), mark: mark)
    }
  }

  /// Whether a fault takes a report, or its connection. Only in languages that number reports, so that a loss is
  /// seen: what is left out leaves out its number.
  private mutating func isStruck(
    _ report: UserReport, _ stream: Connection.UserStream, _ language: Connection.Kind
  ) -> Bool {
    guard language == .kraken || language == .coinbase else { return false }
    switch faults.onMessage("user") {
    case .omit:
      tallies.omit(stream.tally)
      _ = connections[report.connection]?.takeSequence()
      return true
    case .close(let code):
      close(report.connection, code)
      return true
    case nil: return false
    }
  }
}

/// A report to one user data stream, which a fault may hold back until the next one.
struct UserReport {
  let connection: Int
  /// The subscription's number on its connection.
  let stream: Int64
  let event: [UInt8]

  fileprivate func isFollowed(by other: UserReport) -> Bool {
    connection == other.connection && stream == other.stream
  }
}
