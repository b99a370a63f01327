/// The keys of a scenario, one function for each group.

internal import TradingCore

enum ScenarioReader {
  static func read(
    _ root: inout ScenarioSection, name: String, folder: String
  ) throws(ScenarioError) -> Scenario {
    let name = try root.text("name") ?? name
    let source = try source(&root, folder)
    let strategies = try StrategyReader.read(&root)
    let capital = try capital(&root, isNeeded: !source.isVenue)
    let reportIn = try root.text("reportIn") ?? capital.first?.asset ?? ""
    let (from, to, warmUp) = try period(&root)
    var report = try root.section("report")
    let sample = try report?.value("sample", expected: "a span such as 1m or 1h") { text in
      Interval(text).flatMap { $0 > .zero ? $0 : nil }
    }
    try report?.finish()
    return Scenario(
      name: name, text: "", source: source, instruments: try root.words("instruments") ?? [],
      strategies: strategies.choices, hasBooks: strategies.hasBooks, barInterval: strategies.bar,
      account: try root.choice("account", among: [("spot", .spot), ("margin", .margin)]) ?? .spot,
      capital: capital, reportIn: reportIn, sizing: try sizing(&root),
      fees: try FeesReader.read(&root), latency: try LatencyReader.read(&root, folder: folder),
      fills: try FillsReader.read(&root),
      seed: try root.value("seed", expected: "a whole number from 0") { UInt64($0) } ?? 0,
      limits: try RiskReader.read(&root), from: from, to: to, warmUp: warmUp,
      sampleInterval: sample,
      execution: try ExecutionReader.read(&root),
      search: try SearchReader.read(&root, strategies),
      walkForward: try WalkForwardReader.read(&root, warmUp: warmUp))
  }

  private static func source(
    _ root: inout ScenarioSection, _ folder: String
  ) throws(ScenarioError) -> ScenarioSource {
    guard var section = try root.section("source") else {
      throw root.error(at: nil, "`source` is missing: say `source: {journal: PATH}` or a generator")
    }
    if let venues = try VenueReader.read(&section) {
      try section.finish()
      return .venues(venues)
    }
    let journal = try section.text("journal")
    let generator = try section.section("generator")
    try section.finish()
    if let path = journal, generator == nil {
      let resolved = path.hasPrefix("/") || folder.isEmpty ? path : "\(folder)/\(path)"
      return .journal(path: resolved, asWritten: path)
    }
    guard journal == nil, var generator else {
      throw section.error(at: nil, "`source` needs one of `journal` and `generator`")
    }
    return .generator(try GeneratorReader.read(&generator))
  }

  private static func capital(
    _ root: inout ScenarioSection, isNeeded: Bool
  ) throws(ScenarioError) -> [Scenario.Capital] {
    var capital: [Scenario.Capital] = []
    for (asset, line, text) in try root.pairs("capital") {
      guard let amount = Decimal64(text), amount.mantissa >= 0 else {
        throw root.error(at: line, "`capital.\(asset)`: \"\(text)\" is not an amount")
      }
      let units = Int128(amount.mantissa) * Int128(powerOfTen(Money.scale - amount.scale))
      capital.append(Scenario.Capital(asset: asset, amount: Money(units: units)))
    }
    guard !capital.isEmpty || !isNeeded else {
      throw root.error(
        at: nil, "`capital` is missing: say what the account starts with, {USDT: 100000}")
    }
    return capital
  }

  private static func sizing(_ root: inout ScenarioSection) throws(ScenarioError) -> Scenario.Sizing
  {
    guard var section = try root.section("size") else { return .equityShare(950_000) }
    let share = try section.value("equity", expected: "a share such as 95%") { text in
      ScenarioValues.share(text, scale: 6).flatMap { $0 > 0 ? $0 : nil }
    }
    let quantity = try section.value(
      "quantity", expected: "a quantity of the base asset", ScenarioValues.positive)
    try section.finish()
    switch (share, quantity) {
    case (let share?, nil): return .equityShare(share)
    case (nil, let quantity?): return .quantity(quantity)
    default: throw section.error(at: nil, "`size` needs one of `equity` and `quantity`")
    }
  }

  private static func period(
    _ root: inout ScenarioSection
  ) throws(ScenarioError) -> (from: Timestamp?, to: Timestamp?, warmUp: Interval) {
    guard var section = try root.section("period") else { return (nil, nil, .zero) }
    let expected = "a UTC moment such as 2022-01-31 or 2022-01-31T12:00"
    let from = try section.value("from", expected: expected, Timestamp.init(utc:))
    let to = try section.value("to", expected: expected, Timestamp.init(utc:))
    let warmUp = try section.value("warmUp", expected: "a span such as 1d") { text in
      Interval(text).flatMap { $0 >= .zero ? $0 : nil }
    }
    try section.finish()
    if let from, let to, from >= to {
      throw section.error(at: nil, "`period.from` must be before `period.to`")
    }
    return (from, to, warmUp ?? .zero)
  }
}
