/// `cryptobot strategies …`: what strategies there are and what they can be told.

import ArgumentParser
import Research
import TradingCore

struct StrategiesGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "strategies",
    abstract: "List the strategies, show their parameters, write a new one.",
    subcommands: [StrategiesList.self, StrategiesShow.self, StrategiesNew.self],
    defaultSubcommand: StrategiesList.self)
}

struct StrategiesList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "One line for each strategy.",
    discussion: """
      Example:
        cryptobot strategies list
      """)

  @Flag(help: "Write JSON, with all parameters.")
  var json = false

  func run() throws {
    let entries = StrategyRegistry.all
    if json {
      return try Output.result(JSONValue.array(entries.map(describe)).text())
    }
    let width = entries.map(\.name.count).max() ?? 0
    for entry in entries {
      let space = String(repeating: " ", count: width - entry.name.count)
      try Output.result("\(entry.name)\(space)  \(entry.summary)")
    }
  }
}

struct StrategiesShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "A strategy's parameters: default, range, unit, meaning.",
    discussion: """
      Example:
        cryptobot strategies show ema-cross

      A scenario sets them below `strategy:`, `cryptobot replay --set name=value` for one run.
      """)

  @Argument(help: "The strategy's name.", completion: .list(StrategyRegistry.all.map(\.name)))
  var name: String

  @Flag(help: "Write JSON.")
  var json = false

  func run() throws {
    guard let entry = StrategyRegistry.entry(named: name) else { throw unknownStrategy(name) }
    if json { return try Output.result(describe(entry).text()) }
    try Output.result("\(entry.name): \(entry.summary)")
    if entry.parameters.isEmpty { try Output.result("It has no parameters.") }
    let width = entry.parameters.map(\.name.count).max() ?? 0
    for parameter in entry.parameters {
      try Output.result("")
      let space = String(repeating: " ", count: width - parameter.name.count)
      try Output.result("  \(parameter.name)\(space)  \(range(parameter))")
      try Output.result("  \(String(repeating: " ", count: width))  \(parameter.help)")
    }
    if let help = RecipeHelp.text(of: entry) { try Output.result("\n\(help)") }
  }
}

/// What to say about a name that no strategy has.
func unknownStrategy(_ name: String) -> CommandFailure {
  let known = StrategyRegistry.all.map(\.name)
  let hint = nearestName(to: name, among: known).map { "; did you mean `\($0)`?" } ?? ""
  return CommandFailure(
    .usage, "there is no strategy `\(name)`; `cryptobot strategies list` names them all\(hint)")
}

/// `10 bars  (whole, 2…500)`: the default with its unit, the type, and the range.
func range(_ parameter: Parameter) -> String {
  let unit = parameter.unit.isEmpty ? "" : " \(parameter.unit)"
  let limits = "\(plainText(parameter.minimum))…\(plainText(parameter.maximum))"
  return "\(plainText(parameter.defaultValue))\(unit)  (\(parameter.type), \(limits))"
}

private func describe(_ entry: StrategyEntry) -> JSONValue {
  .object([
    ("name", .string(entry.name)), ("summary", .string(entry.summary)),
    ("parameters", .array(entry.parameters.map(\.json))),
  ])
}
