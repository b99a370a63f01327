/// `cryptobot record`: a venue's live market data into a journal, gaps as events.

import ArgumentParser
import Dialects
import Exchanges
import Glibc
import Journal
import Research
import TradingCore

struct Record: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Record a venue's live market data to a journal.",
    discussion: """
      The venue describes its instruments first, then its streams are followed until --for or --until, \
      Ctrl-C or SIGTERM; the journal is sealed and the exit code is 0. --for counts from the moment at which \
      the links of all venues carry their streams; where that does not come within it, from the beginning. \
      What comes twice is dropped, what \
      is missing is a gap in the journal: a jump of ids, a lost connection, or a journal that was behind \
      (overflow). Books are brought into step as the venue documents it. A connection is replaced before \
      the venue ends it, without a gap. When this machine's clock is set, a clockStep says by how much.

      A stream that the venue does not take ends the recording with 77 before it begins; refused later, on \
      a new connection, it is a gap, the others go on, and the exit code is 77 at the end. Where a venue's \
      streams never came, the exit code is 74 at the end.

      Several venues go into one journal, in the order in which their messages arrive; each has its own \
      connection, books and gaps, and its name before its symbols and assets: kraken:BTC/USD.

      Streams: trade, aggTrade, bookTicker, depth (all levels as the venue sends them), depth1s, depth10 \
      and other counts of levels, kline_1m and other lengths; `venues show` tells what a venue has. Where \
      a venue sends a checksum with its book, a book that does not have it is a gap and is asked for anew.

      --raw keeps the venue's own bytes as well, in the folder raw of the journal: link-TIME-N.lz4 for \
      each connection, rest-TIME.lz4 for answers over HTTP; ordinary LZ4 files of lines, each the receive \
      time in ns, a space and the bytes, the latter's behind what was asked for. While one connection \
      replaces another, both bring the same. A new file begins after 256 MiB. The journal itself begins a new segment every 64 MiB and every day (UTC).

      No key of yours is needed: market data is public. Where CRYPTOBOT_KEYS names a folder, outside the \
      journal, a key is kept there that signs the journal's checkpoints; see `journal verify`.

      Examples:
        cryptobot record binance BTCUSDT ETHUSDT -o today --for 8h
        cryptobot record binance BTCUSDT -o trades --streams trade --quiet
        cryptobot record binance BTCUSDT ETHUSDT kraken BTC/USD coinbase BTC-USD -o three
        cryptobot record binance BTCUSDT -o local --url http://127.0.0.1:9000 --stream-url ws://127.0.0.1:9000
        cryptobot record binance BTCUSDT -o evidence --raw --until 2027-01-31T08:00
        lz4 -dcm evidence/raw/link-*.lz4 | cryptobot journal import binance-raw - -o again
      """)

  @Argument(
    help: ArgumentHelp(
      "A venue (\(VenueRegistry.names.joined(separator: ", "))) and its symbols as it spells them, "
        + "DEFAULT_SYMBOL where none is named; then the next venue.", valueName: "venue symbol"))
  var words: [String]

  @Option(name: .shortAndLong, help: "The journal to make, a folder.", completion: .directory)
  var output: String

  @Option(help: "Streams of every symbol, with commas.")
  var streams = "trade,depth,bookTicker"

  @OptionGroup var end: EndOptions

  @Option(
    help: "A venue's REST address, instead of its own; VENUE=URL where there are several.")
  var url: [String] = []

  @Option(help: "The address of its streams, which goes with --url.")
  var streamUrl: [String] = []

  @Flag(help: "Keep the venue's own bytes beside the events.")
  var raw = false

  @Option(
    help: "A PEM file of certificates to trust beside the system's.", completion: .file())
  var ca: String?

  @Option(help: "Replace a connection at this age, from 1s to 23h; the venue ends it after a day.")
  var renew: String?

  @OptionGroup var settings: ConfigurationOptions

  @OptionGroup var logging: LogOptions

  @OptionGroup var common: CommonFlags

  func run() throws {
    #if Live
      let end = try end.read()
      let configured = try Configured(settings, logging)
      let plans = try plans(configured)
      guard !Files.exists(output) else {
        throw CommandFailure(
          .cannotCreate,
          "\(output) exists and a recording is never written over; choose another name")
      }
      let log = try RunLog(configured, "record", venues: plans.map(\.venue))
      try log.around { try record(plans, until: end, log) }
    #else
      throw CommandFailure.noNetwork
    #endif
  }
}

