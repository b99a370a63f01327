/// Coinbase's WebSocket frames, to events and to answers.

public import TradingCore

extension CoinbaseDialect {
  public mutating func decode(
    _ frame: Span<UInt8>, on link: LinkID, at time: Timestamp, into batch: inout FrameBatch
  ) throws(DialectError) -> FrameMeaning {
    var json = JSONScanner()
    let mark = batch.mark
    let place = links.place(of: link)
    let counters = links[place].counters
    do {
      let found = try CoinbaseFrame(frame, &json)
      try json.finish(frame)
      return try meaning(of: found, frame, on: place, at: time, into: &batch)
    } catch {
      batch.takeBack(to: mark)
      // What names a stranger is read again; what is malformed is lost, and a loss is told once.
      links[place].take(back: counters, isReadAgain: error.stranger != nil)
      throw DialectError(error, frame: "a frame of Coinbase", byte: json.position)
    }
  }

  private mutating func meaning(
    of frame: CoinbaseFrame, _ text: Span<UInt8>, on place: Int, at time: Timestamp,
    into batch: inout FrameBatch
  ) throws(LineFault) -> FrameMeaning {
    if frame.isError {
      batch.counts.count("error")
      return refuse(on: place)
    }
    guard let events = frame.events else { throw LineFault("a frame without events") }
    var isJump = false
    if let sequence = frame.sequence { isJump = links[place].isJump(to: sequence) }
    if text.equals("heartbeats", in: frame.channel) {
      isJump = try links[place].isJump(toHeartbeat: heartbeat(text, events)) || isJump
    }
    // Reports that are missing may have told of fills: they are asked for behind a new link.
    if isJump, following != nil { return .accountEnded }
    if isJump { lose(at: time, sent: frame.time, into: &batch) }
    if text.equals("user", in: frame.channel) {
      return try account(frame, events, text, into: &batch)
    }
    if text.equals("subscriptions", in: frame.channel) {
      let carried = try CoinbaseCarried(text, events)
      links[place].note(subscriptions.filter { carried.cover($0, text) }.map(\.id))
      if let user = following, carried.cover(user, text), links[place].takeAnswer(to: user) {
        return .reply(id: user.id)
      }
      if let id = renewed(carried, text) { return .subscription(id: id, isAccepted: true) }
    } else if try market(frame, events, text, on: place, at: time, into: &batch) {
      return .events
    }
    if let id = links[place].takeCovered() { return .subscription(id: id, isAccepted: true) }
    return isJump ? .events : .counted
  }

  /// What an error is about: a subscription of the link, or a book that was asked for anew.
  private mutating func refuse(on place: Int) -> FrameMeaning {
    if let user = following, links[place].takeAnswer(to: user) { return .reply(id: user.id) }
    if let id = links[place].refuse(of: subscriptions) {
      return .subscription(id: id, isAccepted: false)
    }
    guard let renewal = renewals.first else { return .counted }
    renewals.removeFirst()
    return .subscription(id: renewal.subscription.id, isAccepted: false)
  }

  /// A book that was left and is carried again, if there is one.
  private mutating func renewed(_ carried: CoinbaseCarried, _ text: Span<UInt8>) -> Int64? {
    for place in renewals.indices {
      guard carried.cover(renewals[place].subscription, text) else {
        renewals[place].wasLeft = true
        continue
      }
      if renewals[place].wasLeft { return renewals.remove(at: place).subscription.id }
    }
    return nil
  }

  /// Reads reports of the account.
  private mutating func account(
    _ frame: CoinbaseFrame, _ events: JSONScanner, _ text: Span<UInt8>,
    into batch: inout FrameBatch
  ) throws(LineFault) -> FrameMeaning {
    let reader = CoinbaseAccount(
      names: names, directory: directory, orders: orders, sent: frame.time)
    var notes: [CoinbaseOrders.Note] = []
    var json = events
    try json.expect(UInt8(ascii: "["), text)
    var isFirst = true
    while try json.nextElement(text, isFirst: isFirst) {
      isFirst = false
      try reader.read(try CoinbaseEvent(text, &json), text, &notes, into: &batch)
    }
    orders.take(notes)
    return batch.standings.isEmpty ? .counted : .events
  }

  /// The counter of a heartbeat.
  private func heartbeat(
    _ text: Span<UInt8>, _ events: JSONScanner
  ) throws(LineFault) -> Int64 {
    var json = events
    try json.expect(UInt8(ascii: "["), text)
    return try JSONObject(text, &json).integer("heartbeat_counter", text)
  }

  /// Frames are missing, and nobody knows of which channel: every stream has a gap.
  private func lose(at time: Timestamp, sent: Timestamp, into batch: inout FrameBatch) {
    for subscription in subscriptions {
      guard let stream = subscription.channel.stream else { continue }
      for instrument in subscription.instruments {
        let gap = Gap(instrument: instrument, stream: stream, count: 0, reason: .sequence)
        batch.events.append(Event(receiveTime: time, venueTime: sent, .gap(gap)))
      }
    }
  }

  /// Reads the events of a market channel.
  /// - Returns: whether they became events of ours.
  private mutating func market(
    _ frame: CoinbaseFrame, _ events: JSONScanner, _ text: Span<UInt8>, on place: Int,
    at time: Timestamp, into batch: inout FrameBatch
  ) throws(LineFault) -> Bool {
    let reader = CoinbaseMarket(
      directory: directory, products: products, received: time, sent: frame.time)
    let before = batch.events.count
    let name = frame.channel
    var history = 0
    var json = events
    try json.expect(UInt8(ascii: "["), text)
    var isFirst = true
    while try json.nextElement(text, isFirst: isFirst) {
      isFirst = false
      if text.equals("l2_data", in: name) {
        let event = try CoinbaseEvent(text, &json)
        try reader.book(event, text, &message, on: &links[place], into: &batch)
      } else if text.equals("market_trades", in: name) {
        let event = try CoinbaseEvent(text, &json)
        history += try reader.trades(
          event, text, &message, &trades, newest: &newestTrades, into: &batch)
      } else if text.equals("ticker", in: name) {
        try reader.quotes(CoinbaseEvent(text, &json), text, &message, into: &batch)
      } else if text.equals("candles", in: name) {
        let event = try CoinbaseEvent(text, &json)
        try reader.candles(
          event, text, &message, on: &links[place], begun: &begunCandles, into: &batch)
      } else {
        try json.skipValue(text)
      }
    }
    let count = batch.events.count - before
    if history > 0 { batch.counts.count("old trades") }
    if count == 0, history == 0 { batch.counts.count(text, name) }
    return count > 0
  }
}
