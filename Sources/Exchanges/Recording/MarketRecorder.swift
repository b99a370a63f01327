/// Records one venue: its frames become facts, in order, without doubles, with a gap wherever something is
/// missing. Lives on the sockets' event loop; the queue leads to the journal's thread.

#if Live
  internal import Dialects
  internal import NIOCore
  internal import TradingCore

  /// A recording of streams that are all on one connection.
  final class MarketRecorder<Dialect: VenueDialect & SendableMetatype & ~Copyable>: Recorder,
    VenueConnectionOwner
  {
    let plan: RecordingPlan
    let loop: any EventLoop
    let transport: SecureTransport
    let queue: RecordingQueue
    var dialect: Dialect
    var intake = MarketIntake()
    var snapshots: SnapshotDesk
    var instruments: [InstrumentID] = []
    var streams: [MarketStream] = []
    var subscriptions: SubscriptionPlan?
    var connection: VenueConnection?
    /// What a successor link brought before it took over.
    var held: [LinkID: ContiguousArray<Event>] = [:]
    /// Streams that the link which is about to take over does not carry.
    var refusals: [MarketStream] = []
    var figures = RecordingFigures()
    private var batch = FrameBatch()
    private var admitted: ContiguousArray<Event> = []
    private var losses = Losses()
    private var clock = ClockWatch(WallClock.reading)
    private var clockTask: RepeatedTask?
    private let mostHeld: Int

    /// Frames after which the figures are shown anew.
    static var framesPerLook: UInt64 { 64 }

    init(
      _ plan: RecordingPlan, _ dialect: consuming Dialect, _ transport: SecureTransport,
      _ queue: RecordingQueue, on loop: any EventLoop
    ) throws(ExchangesError) {
      self.plan = plan
      self.loop = loop
      self.transport = transport
      self.queue = queue
      // What is held goes to the queue at once.
      mostHeld = queue.capacity / 2
      let address = try VenueAddress(dialect.address(of: .rest))
      snapshots = SnapshotDesk(RestClient(address: address, transport: transport, loop: loop))
      self.dialect = dialect
    }

    /// Opens the connection, once the instruments are known.
    func begin() throws {
      streams = instruments.flatMap { id in plan.kinds.map { MarketStream($0, of: id) } }
      let subscriptions = try SubscriptionPlan(streams, in: &dialect)
      let address = try VenueAddress(dialect.address(of: .market))
      let connection = VenueConnection(
        address, subscriptions.requests, plan.rules(of: dialect.connectionRules), transport,
        on: loop, owner: self)
      (self.subscriptions, self.connection) = (subscriptions, connection)
      watchClock()
      connection.start()
    }

    func stop() {
      clockTask?.cancel()
      connection?.stop()
      connection = nil
      snapshots.forgetAll()
      if !losses.isEmpty { push([]) }
      publish()
    }

    // MARK: Frames

    func receive(_ frame: Span<UInt8>, on link: LinkID, at time: Timestamp) -> FrameMeaning {
      figures.frames += 1
      if plan.keepsRaw { queue.keep(frame, on: link, at: time) }
      batch.removeAll()
      let meaning: FrameMeaning
      do throws(DialectError) {
        meaning = try dialect.decode(frame, at: time, into: &batch)
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
      if figures.frames % Self.framesPerLook == 0 { publish() }
      return meaning
    }

    /// What cannot be read is missing: it may have been of any stream.
    private func noteMalformed(_ error: DialectError, at time: Timestamp) {
      figures.malformed += 1
      figures.trouble = "\(error)"
      push([
        Event(
          receiveTime: time,
          .gap(Gap(instrument: .none, stream: .any, count: 1, reason: .skippedLines)))
      ])
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
      for instrument in wanted { ask(for: instrument, isRepeated: true) }
    }

    // MARK: The queue

    /// Hands events over, or counts them as lost; what was lost is said before what comes next.
    func push(_ events: ContiguousArray<Event>) {
      guard !losses.isEmpty else {
        if !queue.push(events, isRecovering: false) { lose(events) }
        return
      }
      let now = WallClock.now
      guard queue.push(ContiguousArray(losses.events(at: now)) + events, isRecovering: true) else {
        return lose(events)
      }
      let books = losses.books
      losses = Losses()
      for instrument in books where intake.book(instrument).phase != .idle {
        intake.openBook(instrument)
        ask(for: instrument, isRepeated: false)
      }
    }

    private func lose(_ events: ContiguousArray<Event>) {
      losses.add(events)
      figures.dropped += UInt64(events.count)
    }

    // MARK: The clock

    private func watchClock() {
      clock = ClockWatch(WallClock.reading)
      let recorder = NIOLoopBound(self, eventLoop: loop)
      let interval = TimeAmount.nanoseconds(ClockWatch.interval.nanoseconds)
      clockTask = loop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
        recorder.value.lookAtClock()
      }
    }

    private func lookAtClock() {
      let reading = WallClock.reading
      guard let step = clock.step(reading) else { return }
      snapshots.skew.forget()
      push([Event(receiveTime: reading.wall, .clockStep(ClockStep(step: step)))])
      trouble("this machine's clock was set by \(step.nanoseconds / 1_000_000) ms")
    }

    // MARK: Figures

    func trouble(_ text: String) {
      figures.trouble = text
      publish()
    }

    func noteSnapshot() { figures.snapshots += 1 }

    func publish() {
      figures.gaps = intake.gaps
      figures.duplicates = intake.duplicates
      figures.rawDropped = queue.rawDropped
      figures.others = Array(zip(batch.counts.names, batch.counts.numbers)).map { ($0, $1) }
      queue.show(figures)
    }
  }

  extension MarketStream.Kind {
    /// Whether the stream tells changes of a book that has to be asked for.
    var needsSnapshot: Bool { if case .depth = self { true } else { false } }
  }
#endif