#if Live
  extension Record {
    /// The venues with their symbols: a word that names a venue begins the next one.
    private func plans(_ configured: Configured) throws -> [RecordingPlan] {
      if let ca, !Files.exists(ca) {
        throw CommandFailure(.noInput, "\(ca): no such file; check the path")
      }
      let renewal = try renewal()
      var chosen: [(venue: String, symbols: [String])] = []
      for word in words {
        if chosen.isEmpty || VenueRegistry.names.contains(word) {
          chosen.append((word, []))
        } else {
          chosen[chosen.count - 1].symbols.append(word)
        }
      }
      let addresses = try VenueAddresses(
        url, streamUrl, of: chosen.map(\.venue), isTestnet: settings.testnet == true)
      let streams = streams.split(separator: ",").map(String.init)
      let standard = configured[.symbol].text.map { [$0] } ?? []
      let plans = try chosen.map { venue, symbols in
        var plan = try RecordingPlan(
          venue: venue, symbols: symbols.isEmpty ? standard : symbols, streams: streams,
          hosts: try addresses.hosts(of: venue, isTestnet: configured.hasChosenTestnet(of: venue)))
        (plan.authority, plan.keepsRaw, plan.renewal) = (ca, raw, renewal)
        return plan
      }
      return try RecordingPlan.together(plans)
    }

    private func renewal() throws -> Interval? {
      guard let renew else { return nil }
      guard let age = Interval(renew), (Interval.second...Self.greatestAge).contains(age) else {
        throw ValidationError("--renew \(renew): a span from 1s to 23h")
      }
      return age
    }

    private static let greatestAge = Interval(nanoseconds: 23 * Interval.hour.nanoseconds)

    /// How long to wait where nothing came.
    private static let pauseMicroseconds: UInt32 = 2_000

    private func record(_ plans: [RecordingPlan], until given: RunEnd, _ log: RunLog) throws {
      let venues = plans.map(\.venue)
      let recording = try MarketRecording(plans, check: Interrupt.check)
      defer { recording.stop() }
      try Interrupt.check()
      let (keys, announce) = (JournalKeys.folder, log.announce)
      let journal = try LiveJournal(
        opening: output, build: Version.text, keys: keys
      ) { announce("\($0)") }
      var writer = RecordWriter(journal, log)
      try log.begin(journal: output, mode: "record", symbols: plans.flatMap(\.symbols))
      let rawFolder = raw ? try RawFolder(in: output, of: venues) : nil
      var status = RecordStatus(
        venues, isQuiet: common.quiet || common.json, announce: announce)
      try writer.append(ContiguousArray(recording.definitions))
      try recording.start()
      var events: ContiguousArray<Event> = []
      var (end, isLinked) = (given, false)
      while !Interrupt.isRequested, WallClock.now < end.moment {
        recording.take(into: &events)
        try writer.append(events)
        try rawFolder?.append(recording.takeRaw())
        let figures = recording.figures
        status.update(figures, events: writer.events, bytes: journal.writtenBytes)
        if figures.contains(where: { $0.failure != nil }) { break }
        if !isLinked, figures.allSatisfy(\.isConnected) {
          isLinked = true
          end.count(from: WallClock.now)
        }
        if events.isEmpty { usleep(Self.pauseMicroseconds) }
      }
      // The request to stop is carried out: what fails from here on is no interruption.
      Interrupt.serve()
      recording.stop()
      recording.take(into: &events)
      try writer.append(events)
      try rawFolder?.append(recording.takeRaw())
      try rawFolder?.close()
      status.clear()
      try journal.close()
      let figures = recording.figures
      if let failure = figures.compactMap(\.failure).first { throw failure }
      let counts = RecordCounts(Array(zip(venues, figures)))
      try report(counts, seconds: status.elapsed, isSigned: keys != nil)
      let ending = RecordEnding(Array(zip(venues, figures)), seconds: status.elapsed)
      if let warning = ending.warning { announce(warning) }
      if let failure = ending.failure { throw failure }
    }

    private func report(_ counts: RecordCounts, seconds: Double, isSigned: Bool) throws {
      let reader = try JournalReader(opening: output)
      let journal = try JournalFigures(reader.facts, bytes: JournalTotals(of: output).bytes)
      if common.json {
        return try Output.result(JSONValue.object(journal.members + counts.members).text())
      }
      let tenths = journal.events > 0 ? Int128(journal.bytes * 10 / journal.events) : 0
      try Output.result(
        "\(output): \(NumberText.grouped(journal.events)) events, "
          + "\(NumberText.grouped(journal.bytes)) bytes (\(decimalText(tenths, scale: 1)) an event), "
          + "\(decimalText(Int128(seconds * 10), scale: 1)) s" + (isSigned ? ", signed" : ""))
      for line in counts.lines { try Output.result("  \(printable(line))") }
      if counts.hasGaps { try Output.result("  see: cryptobot audit gaps \(output)") }
    }
  }
#endif
