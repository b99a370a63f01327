/// One line of the log, for people or for programs. Secrets are taken out here, before it is written anywhere;
/// what goes to stderr goes through `Output`, which does the same.

#if Live
  import Dialects
  import Exchanges
  import Logging
  import Research
  import TradingCore

  struct LogLine {
    let time: Timestamp
    let level: Logger.Level
    let label: String
    let message: String
    /// By name, in the order they are written.
    let fields: [(name: String, value: String)]

    /// `2027-01-31T08:00:00.123456Z warning  cryptobot.record  gap  venue=binance sequence=12`.
    var text: String {
      let words = fields.map { "\($0.name)=\(Self.word($0.value))" }
      let head = [
        Self.text(of: time), level.rawValue.padded(to: 8), label, printableLine(message),
      ]
      return Redaction.clean(
        head.joined(separator: " ") + (words.isEmpty ? "" : "  " + words.joined(separator: " ")))
    }

    /// An object on one line; `sequence` is a number, every other field text.
    var json: String {
      let members =
        [
          ("time", Self.text(of: time)), ("level", level.rawValue), ("label", label),
          ("message", message),
        ].map { ($0.0, JSONValue.string(Redaction.clean($0.1))) }
        + fields.map { ($0.name, Self.json($0.name, $0.value)) }
      return Redaction.clean(JSONValue.object(members).text(pretty: false))
    }

    private static func json(_ name: String, _ value: String) -> JSONValue {
      if name == "sequence", let number = UInt64(value) { return .count(number) }
      // With its name, by which some values are known to be secret.
      let clean = Redaction.clean("\(name)=\(value)").dropFirst(name.utf8.count + 1)
      return .string(Redaction.clean(String(clean)))
    }

    /// UTC to the microsecond, always as many digits.
    private static func text(of time: Timestamp) -> String {
      let microseconds = time.nanoseconds / 1_000
      let whole = Timestamp(nanoseconds: microseconds / 1_000_000 * 1_000_000_000)
      let digits = String(1_000_000 + microseconds % 1_000_000).dropFirst()
      return "\(whole.iso8601.dropLast()).\(digits)Z"
    }

    /// A value of several words stands in quotes.
    private static func word(_ value: String) -> String {
      value.isEmpty || value.contains(where: { $0.isWhitespace || $0 == "\"" || $0 == "=" })
        ? printableLine(JSONValue.string(value).text(pretty: false)) : printableLine(value)
    }
  }

  extension String {
    fileprivate func padded(to width: Int) -> String {
      self + String(repeating: " ", count: max(0, width - count))
    }
  }
#endif
