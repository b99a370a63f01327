/// The keys of a strategy that its scenario composes: `parameters`, `indicators`, `long`, `short`, `exit`,
/// `weight`. What is wrong with them is said with the line they stand on and the column of the rule.

internal import TradingCore

struct RecipeReader {
  /// Reads what `entry` is made of here, with its parameters as they are written.
  static func read(
    _ section: inout ScenarioSection, _ entry: StrategyEntry
  ) throws(ScenarioError) -> (StrategyEntry, ParameterValues) {
    var lines: [(key: String, line: Int)] = []
    var composition = Composition()
    for (name, line, text) in try section.pairs("parameters") {
      guard let value = StrategyReader.number(text) else {
        throw section.error(
          at: line, "`\(section.path)parameters.\(name)`: \"\(text)\" is not a number")
      }
      composition.parameters.append(Composition.Number(name, value))
      lines.append(("parameters.\(name)", line))
    }
    for (name, line, text) in try section.pairs("indicators") {
      composition.indicators.append(Composition.Line(name, text))
      lines.append(("indicators.\(name)", line))
    }
    for key in ["long", "short", "exit", "weight"] { lines.append((key, section.line(of: key))) }
    composition.long = try section.text("long")
    composition.short = try section.text("short")
    composition.exit = try section.text("exit")
    composition.weight = try section.text("weight")
    do throws(RecipeError) {
      let made = try StrategyEntry(composition)
      return (made, ParameterValues(defaultsOf: made.parameters))
    } catch { throw refusal(error, section, lines) }
  }

  private static func refusal(
    _ error: RecipeError, _ section: ScenarioSection, _ lines: [(key: String, line: Int)]
  ) -> ScenarioError {
    let line = lines.first { $0.key == error.key }?.line
    guard !error.key.isEmpty else {
      return section.error(at: line, "`\(section.path.dropLast())`: \(error.problem)")
    }
    let place = "`\(section.path)\(error.key)`" + (error.column.map { ", column \($0)" } ?? "")
    return section.error(at: line, "\(place): \(error.problem)")
  }
}
