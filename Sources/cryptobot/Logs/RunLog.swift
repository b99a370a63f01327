/// What a run at a venue writes into the log: its beginning and its end, what its sessions announce, and the
/// events of its journal that somebody may have to look into, each with its sequence. The core logs nothing:
/// what is told here has been journalled before.

#if Live
  import Exchanges
  import Journal
  import Logging
  import Research
  import TradingCore

  final class RunLog {
    private let logger: Logger
    private let sink: LogSink?
    private var fields = EventFields()

    /// - Parameters:
    ///   - label: the verb.
    ///   - venues: what is traded or recorded at.
    /// - Throws: `CommandFailure` where the file cannot be written.
    init(_ configured: Configured, _ label: String, venues: [String]) throws(CommandFailure) {
      let sink = try LogSink(configured)
      let level = configured[.logLevel].text.flatMap(Logger.Level.init(rawValue:)) ?? .info
      var logger = Logger(label: "cryptobot.\(label)") { label in
        guard let sink else { return SwiftLogNoOpLogHandler(label) }
        return LogSinkHandler(label: label, sink: sink, logLevel: level)
      }
      logger[metadataKey: "venue"] = "\(venues.joined(separator: ","))"
      (self.logger, self.sink) = (logger, sink)
    }

    /// The run begins: what runs, where, and into which journal.
    /// - Throws: `JournalError` where it cannot be read.
    func begin(journal: String, mode: String, symbols: [String]) throws(JournalError) {
      let id = try JournalReader(opening: journal, acceptingOpen: true).facts.identity.id
      logger.info(
        "run begins",
        metadata: [
          "journal": "\(journal)", "journalID": "\(id.description)", "mode": "\(mode)",
          "build": "\(Version.text)",
          "symbols": "\(symbols.joined(separator: ","))",
        ])
    }

    /// Does the run, and says how it ends.
    /// - Throws: what `run` throws.
    func around(_ run: () throws -> Void) throws {
      do {
        try run()
        end()
      } catch {
        end(error)
        throw error
      }
    }

    private func end(_ error: (any Error)? = nil) {
      if let error {
        let failure = CommandFailure(error)
        logger.error(
          "run ends",
          metadata: [
            "error": "\(failure?.description ?? "\(error)")",
            "category": "\(failure?.kind.category.rawValue ?? "internal")",
          ])
      } else {
        logger.info("run ends")
      }
      sink?.close()
    }

    /// Tells the person at the terminal and the log what a session announces, on any thread.
    var announce: @Sendable (String) -> Void {
      let logger = logger
      return { text in
        Output.warn(text)
        logger.warning("\(text)")
      }
    }

    /// Looks through events that were journalled.
    /// - Parameters:
    ///   - first: the sequence of the first.
    ///   - known: up to which sequence everything was told before.
    func note(_ events: ContiguousArray<Event>, from first: Sequence64, known: Sequence64 = 0) {
      guard sink != nil else { return }
      for (place, event) in events.enumerated() {
        if event.kind.isDefinition { fields.names.learn(event) }
        let sequence = first + Sequence64(place)
        guard sequence > known, let level = event.kind.logLevel else { continue }
        note(event, sequence, level)
      }
    }

    private func note(_ event: Event, _ sequence: Sequence64, _ level: Logger.Level) {
      guard level >= logger.logLevel else { return }
      var metadata: Logger.Metadata = [:]
      for field in fields.list(event, sequence) where !Self.clocks.contains(field.name) {
        if let text = field.value.text { metadata[field.name] = "\(text)" }
      }
      let kind = metadata.removeValue(forKey: "kind") ?? "event"
      logger.log(level: level, "\(kind)", metadata: metadata)
    }

    /// What a line says by itself.
    private static let clocks: Set<String> = ["receiveTime", "venueTime"]
  }

  extension LogSink {
    /// The sink that the settings ask for: LOG_FILE, or stderr where that is `-` or only level or form is set.
    /// - Returns: `nil` where nothing is to be logged.
    /// - Throws: as `LogFile`.
    convenience init?(_ configured: Configured) throws(CommandFailure) {
      let form = configured[.logFormat].text.flatMap(Form.init(rawValue:)) ?? .text
      let path = configured[.logFile].text
      guard let path, path != "-" else {
        let isChosen = [.logFormat, .logLevel].contains { configured[$0].source.isChosen }
        guard path != nil || isChosen else { return nil }
        self.init(form, nil)
        return
      }
      let largest = configured[.logFileSize].text.flatMap { ConfigurationKind.size($0) } ?? 1 << 24
      let older = configured[.logFileCount].text.flatMap { Int($0) } ?? 5
      self.init(form, try LogFile(path, largest: Int(largest), olderFiles: older))
    }
  }

  extension EventKind {
    /// How loudly an event is told; `nil` for those that the journal alone is for.
    fileprivate var logLevel: Logger.Level? {
      switch self {
      case .disconnected, .gap, .rejected, .sendFailed, .unknown, .clockStep, .alert: .warning
      case .adjustment, .halt: .error
      case .connected, .refused, .resume, .key, .limit, .flatten, .configure: .notice
      case .order, .fill, .canceled, .expired, .accepted, .amended: .debug
      case .trade, .quote, .depth, .bookSnapshot, .candle, .funding, .reading, .sent, .balance,
        .triggered, .timer, .place, .amend, .cancel, .execute, .instrument, .asset, .fee, .text,
        .model, .build, .logicVersion, .notice, .filter, .latency, .signal, .amendRequest,
        .cancelRequest, .stateHash, .request, .parent, .parentEnded:
        nil
      }
    }
  }

  /// A run's journal with its log beside it. What it is given goes on as it came.
  final class LoggedJournal: DurableSink {
    private let journal: any DurableSink
    private let known: Sequence64
    private let log: RunLog

    /// - Parameter known: the last event that was journalled by an earlier run.
    init(_ journal: any DurableSink, after known: Sequence64, _ log: RunLog) {
      (self.journal, self.known, self.log) = (journal, known, log)
    }

    func append(_ batch: borrowing EventBatch) throws(EngineFault) {
      try journal.append(batch)
      log.note(batch.events, from: batch.firstSequence, known: known)
    }

    func secure(upTo sequence: Sequence64, durably: Bool) throws(EngineFault) {
      try journal.secure(upTo: sequence, durably: durably)
    }
  }
#endif
