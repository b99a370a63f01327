/// What becomes of a recording when a link opens, takes over, ends, or is refused a stream.

internal import Dialects
internal import TradingCore

extension MarketRecorder where Dialect: ~Copyable {
  func willSubscribe(at time: Timestamp) {
    refusals.removeAll()
    for stream in bookStreams { intake.openBook(stream.instrument) }
  }

  func connected(at moment: Moment) {
    let time = moment.wall
    figures.isConnected = true
    figures.connections += 1
    push([Event(receiveTime: time, .connected(plan.place.report(.any)))])
    if !dialect.sendsBooks {
      for stream in bookStreams where !refusals.contains(stream) {
        ask(for: stream.instrument, isRepeated: false)
      }
    }
    loseRefused(at: time)
    publish()
  }

  func replaced(by link: LinkID) {
    figures.connections += 1
    let now = world.now
    admit(held.removeValue(forKey: link) ?? [], at: now)
    held.removeAll()
    // Two links need not cut a book's changes into the same messages: the link's own book settles it.
    if dialect.sendsBooks {
      forgetAsked()
      for stream in bookStreams { ask(for: stream.instrument, isRepeated: false) }
    }
    loseRefused(at: now)
  }

  func lost(at moment: Moment) {
    let time = moment.wall
    figures.isConnected = false
    forgetAsked()
    held.removeAll()
    push([Event(receiveTime: time, .disconnected(plan.place.report(.any)))])
    lose(streams, at: time)
    publish()
  }

  /// What was asked of a link that is gone never comes.
  private func forgetAsked() {
    snapshots.forgetAll()
    resubscribed.removeAll()
  }

  func closed(_ link: LinkID, reason: String) {
    held[link] = nil
    figures.failedLinks += 1
    trouble("connection \(link): \(reason)")
  }

  /// At the beginning a refusal ends the recording, for it would not be what was asked for. Later the
  /// other streams go on, and what is missing is a gap and is told at the end.
  func refused(_ request: VenueRequest) {
    let streams = subscriptions?.streams(of: request) ?? []
    let names = streams.map { name(of: $0) }
    let text = "\(plan.venue) does not take these streams: \(names.joined(separator: ", "))"
    figures.trouble = text
    defer { publish() }
    guard figures.connections > 0 else {
      figures.failure = .refused(text + "; nothing was recorded")
      return stop()
    }
    refusals += streams
    figures.refused += names.filter { !figures.refused.contains($0) }
  }

  private func loseRefused(at time: Timestamp) {
    lose(refusals, at: time)
    refusals.removeAll()
  }

  private func lose(_ streams: [MarketStream], at time: Timestamp) {
    var facts: ContiguousArray<Event> = []
    intake.lose(streams, at: time, into: &facts)
    push(facts)
  }

  private func name(of stream: MarketStream) -> String {
    let place = instruments.firstIndex(of: stream.instrument)
    let symbol = place.map { plan.symbols[$0] } ?? "?"
    return "\(symbol) \(RecordingPlan.name(of: stream.kind))"
  }
}
