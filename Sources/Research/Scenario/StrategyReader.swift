/// `strategy:`, one that trades for the account, or `strategies:`, several of which each trades for a
/// book of its own with a share of the size.

internal import TradingCore

struct StrategyReader {
  private(set) var choices: [StrategyChoice] = []
  private(set) var hasBooks = false
  /// Width of the bars that all of them see.
  private(set) var bar = Interval.zero

  static func read(_ root: inout ScenarioSection) throws(ScenarioError) -> StrategyReader {
    var reader = StrategyReader()
    if let sections = try root.sections("strategies") {
      if let one = root.take("strategy") {
        throw root.error(at: one.line, "say either `strategy` or `strategies`")
      }
      try reader.read(sections, root)
    } else {
      guard var section = try root.section("strategy") else { throw missingName(root) }
      let (choice, bar) = try StrategyReader.choice(&section, root)
      try section.finish()
      reader.choices = [choice]
      reader.bar = bar ?? .zero
    }
    return reader
  }

  private mutating func read(
    _ sections: [ScenarioSection], _ root: ScenarioSection
  ) throws(ScenarioError) {
    hasBooks = true
    guard (1...StrategyRegistry.mostMembers).contains(sections.count) else {
      throw root.error(
        at: nil, "`strategies` needs 1 to \(StrategyRegistry.mostMembers) of them")
    }
    var bars: [Interval] = []
    for var section in sections {
      var (choice, bar) = try StrategyReader.choice(&section, root)
      if let bar { bars.append(bar) }
      choice.book = try name(section.text("book"), choice.name, section)
      choice.share = try share(&section, among: sections.count)
      try section.finish()
      choices.append(choice)
    }
    guard Set(bars).count <= 1 else {
      throw root.error(at: nil, "all `strategies` see the same bars: give them one `bar`")
    }
    bar = bars.first ?? .zero
    let total = choices.reduce(0) { $0 + $1.share }
    guard total <= 1_000_000 else {
      let percent = plainText(Double(total) / 10_000)
      throw root.error(at: nil, "the shares of `strategies` add up to \(percent) %, more than all")
    }
  }

  /// The book's name: as given, or the strategy's, numbered where it comes again.
  private func name(
    _ given: String?, _ strategy: String, _ section: ScenarioSection
  ) throws(ScenarioError) -> String {
    if let given, choices.contains(where: { $0.book == given }) {
      throw section.error(at: nil, "there are two books called \(given)")
    }
    if let given { return given }
    var (name, number) = (strategy, 1)
    while choices.contains(where: { $0.book == name }) {
      number += 1
      name = "\(strategy) \(number)"
    }
    return name
  }

  private func share(
    _ section: inout ScenarioSection, among count: Int
  ) throws(ScenarioError) -> Int64 {
    let share = try section.value("share", expected: "a share above zero, such as 50%") { text in
      ScenarioValues.share(text, scale: 6).flatMap { $0 > 0 ? $0 : nil }
    }
    return share ?? 1_000_000 / Int64(count)
  }

  private static func missingName(_ root: ScenarioSection) -> ScenarioError {
    let names = StrategyRegistry.all.map(\.name).joined(separator: ", ")
    return root.error(at: nil, "`strategy.name` is missing; one of \(names)")
  }

  private static func choice(
    _ section: inout ScenarioSection, _ root: ScenarioSection
  ) throws(ScenarioError) -> (StrategyChoice, bar: Interval?) {
    guard let name = try section.text("name") else { throw missingName(root) }
    let names = StrategyRegistry.all.map(\.name)
    guard let entry = StrategyRegistry.entry(named: name) else {
      let hint = nearestName(to: name, among: names).map { "did you mean \($0)?" }
      throw section.error(
        at: nil, "no strategy \"\(name)\"; " + (hint ?? "one of \(names.joined(separator: ", "))"))
    }
    let (made, values) =
      if let recipe = entry.recipe {
        try RecipeReader.read(&section, like: recipe)
      } else { (entry, try values(&section, entry)) }
    let bar = try section.value("bar", expected: "a span of whole seconds such as 1m, or 0") {
      text in
      Interval(text).flatMap { $0.nanoseconds % 1_000_000_000 == 0 ? $0 : nil }
    }
    return (StrategyChoice(entry: made, values: values, book: name, share: 1_000_000), bar)
  }

  private static func values(
    _ section: inout ScenarioSection, _ entry: StrategyEntry
  ) throws(ScenarioError) -> ParameterValues {
    var values = ParameterValues(defaultsOf: entry.parameters)
    for (key, line, text) in try section.pairs("parameters") {
      guard let value = number(text) else {
        throw section.error(
          at: line, "`\(section.path)parameters.\(key)`: \"\(text)\" is not a number")
      }
      do throws(ParameterError) { try values.set(key, to: value) } catch {
        throw section.error(at: line, "strategy \(entry.name): \(error)")
      }
    }
    do throws(ParameterError) { _ = try entry.warmUpBars(values, .zero) } catch {
      throw section.error(at: nil, "strategy \(entry.name): \(error)")
    }
    return values
  }

  /// Parameters are judgement, so a `Double`; `true` and `false` are 1 and 0.
  static func number(_ text: String) -> Double? {
    if text == "true" { return 1 }
    if text == "false" { return 0 }
    return plainNumber(text)
  }
}
