/// Orders on their way from the engine's thread to the session's, as `VenueGateway` and `LiveVenue` hand them
/// over.

import Dialects
import Exchanges
import TradingCore

final class SimulatedGateway: OrderGateway {
  private unowned let life: Life
  private let session: AccountSession<BinanceDialect>
  private var trades = RecalledTrades()
  private var random: RandomSource
  /// When the last call is made; none overtakes another.
  private var lastCall = Timestamp.distantPast
  private let created: Timestamp

  init(_ life: Life, _ session: AccountSession<BinanceDialect>) {
    (self.life, self.session) = (life, session)
    random = life.stage.random("gateway \(life.number)")
    created = life.world.moment.steady
  }

  func recall(_ fill: Fill) { trades.note(fill) }

  func begin(_ state: borrowing State, replayed last: Sequence64) {
    let state = copy state
    let trades = trades.inOrder
    let created = created
    let session = session
    handOver { session.begin(state, replayed: last, trades: trades, sentUntil: created) }
  }

  func permit(_ key: KeyChange) {
    let session = session
    handOver { session.permit(key) }
  }

  func send(_ orders: inout Outbox) {
    var requests: [SentRequest] = []
    while let order = orders.popFirst() {
      requests.append(SentRequest(id: order.id, request: order.request))
    }
    if life.stage.plant == .askAgain { placed += requests }
    let sent = requests
    let timing = DecisionTiming(
      fact: life.stage.now, secured: life.stage.now, journal: .zero)
    let session = session
    handOver { session.send(sent, timing) }
  }

  /// A planted bug: an order that nobody answered is placed under another name.
  func askAgain(_ id: OrderID) {
    guard let order = placed.first(where: { $0.id == id }) else { return }
    let again = SentRequest(id: OrderID(id.raw | 1 << 40), request: order.request)
    let timing = DecisionTiming(
      fact: life.stage.now, secured: life.stage.now, journal: .zero)
    let session = session
    handOver { session.send([again], timing) }
  }

  /// What was sent, where a planted bug wants to know.
  private var placed: [SentRequest] = []

  /// The session's thread takes it a moment later.
  private func handOver(_ body: @escaping () -> Void) {
    let wait = Interval(nanoseconds: random.integer(in: 1_000...300_000))
    lastCall = max(lastCall + .nanosecond, life.stage.now + wait)
    let life = life
    life.stage.timeline.at(lastCall) { [weak life] in
      guard let life, life.isAlive else { return }
      body()
    }
  }
}
