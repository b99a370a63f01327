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

      With -o a scenario over the journal is written that uses what was fitted.

      Examples:
        cryptobot calibrate live-january
        cryptobot calibrate live-january -o like-january.yaml
        cryptobot calibrate live-january --json
      """)

  @Argument(help: "The journal, a folder.", completion: .directory)
  var journal: String

  @Option(name: .shortAndLong, help: "The scenario to write.", completion: .file())
  var output: String?

  @Flag(help: "Replace the file if it exists.")
  var force = false

  @OptionGroup var common: CommonFlags

  func run() throws {
    var progress = Progress("calibrate", unit: "events", isQuiet: common.quiet || common.json)
    let calibration = try Calibration(journal: journal) { done in
      try Interrupt.check()
      progress.update(done: done, share: nil)
    }
    progress.clear()
    if let output {
      let file = try ByteOutput(path: output, replacing: force)
      file.buffer = Array(calibration.scenario(source: absolute(journal)).utf8)
      try file.finish()
      Output.note("\(output) written; check it with: cryptobot scenario check \(output)")
    }
    try Output.result(common.json ? calibration.json.text() : calibration.text)
  }

  /// The scenario may lie in another folder than the one the command runs in.
  private func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
  }
}
