/// The `source: {generator: …}` part of a scenario.

internal import TradingCore

enum GeneratorReader {
  static func read(_ section: inout ScenarioSection) throws(ScenarioError) -> GeneratorSettings {
    var settings = GeneratorSettings()
    try readIdentity(&section, &settings)
    try readPace(&section, &settings)
    settings.regimes = try regimes(&section)
    try section.finish()
    do throws(ParameterError) { try settings.check() } catch {
      throw section.error(at: nil, "`source.generator`: \(error)")
    }
    return settings
  }

  private static func readIdentity(
    _ section: inout ScenarioSection, _ settings: inout GeneratorSettings
  ) throws(ScenarioError) {
    settings.seed =
      try section.value("seed", expected: "a whole number from 0") { UInt64($0) }
      ?? settings.seed
    settings.start =
      try section.value(
        "start", expected: "a UTC moment such as 2024-01-01", Timestamp.init(utc:))
      ?? settings.start
    let pair = try section.value("symbol", expected: "a pair such as BTC/USDT") { text in
      let halves = text.split(separator: "/").map(String.init)
      return halves.count == 2 ? halves : nil
    }
    if let pair {
      settings.base = pair[0]
      settings.quote = pair[1]
      settings.symbol = pair[0] + pair[1]
    }
    let number = "a positive decimal number"
    settings.tick =
      try section.value("tick", expected: number, ScenarioValues.positive) ?? settings.tick
    settings.lot =
      try section.value("lot", expected: number, ScenarioValues.positive) ?? settings.lot
    settings.price =
      try section.value("price", expected: number, ScenarioValues.positive) ?? settings.price
  }

  private static func readPace(
    _ section: inout ScenarioSection, _ settings: inout GeneratorSettings
  ) throws(ScenarioError) {
    settings.duration =
      try section.value(
        "duration", expected: "a span such as 6h or 30d", Interval.init)
      ?? settings.duration
    settings.candleInterval = try section.value(
      "candles", expected: "the length of a candle such as 1m", Interval.init)
    settings.eventsPerSecond =
      try section.value(
        "eventsPerSecond", expected: "a number"
      ) { Double($0) } ?? settings.eventsPerSecond
    settings.levelValue =
      try section.value(
        "levelValue", expected: "a number of quote units"
      ) { Double($0) } ?? settings.levelValue
    let share = "a share of the price for a day, such as 3%"
    settings.volatility =
      try section.value("volatility", expected: share, fraction)
      ?? settings.volatility
    settings.drift = try section.value("drift", expected: share, fraction) ?? settings.drift
  }

  /// `regimes: [quiet, crash]` in equal shares, or with weights: `[{quiet: 3}, crash]`.
  private static func regimes(
    _ section: inout ScenarioSection
  ) throws(ScenarioError) -> [RegimeShare] {
    guard let tree = section.take("regimes") else { return [] }
    let items: [ScenarioTree]
    switch tree.content {
    case .list(let list): items = list
    case .scalar, .map: items = [tree]
    }
    var shares: [RegimeShare] = []
    for item in items {
      switch item.content {
      case .scalar(let word): shares.append(try regime(word, "1", item.line, section))
      case .map(let entries):
        for entry in entries {
          guard case .scalar(let weight) = entry.value.content else {
            throw section.error(at: entry.line, "a regime's share must be a number")
          }
          shares.append(try regime(entry.key, weight, entry.line, section))
        }
      case .list: throw section.error(at: item.line, "`regimes` is a list of regimes")
      }
    }
    return shares
  }

  private static func regime(
    _ word: String, _ weight: String, _ line: Int, _ section: ScenarioSection
  ) throws(ScenarioError) -> RegimeShare {
    let names = MarketRegime.allCases.map(\.rawValue)
    guard let regime = MarketRegime(rawValue: word) else {
      let hint = nearestName(to: word, among: names).map { "did you mean \($0)?" }
      throw section.error(
        at: line, "no regime \"\(word)\"; " + (hint ?? "one of \(names.joined(separator: ", "))"))
    }
    guard let share = Double(weight), share > 0, share.isFinite else {
      throw section.error(at: line, "`regimes.\(word)`: \"\(weight)\" is not a positive number")
    }
    return RegimeShare(regime, share: share)
  }

  private static func fraction(_ text: String) -> Double? {
    ScenarioValues.share(text, scale: 12).map { Double($0) / 1e12 }
  }
}
