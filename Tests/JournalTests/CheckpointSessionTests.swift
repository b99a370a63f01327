/// Whole lives of a journal's keys: sessions, hourly moves, crashes, and what an auditor makes of the
/// notes that are left; then what he makes of forgeries.
import DiskSimulation
import Journal
import JournalSimulation
import Testing
import TradingCore

private let journal = JournalID(low: 5, high: 6)

/// A journal as recovery sees it: segments of events and notes, in order.
private struct Model {
  enum Item: Equatable {
    case event(Timestamp)
    case note(String)
  }
  var segments: [[Item]] = []
  /// Items of the last segment that are durable.
  var durable = 0

  /// A crash leaves any beginning that holds what is durable; a segment without events goes.
  mutating func crash(_ numbers: inout RandomSource) {
    guard var last = segments.popLast() else { return }
    let kept = durable + Int(numbers.below(UInt64(last.count - durable + 1)))
    last.removeLast(last.count - kept)
    if last.contains(where: \.isEvent) {
      segments.append(last)
    }
    durable = 0
  }

  /// What an auditor finds, reading from the start.
  func audit(pinned: VerifierKey? = nil, anchor: SignedNote? = nil) throws -> CheckpointReport {
    var audit = try CheckpointAudit(of: journal, pinned: pinned, anchor: anchor)
    var session = try Session(of: journal)
    audit.reach(session.state)
    for item in segments.joined() {
      switch item {
      case .event(let time):
        try session.append(at: time)
        audit.reach(session.state)
      case .note(let text): try audit.take(text, at: session.state)
      }
    }
    return audit.finish()
  }

  /// The journal's state as a session that goes on finds it.
  func resume() throws -> Session {
    var session = try Session(of: journal)
    for case .event(let time) in segments.joined() { try session.append(at: time) }
    return session
  }
}

/// A recording that may be cut off at any moment.
private struct Life: ~Copyable {
  private(set) var model: Model
  private var session: Session
  private var signer: CheckpointSigner

  private init(_ model: Model, _ session: consuming Session, _ signer: consuming CheckpointSigner) {
    self.model = model
    self.session = session
    self.signer = signer
  }

  /// The next session, in a segment of its own.
  static func begin(_ model: Model, _ disk: SimDisk) throws -> Life {
    var begun = model
    begun.segments.append([])
    begun.durable = 0
    let session = try model.resume()
    let signer = try KeyVault(folder: "keys", journal: journal, on: disk).signer(at: session.time)
    var life = Life(begun, session, signer)
    try life.checkpoint()
    return life
  }

  mutating func append(after span: Interval) throws {
    try session.append(after: span)
    put(.event(session.time))
  }

  mutating func checkpoint() throws {
    for note in try session.notes(from: &signer) { put(.note(note)) }
  }

  mutating func sync() {
    model.durable = model.segments[model.segments.count - 1].count
    signer.isDurable(through: session.sequence)
  }

  private mutating func put(_ item: Model.Item) {
    model.segments[model.segments.count - 1].append(item)
  }
}

/// Two hundred minutes of one event and one checkpoint each, synced each time.
private func morning(_ disk: SimDisk = SimDisk()) throws -> Model {
  var life = try Life.begin(Model(), disk)
  for _ in 0..<200 {
    try life.append(after: .minute)
    try life.checkpoint()
    life.sync()
  }
  return life.model
}

@Suite("Checkpoints of a journal's life")
struct CheckpointSessionTests {
  @Test("keys move every hour, and every checkpoint holds")
  func wholeMorning() throws {
    let report = try morning().audit()
    #expect(report.holds && report.problemCount == 0 && report.breaks.isEmpty)
    #expect(report.checkpoints == 201)
    #expect(report.handOvers == 3)
    #expect(report.signedThrough == 200)
    #expect(try morning().audit(pinned: report.firstKey).holds == false)
  }

  @Test("no crash at any moment of any session makes a break", arguments: 1...40)
  func crashes(seed: UInt64) throws {
    var numbers = RandomSource(seed: seed, label: "checkpoint sessions")
    var (model, image) = (Model(), DiskImage())
    var first: VerifierKey?
    for _ in 0..<12 {
      let disk = SimDisk(image)
      var life = try Life.begin(model, disk)
      for _ in 0..<numbers.below(30) {
        switch numbers.below(8) {
        case 0...2: try life.append(after: Interval(nanoseconds: Int64(numbers.below(1 << 42))))
        case 3: try life.append(after: Interval(nanoseconds: -Int64(numbers.below(1 << 42))))
        case 4, 5: try life.checkpoint()
        default: life.sync()
        }
      }
      model = life.model
      if numbers.chance(0.7) { model.crash(&numbers) }
      image = CrashChoices(of: disk.image).outcome(drawnFrom: &numbers)
      let report = try model.audit(pinned: first)
      #expect(report.problemCount == 0, "seed \(seed): \(report.problems)")
      #expect(report.breaks.isEmpty, "seed \(seed)")
      if first == nil { first = report.firstKey }
      #expect(report.firstKey == nil || report.isPinned != false, "seed \(seed)")
    }
  }

