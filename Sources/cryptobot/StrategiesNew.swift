/// `cryptobot strategies new`: a strategy to start from, with its test.

import ArgumentParser
import Research
import TradingCore

struct StrategiesNew: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Write a strategy to start from, with its test.",
    discussion: """
      Writes two files into a checkout of cryptobot, the strategy and its test; they compile and pass as \
      they are. One line in the registry then makes it known to scenarios, commands and reports.

      Examples:
        cryptobot strategies new my-idea
        cryptobot strategies new my-idea --in ~/src/cryptobot
      """)

  @Argument(help: "Its name: lower-case words joined by hyphens.")
  var name: String

  @Option(
    name: .customLong("in"), help: "The checkout. Default: this folder.", completion: .directory)
  var checkout = "."

  @Flag(help: "Replace files that exist.")
  var force = false

  private static let registry = "Sources/TradingCore/Engine/StrategyRegistry.swift"

  func run() throws {
    guard let template = StrategyTemplate(name) else {
      throw CommandFailure(
        .usage, "\(name) is no name for a strategy: lower-case words joined by hyphens, my-idea")
    }
    if let entry = StrategyRegistry.entry(named: name) {
      throw CommandFailure(.cannotCreate, "there is a strategy \(entry.name): choose another name")
    }
    guard Files.exists("\(checkout)/\(Self.registry)") else {
      throw CommandFailure(
        .noInput, "\(checkout): no checkout of cryptobot; go to one, or name it with --in")
    }
    let files = [
      ("Sources/TradingCore/Strategies/\(template.type).swift", template.source),
      ("Tests/TradingCoreTests/\(template.type)Tests.swift", template.test),
    ]
    for (path, _) in files { try Files.expectRoom("\(checkout)/\(path)", replacing: force) }
    for (path, text) in files {
      try ReportFiles.write(text, to: "\(checkout)/\(path)", replacing: force)
      try Output.result(path)
    }
    try Output.result(
      """

      Now add `StrategyEntry(\(template.type).self)` at the end of `all` in
      \(Self.registry): its place is its number in journals. Then
        swift test --filter \(template.type)Tests
        swift build -c release && cryptobot strategies show \(template.name)
      """)
  }
}
