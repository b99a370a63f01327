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
    var dialect: Dialect
    var intake = MarketIntake()
    var snapshots: SnapshotDesk
    var instruments: [InstrumentID] = []
    private var streams: [MarketStream] = []
    private var connection: VenueConnection?
    private var batch = FrameBatch()
    private var admitted: ContiguousArray<Event> = []
    /// What a successor link brought before it took over.
    private var held: [LinkID: ContiguousArray<Event>] = [:]
    private let queue: RecordingQueue
    private var losses = Losses()
    private var figures = RecordingFigures()

    /// Events of a successor that are kept; it lives beside its predecessor for seconds.
    static var mostHeld: Int { 1 << 18 }
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
      let address = try VenueAddress(dialect.address(of: .rest))
      snapshots = SnapshotDesk(RestClient(address: address, transport: transport, loop: loop))
      self.dialect = dialect
    }

    /// Opens the connection, once the instruments are known.
    func begin() throws {
      streams = instruments.flatMap { id in plan.kinds.map { MarketStream($0, of: id) } }
      let requests = try dialect.subscriptions(to: streams, firstID: 1)
      let address = try VenueAddress(dialect.address(of: .market))
      let connection = VenueConnection(
        address, requests, dialect.connectionRules, transport, on: loop, owner: self)
      self.connection = connection
      connection.start()
    }

    func stop() {
      connection?.stop()
      connection = nil
      snapshots.forgetAll()
      if !losses.isEmpty { push([]) }
      publish()
    }

    // MARK: Frames

    func receive(_ frame: Span<UInt8>, on link: LinkID, at time: Timestamp) -> FrameMeaning {
      figures.frames += 1
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

    private func hold(_ events: ContiguousArray<Event>, of link: LinkID) {
      guard held[link, default: []].count + events.count <= Self.mostHeld else { return }
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
    private func push(_ events: ContiguousArray<Event>) {
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

    // MARK: The connection

    func willSubscribe(at time: Timestamp) {
      for stream in streams where stream.kind.needsSnapshot { intake.openBook(stream.instrument) }
    }

    func connected(at time: Timestamp) {
      figures.isConnected = true
      figures.connections += 1
      push([Event(receiveTime: time, .connected(ConnectionReport(venue: 0, stream: .any)))])
      for stream in streams where stream.kind.needsSnapshot {
        ask(for: stream.instrument, isRepeated: false)
      }
      publish()
    }

    func replaced(by link: LinkID) {
      figures.connections += 1
      admit(held.removeValue(forKey: link) ?? [], at: WallClock.now)
      held.removeAll()
    }

    func lost(at time: Timestamp) {
      figures.isConnected = false
      snapshots.forgetAll()
      held.removeAll()
      var facts: ContiguousArray<Event> = [
        Event(receiveTime: time, .disconnected(ConnectionReport(venue: 0, stream: .any)))
      ]
      intake.lose(streams, at: time, into: &facts)
      push(facts)
      publish()
    }

    func closed(_ link: LinkID, reason: String) {
      held[link] = nil
      trouble("connection \(link): \(reason)")
    }

    func refused(_ request: VenueRequest) {
      trouble("the venue does not take \(request.name) \(request.id)")
    }

    // MARK: Figures

    func trouble(_ text: String) {
      figures.trouble = text
      publish()
    }

    func noteSnapshot() { figures.snapshots += 1 }

    private func publish() {
      figures.gaps = intake.gaps
      figures.duplicates = intake.duplicates
      figures.others = Array(zip(batch.counts.names, batch.counts.numbers)).map { ($0, $1) }
      queue.show(figures)
    }
  }

  extension MarketStream.Kind {
    /// Whether the stream tells changes of a book that has to be asked for.
    var needsSnapshot: Bool { if case .depth = self { true } else { false } }
  }
#endif
