/// Where log lines go, and what swift-log asks of whoever takes them.

#if Live
  import Dispatch
  import Exchanges
  import Logging
  import Research
  import Synchronization
  import TradingCore

  /// Lines on their way to a file or to stderr. They are written on a queue of their own, so that a slow disk
  /// holds up no trading; where too many wait, the next is counted and not kept.
  final class LogSink: Sendable {
    enum Form: String, Sendable { case text, json }

    /// Lines that may wait.
    private static let mostWaiting = 8_192

    private let form: Form
    private let file: Mutex<LogFile?>
    private let waiting = Mutex((lines: 0, lost: 0))
    private let queue = DispatchQueue(label: "cryptobot.log")

    /// - Parameter file: `nil` for stderr.
    init(_ form: Form, _ file: consuming sending LogFile?) {
      self.form = form
      self.file = Mutex(file)
    }

    /// Takes a line; returns at once.
    func take(_ line: LogLine) {
      let lost: Int? = waiting.withLock { waiting in
        guard waiting.lines < Self.mostWaiting else {
          waiting.lost += 1
          return nil
        }
        defer { waiting.lost = 0 }
        waiting.lines += 1
        return waiting.lost
      }
      guard let lost else { return }
      queue.async { [self] in
        if lost > 0 { write(loss(of: lost)) }
        write(line)
        waiting.withLock { $0.lines -= 1 }
      }
    }

    /// Returns when every line that was taken is written, and how many were not.
    func close() {
      queue.sync {
        let lost = waiting.withLock { waiting in
          defer { waiting.lost = 0 }
          return waiting.lost
        }
        if lost > 0 { write(loss(of: lost)) }
        file.withLock { $0?.sync() }
      }
    }

    private func write(_ line: LogLine) {
      let text = form == .json ? line.json : line.text
      let trouble: String?? = file.withLock { file in
        file.map { $0.append(text) { [self] in shown(loss(of: $0)) } }
      }
      switch trouble {
      case .none: Output.note(text)
      case .some(.none): break
      case .some(let reason?):
        Output.warn(
          "the log cannot be written: \(reason); lines are lost until it can, trading goes on")
      }
    }

    private func shown(_ line: LogLine) -> String { form == .json ? line.json : line.text }

    private func loss(of count: Int) -> LogLine {
      LogLine(
        time: WallClock.now, level: .warning, label: "cryptobot.log", message: "lines were lost",
        fields: [("count", "\(count)")])
    }
  }

  /// A handler of swift-log over a sink.
  struct LogSinkHandler: LogHandler {
    let label: String
    let sink: LogSink
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let all = metadata.merging(event.metadata ?? [:]) { _, own in own }
      let fields = all.sorted { Self.rank($0.key) < Self.rank($1.key) }
      sink.take(
        LogLine(
          time: WallClock.now, level: event.level, label: label, message: "\(event.message)",
          fields: fields.map { ($0.key, "\($0.value)") }))
    }

    /// Where a line is from comes first, the rest by name.
    private static func rank(_ name: String) -> (Int, String) {
      (["venue", "sequence"].firstIndex(of: name) ?? 2, name)
    }
  }
#endif
