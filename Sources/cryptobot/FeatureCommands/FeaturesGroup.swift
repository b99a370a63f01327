/// `cryptobot features …`: what features of a market's microstructure there are, and tables of them.

import ArgumentParser
import Research
import TradingCore

struct FeaturesGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "features",
    abstract: "Features of order book and trades, as tables for training.",
    subcommands: [FeaturesList.self, FeaturesShow.self, FeaturesCompute.self],
    defaultSubcommand: FeaturesCompute.self)
}

struct FeaturesList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "One line for each feature.",
    discussion: """
      Example:
        cryptobot features list
      """)

  @Flag(help: "Write JSON, with all parameters and columns.")
  var json = false

  func run() throws {
    let entries = FeatureRegistry.all
    if json { return try Output.result(JSONValue.array(entries.map(describe)).text()) }
    let width = entries.map(\.name.count).max() ?? 0
    for entry in entries {
      let space = String(repeating: " ", count: width - entry.name.count)
      let inputs = entry.inputs.map(\.rawValue).joined(separator: ", ")
      try Output.result("\(entry.name)\(space)  \(entry.summary) (\(inputs))")
    }
  }
}

struct FeaturesShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "A feature's inputs, parameters, columns, units and source.",
    discussion: """
      Example:
        cryptobot features show level_ofi
      """)

  @Argument(help: "The feature's name.", completion: .list(FeatureRegistry.all.map(\.name)))
  var name: String

  @Flag(help: "Write JSON.")
  var json = false

  func run() throws {
    let entry = try FeatureChoice(spelled: name).entry
    if json { return try Output.result(describe(entry).text()) }
    try Output.result("\(entry.name): \(entry.summary)")
    try Output.result("  looks at    \(entry.inputs.map(\.rawValue).joined(separator: ", "))")
    if !entry.source.isEmpty { try Output.result("  source      \(entry.source)") }
    for parameter in entry.parameters {
      try Output.result("  \(padded(parameter.name))\(range(parameter)): \(parameter.help)")
    }
    try Output.result("  columns")
    for column in entry.usual.columns {
      let unit = column.unit == .plain ? "" : "  \(column.unit.rawValue)"
      try Output.result("    \(column.name)\(unit)")
    }
  }

  private func padded(_ name: String) -> String {
    name + String(repeating: " ", count: max(1, 12 - name.count))
  }
}

private func describe(_ entry: FeatureEntry) -> JSONValue {
  .object([
    ("name", .string(entry.name)), ("summary", .string(entry.summary)),
    ("source", .string(entry.source)),
    ("inputs", .array(entry.inputs.map { .string($0.rawValue) })),
    ("parameters", .array(entry.parameters.map(\.json))),
    (
      "columns",
      .array(
        entry.usual.columns.map {
          .object([("name", .string($0.name)), ("unit", .string($0.unit.rawValue))])
        })
    ),
  ])
}
