/// What can happen to a market on its way to us, by a seed: messages lost, doubled, late, out of order,
/// damaged; prices that jump; a connection that is gone for a while.

internal import TradingCore

enum MarketMutation: String, CaseIterable, Sendable {
  case drop, duplicate, delay, reorder, corrupt, shock, outage

  var summary: String {
    let change =
      switch self {
      case .drop: "messages lost"
      case .duplicate: "messages told twice"
      case .delay: "messages late"
      case .reorder: "messages out of order"
      case .corrupt: "numbers damaged"
      case .shock: "a jump in prices"
      case .outage: "the connection gone for a while"
      }
    return "With \(change) every invariant and every limit holds, and the run ends."
  }

  /// The market as it arrives then.
  func applied(to facts: [TapeFact], _ random: inout RandomSource) -> [TapeFact] {
    var messages = MarketMutation.messages(facts)
    switch self {
    case .shock, .outage: span(&messages, &random)
    case .drop, .duplicate, .delay, .reorder, .corrupt:
      let share = [0.001, 0.01, 0.1][Int(random.below(3))]
      // At least one, whatever the share.
      let sure = messages.isEmpty ? 0 : Int(random.below(UInt64(messages.count)))
      for index in messages.indices.reversed() where index == sure || random.chance(share) {
        if messages[index][0].event.kind.isMarket { change(&messages, at: index, &random) }
      }
    }
    return messages.flatMap(\.self)
  }

  private static func messages(_ facts: [TapeFact]) -> [[TapeFact]] {
    var messages: [[TapeFact]] = []
    var isOpen = false
    for fact in facts {
      if isOpen { messages[messages.count - 1].append(fact) } else { messages.append([fact]) }
      isOpen = fact.event.body.isInsideRun
    }
    return messages
  }

  /// Changes one message, with those behind it still to come or changed already.
  private func change(
    _ messages: inout [[TapeFact]], at index: Int, _ random: inout RandomSource
  ) {
    switch self {
    case .drop: messages.remove(at: index)
    case .duplicate: messages.insert(messages[index], at: index)
    case .delay:
      let later = min(messages.count - 1, index + Int(random.integer(in: 1...20)))
      let message = messages.remove(at: index)
      let time = max(message[0].event.receiveTime, messages[max(0, later - 1)][0].event.receiveTime)
      messages.insert(message.map { $0.received(at: time) }, at: later)
    case .reorder:
      if index + 1 < messages.count { messages.swapAt(index, index + 1) }
    case .corrupt:
      let place = Int(random.below(UInt64(messages[index].count)))
      messages[index][place].event.body.damage(bit: random.below(40))
    case .shock, .outage: break
    }
  }

  /// Changes a span of messages.
  private func span(_ messages: inout [[TapeFact]], _ random: inout RandomSource) {
    guard let first = messages.firstIndex(where: { $0[0].event.kind.isMarket }) else { return }
    let start = first + Int(random.below(UInt64(messages.count - first)))
    let end = min(messages.count, start + Int(random.integer(in: 1...200)))
    guard self == .outage else {
      let scales = [(1, 2), (9, 10), (11, 10), (2, 1)] as [(Int64, Int64)]
      let (numerator, denominator) = scales[Int(random.below(4))]
      let scale = PriceScale(numerator, over: denominator)
      for index in start..<end {
        messages[index] = messages[index].map {
          TapeFact($0.sequence, scale.applied(to: $0.event))
        }
      }
      return
    }
    let (lost, back) = (messages[start][0], messages[end - 1][0])
    let report = ConnectionReport(venue: 0, stream: .any)
    let gap = Gap(
      instrument: .none, stream: .any, count: UInt64(end - start), reason: .disconnected)
    let bodies: [(EventBody, TapeFact)] = [
      (.disconnected(report), lost), (.connected(report), back), (.gap(gap), back),
    ]
    messages.replaceSubrange(
      start..<end,
      with: bodies.map { body, fact in
        [TapeFact(fact.sequence, Event(receiveTime: fact.event.receiveTime, body))]
      })
  }
}

extension TapeFact {
  fileprivate func received(at time: Timestamp) -> TapeFact {
    var fact = self
    fact.event.receiveTime = time
    return fact
  }
}

extension EventBody {
  /// Turns a bit of a price, or of a quantity where there is no price.
  fileprivate mutating func damage(bit: UInt64) {
    let mask = Int64(1) << Int64(bit)
    switch self {
    case .trade(var trade):
      if bit % 2 == 0 { trade.price.ticks ^= mask } else { trade.quantity.lots ^= mask }
      self = .trade(trade)
    case .quote(var quote):
      if bit % 2 == 0 { quote.bidPrice.ticks ^= mask } else { quote.askQuantity.lots ^= mask }
      self = .quote(quote)
    case .depth(var depth):
      if bit % 2 == 0 { depth.price.ticks ^= mask } else { depth.quantity.lots ^= mask }
      self = .depth(depth)
    case .bookSnapshot(var level):
      if bit % 2 == 0 { level.price.ticks ^= mask } else { level.quantity.lots ^= mask }
      self = .bookSnapshot(level)
    case .candle(var candle):
      if bit % 2 == 0 { candle.close.ticks ^= mask } else { candle.volume.lots ^= mask }
      self = .candle(candle)
    default: break
    }
  }
}
