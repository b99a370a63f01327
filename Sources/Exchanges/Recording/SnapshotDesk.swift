/// Which books were asked for, and the venue's patience with being asked: each book once at a time, paced
/// by the venue's own limits, later after each failure.

internal import Dialects
internal import TradingCore

/// Requests for books under way.
struct SnapshotDesk {
  let address: VenueAddress
  var limits = VenueLimits()
  /// By how many attempts there had been when each was asked for.
  private var pending: [InstrumentID: Int] = [:]
  private var attempts = 0
  private var backOff: BackOff
  /// When what was lost last is asked for again, by the steady clock.
  private var due = Timestamp.distantPast
  /// Answers to what was asked in an earlier era mean nothing.
  private(set) var era = 0

  /// - Parameter seed: of the jitter of waits.
  init(_ address: VenueAddress, seed: UInt64) {
    self.address = address
    backOff = BackOff(
      first: Interval(nanoseconds: 500_000_000), longest: .minute, seed: seed)
  }

  /// Notes that a book is asked for. Books that are lost together are one failure and wait once.
  /// - Returns: how long to wait first; `nil` when it is asked for already.
  mutating func begin(
    _ instrument: InstrumentID, isRepeated: Bool, at now: Timestamp
  ) -> Interval? {
    guard pending[instrument] == nil else { return nil }
    attempts += 1
    pending[instrument] = attempts
    guard isRepeated else { return .zero }
    if due <= now { due = now + backOff.next() }
    return due - now
  }

  /// Which attempt at a book is under way; `nil` while none is.
  func attempt(at instrument: InstrumentID) -> Int? { pending[instrument] }

  mutating func end(_ instrument: InstrumentID) { pending[instrument] = nil }

  mutating func succeeded() { backOff.succeeded() }

  /// The connection ended: whatever was asked for is stale.
  mutating func forgetAll() {
    pending.removeAll()
    era += 1
  }
}

extension MarketRecorder where Dialect: ~Copyable {
  /// Sees to it that a book comes.
  /// - Parameter isRepeated: it was asked for before and something went wrong.
  func ask(for instrument: InstrumentID, isRepeated: Bool) {
    guard let wait = snapshots.begin(instrument, isRepeated: isRepeated, at: world.steady)
    else { return }
    later(wait, instrument, snapshots.era)
  }

  private func later(_ wait: Interval, _ instrument: InstrumentID, _ era: Int) {
    guard wait > .zero else { return send(instrument, era) }
    _ = world.later(wait) { [weak self] in self?.send(instrument, era) }
  }

  private func send(_ instrument: InstrumentID, _ era: Int) {
    guard era == snapshots.era else { return }
    guard !dialect.sendsBooks else { return subscribeAnew(to: instrument) }
    let now = world.now
    let action = VenueAction.snapshot(instrument, levels: plan.snapshotLevels)
    let venueTime = snapshots.limits.skew.venueTime(at: now)
    do throws(DialectError) {
      let request = try dialect.request(action, id: 0, over: .http, at: venueTime)
      switch snapshots.limits.budget.reserve(weight: request.weight, at: venueTime) {
      case .go: break
      case .wait(let until): return later(until - venueTime, instrument, era)
      case .never: return giveUp(instrument, "\(request.name) weighs more than the venue allows")
      }
      world.ask(request, of: snapshots.address) { [weak self] result in
        let response = try? result.get()
        if let response { self?.keep(response, to: request) }
        self?.receive(response, to: action, of: instrument, era, asked: venueTime)
      }
    } catch { giveUp(instrument, "\(error)") }
  }

  /// The venue sends the book with the subscription, so the attempt ends when the book comes.
  private func subscribeAnew(to instrument: InstrumentID) {
    let attempt = snapshots.attempt(at: instrument)
    for stream in bookStreams where stream.instrument == instrument {
      do throws(DialectError) {
        let first = Int64(subscriptions?.requests.count ?? 0) + 1 + resubscriptions
        let requests = try dialect.resubscription(to: stream, firstID: first)
        resubscriptions += Int64(requests.count)
        // What brings the book is asked for last.
        let expect: () -> Void = { [weak self] in self?.expectBook(instrument, attempt) }
        for request in requests {
          guard case .frame(let bytes) = request.payload else { continue }
          connection?.send(paced: bytes, sent: request.id == requests.last?.id ? expect : nil)
        }
        if let last = requests.last { resubscribed[last.id] = instrument }
      } catch { giveUp(instrument, "\(error)") }
    }
  }

  /// How long a book may take to come once it was subscribed to anew.
  private static var bookPatience: Interval { Interval(nanoseconds: 10_000_000_000) }

  private func expectBook(_ instrument: InstrumentID, _ attempt: Int?) {
    _ = world.later(Self.bookPatience) { [weak self] in
      guard let self, attempt != nil, snapshots.attempt(at: instrument) == attempt else { return }
      askAgain(instrument, "a book did not come with its new subscription; it is asked for again")
    }
  }

  /// A venue that does not take a book's new subscription sends it no more: it is asked again, later.
  func resubscriptionAnswered(_ id: Int64, isAccepted: Bool) {
    guard let instrument = resubscribed.removeValue(forKey: id), !isAccepted else { return }
    askAgain(instrument, "a book's new subscription was refused; it is asked for again")
  }

  private func askAgain(_ instrument: InstrumentID, _ reason: String) {
    snapshots.end(instrument)
    // What the venue says of an older attempt is no matter of the next.
    resubscribed = resubscribed.filter { $0.value != instrument }
    trouble(reason)
    ask(for: instrument, isRepeated: true)
  }

  private func giveUp(_ instrument: InstrumentID, _ reason: String) {
    snapshots.end(instrument)
    trouble(reason)
  }

  /// Keeps an answer's bytes where the venue's own are wanted.
  func keep(_ response: VenueResponse, to request: VenueRequest) {
    guard plan.keepsRaw, case .http(_, let target, _, _) = request.payload else { return }
    queue.keep(response.body.span, on: 0, of: plan.place, at: world.now, after: target)
  }

  private func receive(
    _ response: VenueResponse?, to action: VenueAction, of instrument: InstrumentID, _ era: Int,
    asked: Timestamp
  ) {
    guard era == snapshots.era else { return }
    snapshots.end(instrument)
    let now = world.now
    var answer = FrameBatch()
    let outcome = try? dialect.answer(response, to: action, at: now, into: &answer)
    snapshots.limits.note(answer.uses, asked: asked, answered: now)
    if outcome == .done {
      noteSnapshot()
      admit(answer.events, at: now)
      if intake.book(instrument).isInStep { snapshots.succeeded() }
    } else {
      if case .limited(let isBan, let wait, let until) = outcome {
        _ = snapshots.limits.block(isBan: isBan, wait: wait, until: until, at: now)
      }
      trouble(Self.trouble(outcome))
      intake.snapshotFailed(instrument)
      ask(for: instrument, isRepeated: true)
    }
  }

  /// Why a book did not come, and what happens next.
  private static func trouble(_ outcome: VenueOutcome?) -> String {
    switch outcome {
    case .limited(isBan: true, _, _):
      "the venue has banned this address for a while; books are asked for again after it"
    case .limited: "the venue wants fewer requests; books are asked for again later"
    default: "a book was asked for and did not come; it is asked for again"
    }
  }
}
