/// `cryptobot calibrate`: from a journal with orders, the latency, fees and queues of its venue, as a scenario.

import ArgumentParser
import Foundation
import Research
import TradingCore

struct Calibrate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Fit latency, fees and queues from a journal that holds orders.",
    discussion: """
      Entry is the time from our sending to the venue's report, response from there to our receiving, \
      each by kind of request; feed is that of market data. A fee rate is fees over values, for each \
      instrument and liquidity. The queue model is the one under which the simulated exchange, given the \
      same orders, fills resting ones most nearly when they were. Every figure comes with its error and the number of samples; what \
      cannot be fitted is named with the reason.

      With -o a scenario over the journal is written that uses what was fitted: one figure for each leg or, \
      with --table, latency over time, interpolated between the middles of stretches that are at least \
      --every long and hold 20 answered requests.

      Examples:
        cryptobot calibrate live-january
        cryptobot calibrate live-january -o like-january.yaml
        cryptobot calibrate live-january -o like-january.yaml --table january-latency.csv --every 15m
        cryptobot calibrate live-january --json
      """)

  @Argument(help: "The journal, a folder.", completion: .directory)
  var journal: String

  @Option(name: .shortAndLong, help: "The scenario to write.", completion: .file())
  var output: String?

  @Option(help: "The latency over time to write, as CSV.", completion: .file())
  var table: String?

  @Option(help: "How long a stretch of latency over time is at least, such as 5m.")
  var every = "5m"

  @Flag(help: "Replace files that exist.")
  var force = false

  @OptionGroup var common: CommonFlags

  func run() throws {
    var progress = Progress("calibrate", unit: "events", isQuiet: common.quiet || common.json)
    let calibration = try Calibration(journal: journal, every: stretch()) { done in
      try Interrupt.check()
      progress.update(done: done, share: nil)
    }
    progress.clear()
    try write(calibration)
    try Output.result(common.json ? calibration.json.text() : calibration.text)
  }

  private func stretch() throws -> Interval {
    guard let span = Interval(every), span > .zero else {
      throw ValidationError("--every is \"\(every)\", not a span such as 5m")
    }
    return span
  }

  private func write(_ calibration: Calibration) throws {
    if let table {
      guard !calibration.drift.isEmpty else {
        throw CommandFailure(
          .badInput, "\(journal): too few answered requests for \(table); leave --table out")
      }
      try write(calibration.latencyTable, to: table)
      Output.note("\(table) written: \(calibration.drift.count) rows")
    }
    guard let output else { return }
    let text = calibration.scenario(source: absolute(journal), table: table.map(absolute))
    try write(text, to: output)
    Output.note("\(output) written; check it with: cryptobot scenario check \(output)")
  }

  private func write(_ text: String, to path: String) throws {
    let file = try ByteOutput(path: path, replacing: force)
    file.buffer = Array(text.utf8)
    try file.finish()
  }

  /// The scenario may lie in another folder than the one the command runs in.
  private func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
  }
}
