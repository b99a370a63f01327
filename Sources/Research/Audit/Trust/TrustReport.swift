/// What `audit gaps` says: tables and strips for a terminal, JSON and CSV for programs.

public import TradingCore

public struct TrustReport {
  private let reading: TrustReading
  /// Spans that the text shows.
  private static let mostShown = 20

  public init(_ reading: TrustReading) { self.reading = reading }

  // MARK: Text

  /// Aligned tables and strips for a terminal.
  public var text: String {
    let sections = [head, instruments, streams, strips, lags, spans]
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n")
  }

  private var head: [String] {
    let (tally, facts) = (reading.tally, reading.tally.facts)
    var table = TextTable(.left, .left)
    table.append("journal", ReportText.visible(reading.journal))
    if let start = tally.start {
      table.append(
        "period",
        "\(NumberText.time(start.time)) to \(NumberText.time(tally.last.time)) UTC  ("
          + NumberText.duration(seconds: tally.period.seconds) + ")")
    }
    if facts.isHeadLost {
      table.append(
        "", "before it records are lost: what share of the time can be trusted is not known")
    }
    let (lost, uncounted) = total
    let early = facts.early > 0 ? "; before anything of their stream came: \(facts.early)" : ""
    table.append("gaps", "\(number(facts.gaps)) in the journal\(early)")
    table.append(
      "spans",
      "\(number(reading.spanCount)) that cannot be trusted; known to be lost: \(number(lost)), "
        + "uncounted: \(number(uncounted))")
    table.append(
      "connections",
      "\(number(facts.connects)) opened, \(number(facts.disconnects)) lost, "
        + "\(number(resyncs)) times a book was brought into step")
    table.append("clock", clock(facts))
    for notice in facts.notices { table.append("notice", "\(notice.code) \(number(notice.count))") }
    return table.lines()
  }

  private func clock(_ facts: TrustFacts) -> String {
    var text = "set \(number(facts.clockSteps)) times"
    if facts.clockSteps > 0 {
      text += " by \(span(facts.leastStep)) to \(span(facts.greatestStep))"
    }
    text += "; receive times went back \(number(facts.regressions)) times"
    return facts.regressions > 0 ? text + ", by \(span(facts.farthestBack)) at most" : text
  }

  private var total: (lost: UInt64, uncounted: UInt64) {
    let facts = reading.tally.facts
    return (
      facts.lost, reading.tally.streams.reduce(facts.uncounted) { $0.addingClamped($1.jumps) }
    )
  }

  private var resyncs: UInt64 { reading.tally.streams.reduce(0) { $0 + $1.resyncs } }

  private var instruments: [String] {
    var table = TextTable(.left, .right, .right)
    table.append("instrument", "untrusted", "trusted")
    for id in reading.instruments {
      let untrusted = reading.tally.untrusted(id)
      table.append(
        ReportText.visible(reading.names.symbol(id) ?? "?"), span(untrusted),
        percent(reading.share(untrusted)))
    }
    return reading.instruments.isEmpty ? [] : table.lines()
  }

  private var streams: [String] {
    var table = TextTable(.left, .right, .right, .right, .right, .right, .right, .right)
    table.append("stream", "events", "spans", "gaps", "lost", "uncounted", "untrusted", "trusted")
    for stream in reading.streams {
      table.append(
        reading.name(stream.instrument, stream.stream), number(stream.eventCount),
        number(stream.spanCount), number(stream.gaps + stream.jumps), number(stream.lost),
        number(stream.uncounted), span(stream.untrusted), percent(reading.share(stream.untrusted)))
    }
    return reading.streams.isEmpty ? [] : table.lines()
  }

  private var strips: [String] {
    guard !reading.strips.isEmpty else { return [] }
    var table = TextTable(.left, .left)
    for strip in reading.strips {
      table.append(reading.name(strip.instrument, strip.stream), strip.text)
    }
    return table.lines() + ["· trusted  ░ ▒ ▓ in part  █ not"]
  }

