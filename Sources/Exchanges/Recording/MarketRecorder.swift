/// Records one venue: its frames become facts, in order, without doubles, with a gap wherever something is
/// missing. Lives on the sockets' event loop; the queue leads to the journal's thread.

package import Dialects
internal import TradingCore

/// What a venue's recorder can be told.
protocol Recorder: AnyObject {
  func describe(
    after given: GivenIDs, then: @escaping (Result<MarketDescription, ExchangesError>) -> Void)
  func begin() throws
  func stop()
}

/// A recording of streams that are all on one connection.
package final class MarketRecorder<Dialect: VenueDialect & SendableMetatype & ~Copyable>: Recorder,
  VenueConnectionOwner
{
  let plan: RecordingPlan
  let world: any VenueWorld
  let queue: RecordingQueue
  var dialect: Dialect
  var intake = MarketIntake()
  var snapshots: SnapshotDesk
  var instruments: [InstrumentID] = []
  var streams: [MarketStream] = []
  var subscriptions: SubscriptionPlan?
  /// Frames sent to subscribe to books anew, so that their ids are never used twice.
  var resubscriptions: Int64 = 0
  /// Books that were subscribed to anew and are not confirmed yet, by the request's id.
  var resubscribed: [Int64: InstrumentID] = [:]
  var connection: VenueConnection?
  /// What a successor link brought before it took over.
  var held: [LinkID: ContiguousArray<Event>] = [:]
  /// Streams that the link which is about to take over does not carry.
  var refusals: [MarketStream] = []
  var figures = RecordingFigures()
  private var batch = FrameBatch()
  private var admitted: ContiguousArray<Event> = []
  private var losses = Losses()
  private var clock: ClockWatch
  private var clockTimer: (any WorldTimer)?
  private let mostHeld: Int

  /// Frames after which the figures are shown anew.
  static var framesPerLook: UInt64 { 64 }

  /// - Parameter queue: where events wait for the journal.
  package init(
    _ plan: RecordingPlan, _ dialect: consuming Dialect, _ queue: RecordingQueue,
    in world: any VenueWorld
  ) throws(ExchangesError) {
    self.plan = plan
    self.world = world
    clock = ClockWatch(world.reading)
    self.queue = queue
    // What is held goes to the queue at once.
    mostHeld = queue.capacity / 2
    let address = try VenueAddress(dialect.address(of: .rest))
    snapshots = SnapshotDesk(address, seed: world.chance())
    self.dialect = dialect
  }

  /// Opens the connection, once the instruments are known.
  package func begin() throws {
    guard let subscriptions else { preconditionFailure("MarketRecorder: begun and not described") }
    let address = try VenueAddress(dialect.address(of: .market))
    let connection = VenueConnection(
      address, subscriptions.requests, plan.rules(of: dialect.connectionRules),
      in: world, owner: self)
    self.connection = connection
    watchClock()
    connection.start()
  }

  package func stop() {
    clockTimer?.cancel()
    connection?.stop()
    connection = nil
    snapshots.forgetAll()
    if !losses.isEmpty { push([]) }
    publish()
  }

  // MARK: Frames

  func receive(_ frame: Span<UInt8>, on link: LinkID, at moment: Moment) -> FrameMeaning {
    let time = moment.wall
    figures.frames += 1
    if plan.keepsRaw { queue.keep(frame, on: link, of: plan.place, at: time) }
    batch.removeAll()
    let meaning: FrameMeaning
    do throws(DialectError) {
      meaning = try dialect.decode(frame, on: link, at: time, into: &batch)
    } catch {
      noteMalformed(error, at: time)
      return .counted
    }
    if let last = batch.events.last, last.venueTime != .none {
      figures.lag = time - last.venueTime
    }
    if let carrier = connection?.carrier, carrier != link {
      hold(batch.events, of: link)
    } else {
      admit(batch.events, at: time)
    }
    if case .subscription(let id, let isAccepted) = meaning {
      resubscriptionAnswered(id, isAccepted: isAccepted)
    }
    if figures.frames % Self.framesPerLook == 0 { publish() }
    return meaning
  }

  /// What cannot be read is missing: it may have been of any stream, so no book can be trusted.
  private func noteMalformed(_ error: DialectError, at time: Timestamp) {
    figures.malformed += 1
    figures.trouble = plan.place.words("\(error)")
    // The journal's other venues, where there are some, have nothing to do with it.
    let concerned = plan.place == .only ? [InstrumentID.none] : instruments
    push(
      ContiguousArray(
        concerned.map { instrument in
          let gap = Gap(instrument: instrument, stream: .any, count: 1, reason: .skippedLines)
          return Event(receiveTime: time, .gap(gap))
        }))
    openAgain(instruments)
    publish()
  }

  /// A successor that brings more than can be kept is given up while its predecessor still carries
  /// everything: another is tried later, and nothing is lost.
  private func hold(_ events: ContiguousArray<Event>, of link: LinkID) {
    guard held[link, default: []].count + events.count <= mostHeld else {
      held[link] = nil
      trouble(
        "connection \(link) brought more than \(mostHeld) events before it could take over; "
          + "another one is tried")
      connection?.abandon(link)
      return
    }
    held[link, default: []].append(contentsOf: events)
  }

  /// Events that are next in the journal, but for doubles.
  func admit(_ events: ContiguousArray<Event>, at time: Timestamp) {
    guard !events.isEmpty else { return }
    admitted.removeAll(keepingCapacity: true)
    var wanted: [InstrumentID] = []
    intake.take(events, into: &admitted, snapshots: &wanted)
    push(admitted)
    noteBook(events)
    for instrument in wanted { ask(for: instrument, isRepeated: true) }
  }

  /// A book that came with a subscription: the next loss waits as the first did.
  private func noteBook(_ events: borrowing ContiguousArray<Event>) {
    guard dialect.sendsBooks, case .bookSnapshot(let level)? = events.first?.body else { return }
    noteSnapshot()
    snapshots.end(level.instrument)
    if intake.book(level.instrument).isInStep { snapshots.succeeded() }
  }

  // MARK: The queue

  /// Hands events over, or counts them as lost; what was lost is said before what comes next.
  func push(_ events: ContiguousArray<Event>) {
    guard !losses.isEmpty else {
      if !queue.push(events, isRecovering: false) { lose(events) }
      return
    }
    let now = world.now
    guard queue.push(ContiguousArray(losses.events(at: now)) + events, isRecovering: true) else {
      return lose(events)
    }
    let books = losses.books
    losses = Losses()
    openAgain(books)
  }

  /// Books that a gap has made worthless are asked for anew; whatever made one gap can make the next.
  private func openAgain(_ books: [InstrumentID]) {
    for instrument in books where intake.book(instrument).phase != .idle {
      intake.openBook(instrument)
      ask(for: instrument, isRepeated: true)
    }
  }

  private func lose(_ events: ContiguousArray<Event>) {
    losses.add(events)
    figures.dropped += UInt64(events.count)
  }

  // MARK: The clock

  private func watchClock() {
    clock = ClockWatch(world.reading)
    lookAtClockLater()
  }

  private func lookAtClockLater() {
    clockTimer = world.later(ClockWatch.interval) { [weak self] in
      self?.lookAtClock()
      self?.lookAtClockLater()
    }
  }

  private func lookAtClock() {
    let reading = world.reading
    guard let step = clock.step(reading) else { return }
    snapshots.limits.skew.forget()
    guard plan.place.isFirst else { return }
    push([Event(receiveTime: reading.wall, .clockStep(ClockStep(step: step)))])
    trouble("this machine's clock was set by \(step.nanoseconds / 1_000_000) ms")
  }

  // MARK: Figures

  func trouble(_ text: String) {
    figures.trouble = plan.place.words(text)
    publish()
  }

  func noteSnapshot() { figures.snapshots += 1 }

  func publish() {
    figures.gaps = intake.gaps
    figures.duplicates = intake.duplicates
    figures.rawDropped = queue.rawDropped
    figures.others = Array(zip(batch.counts.names, batch.counts.numbers)).map { ($0, $1) }
    queue.show(figures, of: plan.place)
  }
}

extension MarketRecorder where Dialect: ~Copyable {
  /// Streams that tell changes of a book, which mean nothing without a snapshot. The best levels are
  /// changes too where the venue sends a book with its subscription; elsewhere each message is a snapshot.
  var bookStreams: [MarketStream] {
    streams.filter { stream in
      switch stream.kind {
      case .depth: true
      case .topLevels: dialect.sendsBooks
      case .trades, .aggregateTrades, .quotes, .candles: false
      }
    }
  }
}
