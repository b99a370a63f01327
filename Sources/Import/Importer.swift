/// Other people's files as a feed of events. Read this file first: an import is a survey of the
/// inputs, then definitions, facts in merged order, and notices of what was odd.
///
///     bytes → lines → decoder → message → survey    (first pass: digits, symbols, intervals)
///     bytes → lines → decoder → message → settler → events → merge by receive time
///
/// The same inputs give the same events on every machine: names are base names, no clock is read,
/// and the event of a file line depends on nothing but the inputs and the request.

import Dialects
public import TradingCore

/// One import as a `Feed`. Errors of the feed carry the text of an `ImportError`; `failure` holds
/// the error itself.
public final class Importer: Feed {
  private enum Stage { case new, facts, notices, done }

  /// What is imported.
  public let request: ImportRequest
  /// Why the feed ended early, when it did.
  public private(set) var failure: ImportError?
  private let parts: [InputPart]
  /// Of both passes; `nil` where an input has no known end.
  private let bytesTotal: Int?
  private let counter = ByteCounter()
  private let symbols = SymbolTable()
  private var definitions: Definitions?
  private var settler: Settler?
  private var merger: Merger?
  private var stage = Stage.new
  /// Events made and not yet handed out, from `position` on.
  private var outgoing: ContiguousArray<Event> = []
  private var position = 0
  private var nextSequence: Sequence64 = 1
  private var lastTime = Timestamp.none

  /// Looks at the inputs without reading their lines.
  /// - Throws: `ImportError` when one is missing, is a damaged archive, or the request is
  ///   contradictory.
  public init(_ request: ImportRequest) throws(ImportError) {
    self.request = request
    guard !request.files.isEmpty else { throw .usage("no file to import; `-` is standard input") }
    guard request.files.count(where: { $0 == "-" }) <= 1 else {
      throw .usage("standard input (-) can be read only once")
    }
    var parts: [InputPart] = []
    for path in request.files { parts += try InputPart.parts(of: path, counter: counter) }
    self.parts = parts
    let isStream = parts.contains { $0.stream != nil }
    bytesTotal = isStream ? nil : parts.reduce(0) { $0 &+ 2 &* max(0, $1.bytes) }
  }

  /// The instruments in order of their ids, known after `prepare`, with their symbols.
  public var instruments: [(definition: InstrumentDefinition, symbol: String)] {
    guard let definitions else { return [] }
    return zip(definitions.instruments, definitions.instrumentNames).map { ($0, $1) }
  }

  /// What was read so far.
  public var counts: ImportCounts { settler?.counts ?? ImportCounts() }

  /// How far the import has come. Files are read twice, and their bytes count twice.
  public var progress: ImportProgress {
    ImportProgress(bytesRead: counter.bytes, bytesTotal: bytesTotal)
  }

  /// The first pass, if it has not been made: surveys the inputs and settles the definitions.
  /// `report` is called every few thousand lines and at each part's end; when it answers false the
  /// import is over. O(bytes).
  /// - Throws: `ImportError` naming file, line, rule and remedy; `.stopped` when `report` said so.
  public func prepare(
    reporting report: (ImportProgress) -> Bool = { _ in true }
  ) throws(ImportError) {
    guard stage == .new else { return }
    let factory = DecoderFactory(request: request, symbols: symbols)
    let survey = try survey(factory, report)
    let definitions = try Definitions(
      request: request, symbols: symbols, survey: survey, parts: parts)
    let remedy: StaticString =
      request.instruments.isEmpty
      ? "it is finer than the rows looked at" : "without --instruments the grid is inferred"
    let grids = definitions.instruments.map { TickAndLot($0, remedy: remedy) }
    let settler = Settler(grids: grids, instruments: definitions.bySymbol)
    let merger = try Merger(
      parts: parts, survey: survey, factory: factory, settler: settler, counter: counter)
    guard let firstTime = merger.nextTime else {
      throw .empty(file: Importer.label(of: parts))
    }
    outgoing.append(
      contentsOf: definitions.events(at: firstTime, sources: parts.map(\.name)))
    (self.definitions, self.settler, self.merger) = (definitions, settler, merger)
    stage = .facts
  }

  /// The next events; definitions first, notices last.
  /// - Throws: `EngineFault.source` with the text of the `ImportError`.
  public func next(into batch: inout EventBatch) throws(EngineFault) -> Bool {
    do throws(ImportError) {
      try prepare()
      return try nextBatch(&batch)
    } catch {
      failure = error
      throw .source(error.description)
    }
  }

  private func nextBatch(_ batch: inout EventBatch) throws(ImportError) -> Bool {
    batch.removeAll()
    batch.firstSequence = nextSequence
    while outgoing.count - position < EventBatch.capacity, stage != .done { try fill() }
    let end = min(outgoing.count, position + EventBatch.capacity)
    batch.events.append(contentsOf: outgoing[position..<end])
    settler?.countEvents(end - position)
    position = end
    nextSequence += Sequence64(batch.events.count)
    if let last = batch.events.last { lastTime = last.receiveTime }
    return !batch.isEmpty
  }

  /// Makes more events, or goes on to the next stage when there are none.
  private func fill() throws(ImportError) {
    outgoing.removeSubrange(..<position)
    position = 0
    let before = outgoing.count
    if stage == .facts {
      try merger?.fill(&outgoing, capacity: EventBatch.capacity)
      if outgoing.count == before { stage = .notices }
    } else {
      let time = outgoing.last?.receiveTime ?? lastTime
      outgoing.append(contentsOf: settler?.noticeEvents(at: time) ?? [])
      stage = .done
      merger = nil
    }
  }
}

extension Importer {
  private func survey(
    _ factory: DecoderFactory, _ report: (ImportProgress) -> Bool
  ) throws(ImportError) -> Survey {
    var survey = Survey(requestedSymbol: try requestedSymbol(factory))
    for part in parts {
      let source: any ByteSource
      if let stream = part.stream {
        source = stream
      } else {
        source = try part.open(counter: counter)
      }
      var input = PartInput(
        source, decoder: try factory.decoder(for: part, interval: nil), label: part.label)
      try survey.look(
        at: &input, label: part.label, isStream: part.stream != nil, onError: request.onError
      ) { report(progress) }
    }
    return survey
  }

  /// The parts by name, or the first of many.
  private static func label(of parts: [InputPart]) -> String {
    let named = parts.prefix(3).map(\.label).joined(separator: ", ")
    return parts.count > 3 ? "\(named) and \(parts.count - 3) more" : named
  }

  private func requestedSymbol(_ factory: DecoderFactory) throws(ImportError) -> Int? {
    guard let symbol = factory.requestedSymbol else { return nil }
    do {
      return try symbols.index(of: symbol)
    } catch {
      throw .undefined(
        instrument: symbol, reason: "its symbol cannot be taken: \(error.rule); check --symbol")
    }
  }
}