  private var lags: [String] {
    var table = TextTable(.left, .right, .right, .right, .right, .right)
    table.append("received after the venue's time", "least", "p50", "p90", "p99", "most")
    let measured = reading.streams.filter { $0.lag.count > 0 }
    for stream in measured {
      let shares = [0.5, 0.9, 0.99].map { stream.lag.quantile($0).map(span) ?? "n/a" }
      table.append(
        row: [reading.name(stream.instrument, stream.stream), span(stream.lag.least)]
          + shares + [span(stream.lag.most)])
    }
    return measured.isEmpty ? [] : table.lines()
  }

  private var spans: [String] {
    var table = TextTable(.left, .right, .left, .right, .left)
    table.append("untrustworthy from", "for", "stream", "lost", "why")
    for span in reading.spans.prefix(TrustReport.mostShown) {
      let lost = span.uncounted > 0 ? "\(number(span.lost))+?" : number(span.lost)
      table.append(
        NumberText.time(span.from.time) + " \(span.from.sequence)", self.span(span.duration),
        reading.name(span.instrument, span.stream), lost,
        span.reasons.names.joined(separator: ", ") + (span.isOpen ? ", to the end" : ""))
    }
    guard reading.spanCount > 0 else { return [] }
    let left = reading.spanCount - min(reading.spanCount, UInt64(TrustReport.mostShown))
    return table.lines() + (left > 0 ? ["and \(number(left)) more: see --csv"] : [])
  }

  private func number(_ count: UInt64) -> String { NumberText.grouped(count) }

  private func percent(_ share: Double?) -> String {
    share.map { NumberText.percent($0) }
      ?? (reading.tally.facts.isHeadLost ? "not known" : "n/a")
  }

  /// A span in a unit that shows it.
  private func span(_ interval: Interval) -> String {
    let (size, sign) = (interval.nanoseconds.magnitude, interval.nanoseconds < 0 ? "-" : "")
    if size == 0 { return "0 s" }
    if size < 1_000_000 { return "\(sign)\(decimalText(Int128(size), scale: 3)) µs" }
    if size < 1_000_000_000 { return "\(sign)\(decimalText(Int128(size / 1_000), scale: 3)) ms" }
    return NumberText.duration(seconds: interval.seconds)
  }
}

// MARK: Programs

extension TrustReport {
  /// The same with stable keys; at most `TrustReading.mostSpans` spans.
  public var json: JSONValue {
    let (tally, facts) = (reading.tally, reading.tally.facts)
    let (lost, uncounted) = total
    return .object([
      ("journal", .string(reading.journal)), ("events", .count(tally.last.sequence)),
      ("firstTimeNanoseconds", tally.start.map { .count($0.time.nanoseconds) } ?? .null),
      (
        "lastTimeNanoseconds",
        tally.last.sequence > 0 ? .count(tally.last.time.nanoseconds) : .null
      ),
      ("gaps", .count(facts.gaps)), ("gapsBeforeAnything", .count(facts.early)),
      ("spans", .count(reading.spanCount)), ("lost", .count(lost)),
      ("uncounted", .count(uncounted)), ("isHeadLost", .bool(facts.isHeadLost)),
      ("connected", .count(facts.connects)), ("disconnected", .count(facts.disconnects)),
      ("resyncs", .count(resyncs)),
      ("clock", clockValue(facts)),
      ("notices", .object(facts.notices.map { ("\($0.code)", .count($0.count)) })),
      ("instruments", .array(reading.instruments.map(instrumentValue))),
      ("streams", .array(reading.streams.map(streamValue))),
      ("untrusted", .array(reading.spans.map(spanValue))),
    ])
  }

  private func clockValue(_ facts: TrustFacts) -> JSONValue {
    .object([
      ("steps", .count(facts.clockSteps)),
      ("leastStepNanoseconds", .count(facts.leastStep.nanoseconds)),
      ("greatestStepNanoseconds", .count(facts.greatestStep.nanoseconds)),
      ("regressions", .count(facts.regressions)),
      ("farthestBackNanoseconds", .count(facts.farthestBack.nanoseconds)),
    ])
  }