  @Test("a lost key is a break, which speaks against a journal whose first key is known")
  func lostKey() throws {
    var life = try Life.begin(try morning(), SimDisk())
    try life.append(after: .minute)
    try life.checkpoint()
    let report = try life.model.audit()
    #expect(report.holds && report.breaks == [200])
    #expect(try life.model.audit(pinned: report.firstKey).holds == false)
  }

  @Test("an event changed, dropped, doubled or moved is found by the next checkpoint")
  func rewrittenEvents() throws {
    let whole = try morning()
    let events = whole.segments[0].indices.filter { whole.segments[0][$0].isEvent }
    for place in events.prefix(10) {
      for change in 0..<4 {
        var forged = whole
        switch change {
        case 0: forged.segments[0][place] = .event(Timestamp(nanoseconds: 1))
        case 1: forged.segments[0].remove(at: place)
        case 2: forged.segments[0].insert(forged.segments[0][place], at: place)
        default:
          let item = forged.segments[0].remove(at: place)
          forged.segments[0].insert(item, at: place - 2)
        }
        let report = try forged.audit()
        #expect(!report.holds, "item \(place), change \(change)")
      }
    }
  }

  @Test(
    "a journal written anew with keys of its own is found by the first key and by a published note")
  func rewrittenJournal() throws {
    let (honest, forged) = (try morning(), try morning())
    let truth = try honest.audit()
    #expect(try forged.audit().holds)
    #expect(try !forged.audit(pinned: truth.firstKey).holds)
    #expect(try honest.audit(pinned: truth.firstKey, anchor: truth.lastNote).holds)
    #expect(try !forged.audit(anchor: truth.lastNote).holds)
  }

  @Test("a journal cut after a checkpoint is found by a published note alone")
  func cutJournal() throws {
    let whole = try morning()
    let truth = try whole.audit()
    var cut = whole
    cut.segments[0].removeLast(75)
    let report = try cut.audit(pinned: truth.firstKey)
    #expect(report.holds && report.signedThrough < 200)
    #expect(try !cut.audit(pinned: truth.firstKey, anchor: truth.lastNote).holds)
  }

  @Test("a thief of today's key who signs yesterday anew lacks the checkpoints of yesterday's keys")
  func stolenKey() throws {
    let disk = SimDisk()
    let whole = try morning(disk)
    let first = try whole.audit().firstKey
    var forged = whole
    forged.segments[0].removeAll(where: \.isCheckpoint)
    forged.segments[0][1] = .event(Timestamp(nanoseconds: 1))
    let signedAnew = try Life.begin(forged, disk).model
    let report = try signedAnew.audit(pinned: first)
    #expect(report.isPinned == true && report.handOvers == 3 && report.breaks.isEmpty)
    #expect(report.signedThrough == 200)
    #expect(report.problemCount == 3 && !report.holds)
  }

  @Test(
    "a thief of today's key cannot sign anew what a key before it signed, but for the last minutes")
  func stolenKeyAndChosenCheckpoints() throws {
    let disk = SimDisk()
    let whole = try morning(disk)
    let first = try whole.audit().firstKey
    let items = whole.segments[0]
    // Each key's first checkpoint stays, as the only one that the next note could be seen to need.
    var forged = whole
    forged.segments[0] = items.indices.filter { place in
      !items[place].isCheckpoint || items[place - 1].isKeyNote
    }.map { items[$0] }
    #expect(try forged.audit(pinned: first).problemCount == 3)
    for minutes in [1, 3, 30] {
      let handOver = items.lastIndex(where: \.isKeyNote) ?? 0
      let place = items[..<handOver].indices.filter { items[$0].isEvent }.suffix(minutes).first ?? 0
      var late = whole
      late.segments[0][place] = .event(Timestamp(nanoseconds: 1))
      for later in items.indices.reversed() where later > place && items[later].isCheckpoint {
        late.segments[0].remove(at: later)
      }
      let report = try Life.begin(late, disk).model.audit(pinned: first)
      #expect(report.isPinned == true && report.breaks.isEmpty && report.signedThrough == 200)
      #expect(report.holds == (minutes == 1), "\(minutes) minutes before the hand-over")
    }
  }

  @Test("any byte changed in any note of two hours is found")
  func everyNote() throws {
    let whole = try morning()
    var numbers = RandomSource(seed: 7, label: "notes")
    for place in whole.segments[0].indices.prefix(250) {
      guard case .note(let text) = whole.segments[0][place] else { continue }
      var bytes = Array(text.utf8)
      let at = Int(numbers.below(UInt64(bytes.count)))
      bytes[at] ^= 1 << UInt8(numbers.below(7))
      var forged = whole
      forged.segments[0][place] = .note(String(decoding: bytes, as: UTF8.self))
      #expect(try !forged.audit().holds, "note \(place), byte \(at)")
    }
  }
}

extension Model.Item {
  fileprivate var isEvent: Bool { if case .event = self { true } else { false } }

  fileprivate var isCheckpoint: Bool { signedText.flatMap(Checkpoint.init) != nil }

  fileprivate var isKeyNote: Bool { signedText.flatMap { KeyNote($0) } != nil }

  private var signedText: String? {
    if case .note(let text) = self { SignedNote(text)?.text } else { nil }
  }
}
