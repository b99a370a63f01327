/// `cryptobot download`: a venue's candles of the past into a journal.

import ArgumentParser
import Dialects
import Exchanges
import Foundation
import Glibc
import Journal
import Research
import TradingCore

struct Download: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "download",
    abstract: "Download a venue's candles of the past to a journal.",
    discussion: """
      The venue describes its instruments, then tells its candles page by page, within its limits; no key \
      is needed. The journal is as one of imported candles: a candle is received when it closed, \
      and the one that is open is never in it. The same span of the same candles gives the same journal, \
      byte for byte.

      Nothing is invented: an interval without a candle has none, and the answer counts them. Binance and Kraken \
      tell a flat candle where nothing was traded, Coinbase none. Kraken has the newest 720 candles \
      of each length and no others; what was before them is refused.

      Where a symbol's prices were once finer than its tick is today, its definition takes the finer one.

      A question that fails is asked again, ever later; after 8 failures in a row the download ends \
      with 74. So it does at once where a whole answer cannot be, and where the venue wants to be left alone \
      for more than 10 minutes, or bans and does not say until when, or bans again. One that fails or is interrupted leaves nothing behind.

      Examples:
        cryptobot download binance BTCUSDT ETHUSDT --from 2024-01-01 --to 2024-07-01 -o half-year
        cryptobot download coinbase BTC-USD --from 2024-01-01 --interval 1h -o hours
        cryptobot download kraken BTC/USD --from 2027-01-31T08:00 -o today --force
        cryptobot download binance BTCUSDT --from 2024-01-01 -o local --url http://127.0.0.1:9000

      `cryptobot venues show` lists the lengths that a venue has.
      """)

  @Argument(
    help: ArgumentHelp("One of \(VenueRegistry.names.joined(separator: ", "))."),
    completion: .list(VenueRegistry.names))
  var venue: String

  @Argument(
    help: "Symbols as the venue spells them; DEFAULT_SYMBOL where none is named.")
  var symbols: [String] = []

  @Option(help: "The first candle begins at this UTC moment or later: 2024-01-31T08:00.")
  var from: String

  @Option(help: "The last candle has ended by this UTC moment; now where it is left out.")
  var to: String?

  @Option(help: "The candles' length, such as 1m, 1h or 1d.")
  var interval = "1m"

  @Option(name: .shortAndLong, help: "The journal to make, a folder.", completion: .directory)
  var output: String

  @Flag(help: "Replace the output if it exists.")
  var force = false

  @Option(help: "The venue's REST address, instead of its own.")
  var url: String?

  @Option(
    help: "A PEM file of certificates to trust beside the system's.", completion: .file())
  var ca: String?

  @OptionGroup var settings: ConfigurationOptions

  @OptionGroup var logging: LogOptions

  @OptionGroup var common: CommonFlags

  func run() throws {
    #if Live
      let configured = try Configured(settings, logging)
      let plan = try plan(configured)
      try expectRoom()
      let log = try RunLog(configured, "download", venues: [plan.venue])
      try log.around { try download(plan, announce: log.announce) }
    #else
      throw CommandFailure.noNetwork
    #endif
  }
}

#if Live
  extension Download {
    private func plan(_ configured: Configured) throws -> HistoryPlan {
      if let ca, !Files.exists(ca) {
        throw CommandFailure(.noInput, "\(ca): no such file; check the path")
      }
      let from = try Self.moment(from, "--from")
      let end = try to.map { try Self.moment($0, "--to") } ?? WallClock.now
      guard from < end else {
        throw ValidationError(
          "--from \(self.from): a moment before \(to.map { "--to \($0)" } ?? "now")")
      }
      let addresses = try VenueAddresses(
        url.map { [$0] } ?? [], nil, of: [venue], isTestnet: settings.testnet == true)
      let standard = configured[.symbol].text.map { [$0] } ?? []
      return try HistoryPlan(
        venue: venue, symbols: symbols.isEmpty ? standard : symbols, interval: interval,
        from: from, to: end,
        hosts: try addresses.hosts(
          of: venue, isTestnet: configured.hasChosenTestnet(of: venue)), authority: ca)
    }

    private static func moment(_ text: String, _ option: String) throws -> Timestamp {
      guard let moment = Timestamp(utc: text) else {
        throw ValidationError("\(option) \(text): a UTC moment such as 2024-01-31T08:00")
      }
      return moment
    }

    /// A long download must not end with an output that cannot be made.
    private func expectRoom() throws {
      guard !output.isEmpty else { throw CommandFailure(.usage, "-o: an output needs a name") }
      guard force || !Files.exists(output) else {
        throw CommandFailure(.cannotCreate, "\(output) exists; choose another name or add --force")
      }
      let parent = URL(fileURLWithPath: output).deletingLastPathComponent().path
      guard Files.isFolder(parent) else {
        throw CommandFailure(.cannotCreate, "\(parent): no such folder; make it first")
      }
      try JournalWriter.expectRoom(for: output, replacing: force)
      try Output.clearRemains(beside: output)
    }

    /// How long to wait where nothing has come.
    private static let pauseMicroseconds: UInt32 = 2_000

    private func download(
      _ plan: HistoryPlan, announce: @escaping @Sendable (String) -> Void
    ) throws {
      let download = try HistoryDownload(plan)
      defer { download.stop() }
      var status = DownloadStatus(isQuiet: common.quiet || common.json, announce: announce)
      var sink = DownloadSink(output, plan, replacing: force)
      while !sink.isComplete {
        try Interrupt.check()
        let step = try download.take()
        status.update(download.figures)
        switch step {
        case .events(let events): try sink.append(events, download.figures)
        case .anew(let symbol):
          announce(
            "\(symbol) was once traded on a finer grid of prices: its candles are read on that")
          sink = DownloadSink(output, plan, replacing: force)
        case .end(let notices): try sink.end(notices, download.figures)
        case nil: usleep(Self.pauseMicroseconds)
        }
      }
      status.clear()
      try Interrupt.check()
      let (tally, figures) = (sink.tally, download.figures)
      let summary = try sink.seal()
      let report = DownloadReport(plan, figures, tally, JournalFigures(summary))
      try Output.result(
        common.json ? report.json.text() : report.text(output, seconds: status.elapsed))
    }
  }
#endif
