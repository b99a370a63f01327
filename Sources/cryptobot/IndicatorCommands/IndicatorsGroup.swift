/// `cryptobot indicators …`: what indicators there are, and what they say of a journal's bars.

import ArgumentParser
import Research
import TradingCore

struct IndicatorsGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "indicators",
    abstract: "List the indicators, and compute them over the bars of a journal.",
    subcommands: [IndicatorsList.self, IndicatorsShow.self, IndicatorsCompute.self],
    defaultSubcommand: IndicatorsList.self)
}

struct IndicatorsList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "One line for each indicator, by family.",
    discussion: """
      Example:
        cryptobot indicators list
      """)

  @Flag(help: "Write JSON, with all that `show` says.")
  var json = false

  func run() throws {
    guard json else { return try Output.result(IndicatorWords.list) }
    let all = try IndicatorRegistry.all.map { try IndicatorWords.json($0) }
    try Output.result(JSONValue.array(all).text())
  }
}

struct IndicatorsShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "An indicator's definition, inputs, answers, warm-up and parameters.",
    discussion: """
      Also what TA-Lib calls it, and where the two differ.

      Example:
        cryptobot indicators show macd
      """)

  @Argument(
    help: "The indicator's name.", completion: .list(IndicatorRegistry.all.map(\.name)))
  var name: String

  @Flag(help: "Write JSON.")
  var json = false

  func run() throws {
    do {
      let entry = try IndicatorRegistry.entry(named: name)
      try Output.result(json ? IndicatorWords.json(entry).text() : IndicatorWords.text(entry))
    } catch let error as ParameterError {
      throw CommandFailure(error, asked: name)
    }
  }
}

extension CommandFailure {
  /// What was asked for is not what the registry of indicators has.
  init(_ error: ParameterError, asked text: String) {
    if case .noIndicator = error {
      self.init(.usage, "\(error); `cryptobot indicators list` names them all")
    } else {
      let name = text.prefix { $0 != ":" }
      self.init(
        .usage, "\(text): \(error); `cryptobot indicators show \(name)` says what it takes")
    }
  }
}