  private func instrumentValue(_ id: InstrumentID) -> JSONValue {
    .object([
      ("instrument", reading.names.symbol(id).map(JSONValue.string) ?? .null),
      ("untrustedNanoseconds", .count(reading.tally.untrusted(id).nanoseconds)),
      ("trustedShare", .optional(reading.trustedShare(id))),
    ])
  }

  private func streamValue(_ stream: StreamTrust) -> JSONValue {
    .object(
      naming(stream.instrument, stream.stream) + [
        ("events", .count(stream.eventCount)), ("spans", .count(stream.spanCount)),
        ("gaps", .count(stream.gaps)), ("jumps", .count(stream.jumps)),
        ("lost", .count(stream.lost)), ("uncounted", .count(stream.uncounted)),
        ("untrustedNanoseconds", .count(stream.untrusted.nanoseconds)),
        ("trustedShare", .optional(reading.share(stream.untrusted))),
        ("lag", lagValue(stream)),
      ])
  }

  private func naming(_ id: InstrumentID, _ stream: StreamKind) -> [(String, JSONValue)] {
    [
      ("instrument", reading.names.symbol(id).map(JSONValue.string) ?? .null),
      ("stream", .string("\(stream)")),
    ]
  }

  private func lagValue(_ stream: StreamTrust) -> JSONValue {
    guard stream.lag.count > 0 else { return .null }
    func quantile(_ share: Double) -> JSONValue {
      stream.lag.quantile(share).map { .count($0.nanoseconds) } ?? .null
    }
    return .object([
      ("count", .count(stream.lag.count)),
      ("leastNanoseconds", .count(stream.lag.least.nanoseconds)),
      ("p50Nanoseconds", quantile(0.5)), ("p90Nanoseconds", quantile(0.9)),
      ("p99Nanoseconds", quantile(0.99)),
      ("mostNanoseconds", .count(stream.lag.most.nanoseconds)),
    ])
  }

  private func spanValue(_ span: UntrustedSpan) -> JSONValue {
    .object(
      naming(span.instrument, span.stream) + [
        ("reasons", .array(span.reasons.names.map(JSONValue.string))),
        ("fromSequence", .count(span.from.sequence)),
        ("fromNanoseconds", .count(span.from.time.nanoseconds)),
        ("noticedSequence", .count(span.noticed.sequence)),
        ("noticedNanoseconds", .count(span.noticed.time.nanoseconds)),
        ("toSequence", span.isOpen ? .null : .count(span.to.sequence)),
        ("toNanoseconds", .count(span.to.time.nanoseconds)),
        ("durationNanoseconds", .count(span.duration.nanoseconds)),
        ("gaps", .count(span.gaps)), ("jumps", .count(span.jumps)), ("lost", .count(span.lost)),
        ("uncounted", .count(span.uncounted)),
      ])
  }

  /// The header of the table of spans.
  public static let csvHeader =
    "instrument,stream,reasons,from,from_ns,from_sequence,noticed_sequence,noticed_ns,to,to_ns,"
    + "to_sequence,duration_ns,gaps,jumps,lost,uncounted\n"

  /// A span as a CSV line; `to_sequence` is empty where the journal ends before the span does.
  public static func csvLine(_ span: UntrustedSpan, _ names: Names) -> String {
    CSVFiles.line([
      names.symbol(span.instrument) ?? "", "\(span.stream)",
      span.reasons.names.joined(separator: " "), span.from.time.iso8601,
      String(span.from.time.nanoseconds), String(span.from.sequence),
      String(span.noticed.sequence), String(span.noticed.time.nanoseconds), span.to.time.iso8601,
      String(span.to.time.nanoseconds), span.isOpen ? "" : String(span.to.sequence),
      String(span.duration.nanoseconds), String(span.gaps), String(span.jumps), String(span.lost),
      String(span.uncounted),
    ])
  }
}
