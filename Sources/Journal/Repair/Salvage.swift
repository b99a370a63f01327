/// Reads what is left of a damaged journal into a new one, and marks what is lost.
///
/// Every event keeps its sequence, so causes and references stay true: each lost event is replaced by
/// one `gap` fact, which says that something is missing in every stream of every instrument and makes
/// a replay distrust its books there; the last ones by the definitions that the next segment repeats,
/// when they are not known already.
public import TradingCore

/// What a salvage found.
public struct SalvageReport: Equatable, Sendable {
  /// The new journal.
  public var summary: JournalSummary
  /// Sequences that are lost, in order.
  public var lost: [ClosedRange<Sequence64>]
  /// Blocks of events left out, because they say that more than `Salvage.mostLost` are missing before
  /// them.
  public var disbelievedBlocks: Int
  /// Events lost in all.
  public var lostCount: UInt64 { lost.reduce(0) { $0 + ($1.upperBound - $1.lowerBound + 1) } }
}

/// Salvage; see `salvage`.
public struct Salvage: ~Copyable {
  private let folder: Folder
  private var writer: JournalWriter
  private var batch = EventBatch()
  private var lost: [ClosedRange<Sequence64>] = []
  private var time = Timestamp(nanoseconds: 0)
  private var lostCount: UInt64 = 0
  private var disbelievedBlocks = 0
  private var isFirst = true
  private var inForce = Definitions()
  private let watch: Watch
  private var blocksRead: UInt64 = 0

  /// Reads `path`, sealed or not, and makes the journal `target` of what is left. The old one is not
  /// changed. What is lost behind the last block left cannot be known. O(bytes).
  /// - Parameter watch: told how many of the blocks found are read; 0 of 0 while they are sought.
  /// - Throws: `.notAJournal` when no block is left; `.exists`; `.io`.
  public static func salvage(
    _ path: String, to target: String, replacing: Bool, build: String,
    watch: @escaping Watch = { _, _ in true }
  ) throws(JournalError) -> SalvageReport {
    let folder = Folder(path, on: SystemDisk())
    let blocks = try blocksLeft(in: folder, watch)
    guard let first = blocks.first(where: { $0.header.kind == .data }) else {
      throw .notAJournal(path: path, reason: "no block of it is left")
    }
    let chains = blocks.flatMap(\.header.chain.bytes)
    let identity = try JournalIdentity(
      inputs: chains, scenario: "salvage of \(first.header.salt)", build: build)
    let writer = try JournalWriter(creating: target, identity: identity, replacing: replacing)
    let salvage = Salvage(folder, writer) { done, _ in watch(done, UInt64(blocks.count)) }
    return try salvage.run(blocks)
  }

  /// The most events that are taken for lost in all, each of which becomes one gap: as many as some
  /// eighteen full segments hold. A block that would make it more is left out, and counted.
  public static let mostLost: UInt64 = 1 << 28

  private init(
    _ folder: Folder, _ writer: consuming JournalWriter, watch: @escaping Watch
  ) {
    self.folder = folder
    self.writer = writer
    self.watch = watch
  }

  /// The blocks of the journal that most of them belong to, in order, each sequence once.
  private static func blocksLeft(
    in folder: Folder, _ watch: Watch
  ) throws(JournalError) -> [SalvagedBlock] {
    var found: [SalvagedBlock] = []
    for name in try folder.names().compactMap(SegmentName.init).sorted() {
      found += try folder.blocksLeft(in: name, watch)
    }
    var votes: [UInt64: Int] = [:]
    for block in found { votes[block.header.salt, default: 0] += 1 }
    guard let salt = votes.max(by: { ($0.value, $0.key) < ($1.value, $1.key) })?.key else {
      return []
    }
    return found.filter { $0.header.salt == salt }.sorted {
      ($0.header.firstSequence, $0.header.kind == .data ? 1 : 0)
        < ($1.header.firstSequence, $1.header.kind == .data ? 1 : 0)
    }
  }

  private consuming func run(
    _ blocks: [SalvagedBlock]
  ) throws(JournalError) -> SalvageReport {
    var decoder = BlockDecoder()
    var schemas: [SegmentName: SchemaVersions] = [:]
    for name in Set(blocks.map(\.segment)) { schemas[name] = schema(of: name) }
    var next: Sequence64 = 1
    var definitions: [Event] = []
    for block in blocks where block.header.firstSequence >= next {
      blocksRead += 1
      guard block.header.firstSequence - next <= Self.mostLost - lostCount else {
        if block.header.kind == .data { disbelievedBlocks += 1 }
        continue
      }
      let file = try folder.open(block.segment.text, .read)
      guard try decoder.load(block.header, from: file) == nil,
        decoder.unpack(block.header, schemas[block.segment] ?? .current) == nil,
        case .success(let events) = decoder.payload.events(), let first = events.first
      else { continue }
      if block.header.kind == .dictionary {
        definitions += events
        continue
      }
      let begin = block.header.firstSequence
      if begin > next {
        try mark(next...(begin - 1), at: isFirst ? first.receiveTime : time, definitions)
      }
      definitions = []
      for event in events { try put(event) }
      next = begin + UInt64(events.count)
    }
    try flush()
    let (lost, disbelieved) = (lost, disbelievedBlocks)
    return SalvageReport(
      summary: try writer.seal(), lost: lost, disbelievedBlocks: disbelieved)
  }

  /// The versions a segment was written with; today's when its header is not left.
  private func schema(of name: SegmentName) -> SchemaVersions {
    do throws(JournalError) { return try folder.header(of: name).schema } catch { return .current }
  }

  /// Puts as many events as were lost: first gaps, at the end definitions that are known all the same.
  private mutating func mark(
    _ range: ClosedRange<Sequence64>, at time: Timestamp, _ definitions: [Event]
  ) throws(JournalError) {
    lost.append(range)
    let count = range.upperBound - range.lowerBound + 1
    lostCount += count
    let isNew = definitions != inForce.events && definitions.count < Int(clamping: count)
    let known = isNew ? definitions : []
    for _ in 0..<(count - UInt64(known.count)) {
      let gap = Gap(instrument: .none, stream: .any, count: 1, reason: .lostRecord)
      try put(Event(receiveTime: time, .gap(gap)))
    }
    for event in known { try put(event) }
  }

  private mutating func put(_ event: Event) throws(JournalError) {
    if batch.isFull { try flush() }
    batch.events.append(event)
    inForce.note(event)
    time = event.receiveTime
    isFirst = false
  }

  private mutating func flush() throws(JournalError) {
    try go(on: watch, blocksRead, of: blocksRead)
    try writer.append(batch)
    batch.firstSequence += UInt64(batch.events.count)
    batch.removeAll()
  }
}
