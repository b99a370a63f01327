/// The `risk` part of a scenario: limits for everything, and below symbols and `books` the narrower
/// ones, which hold where they are set.

public import TradingCore

/// A limit before its scenario knows which instrument its symbol stands for.
public struct ScenarioLimit: Equatable, Sendable {
  public var kind: LimitKind
  /// In the unit of the kind.
  public var value: Int64
  /// `nil` for every instrument.
  public var symbol: String?
  /// A book's name; `nil` for every book.
  public var book: String?

  /// The limits of `risk: default`: 2 % risk per trade, 10 % position, 5 % fall in a day.
  public static let defaults = [
    ScenarioLimit(kind: .riskPerTrade, value: 20_000),
    ScenarioLimit(kind: .maxPosition, value: 100_000),
    ScenarioLimit(kind: .maxDailyDrawdown, value: 50_000),
  ]
}

enum RiskReader {
  static func read(_ root: inout ScenarioSection) throws(ScenarioError) -> [ScenarioLimit] {
    guard let tree = root.take("risk") else { return [] }
    if tree.content == .scalar("default") { return ScenarioLimit.defaults }
    guard tree.entries != nil else {
      throw root.error(at: tree.line, "`risk` must be a map of limits, or the word `default`")
    }
    var section = try ScenarioSection(tree, path: "risk.", file: root.file)
    var limits = try everywhere(&section)
    limits += try books(&section)
    for var map in try section.otherMaps() {
      let symbol = map.name
      limits += try orderLimits(&map).map { limit in
        ScenarioLimit(kind: limit.kind, value: limit.value, symbol: symbol)
      }
      try map.finish()
    }
    try section.finish()
    return limits
  }

  /// The limits that all scopes have, and those that only everything together has.
  private static func everywhere(
    _ section: inout ScenarioSection
  ) throws(ScenarioError) -> [ScenarioLimit] {
    var limits = try orderLimits(&section)
    for (key, kind) in [
      ("maxDrawdown", LimitKind.maxDrawdown), ("maxDailyDrawdown", .maxDailyDrawdown),
    ] {
      let value = try section.value(key, expected: share, millionths)
      if let value { limits.append(ScenarioLimit(kind: kind, value: value)) }
    }
    let flatten = try section.choice("flattenOnHalt", among: [("true", Int64(1)), ("false", 0)])
    if let flatten { limits.append(ScenarioLimit(kind: .flattenOnHalt, value: flatten)) }
    return limits
  }

  private static func books(
    _ section: inout ScenarioSection
  ) throws(ScenarioError) -> [ScenarioLimit] {
    guard var books = try section.section("books") else { return [] }
    var limits: [ScenarioLimit] = []
    for var map in try books.otherMaps() {
      let book = map.name
      limits += try orderLimits(&map).map { limit in
        ScenarioLimit(kind: limit.kind, value: limit.value, book: book)
      }
      for var inner in try map.otherMaps() {
        let symbol = inner.name
        limits += try orderLimits(&inner).map { limit in
          ScenarioLimit(kind: limit.kind, value: limit.value, symbol: symbol, book: book)
        }
        try inner.finish()
      }
      try map.finish()
    }
    try books.finish()
    return limits
  }

  private static let share = "a share such as 10%"
  private static let millionths: @Sendable (String) -> Int64? = { text in
    ScenarioValues.share(text, scale: 6).flatMap { $0 >= 0 ? $0 : nil }
  }

  private static let shares: [(key: String, kind: LimitKind)] = [
    ("maxPosition", .maxPosition), ("maxOrder", .maxOrder), ("riskPerTrade", .riskPerTrade),
    ("assumedStop", .assumedStop), ("grossExposure", .grossExposure),
    ("netExposure", .netExposure), ("priceCollar", .priceCollar),
    ("correlatedExposure", .correlatedExposure),
    ("correlationThreshold", .correlationThreshold), ("volatilityTarget", .volatilityTarget),
    ("kellyFraction", .kellyFraction),
  ]

  /// The limits that are judged order by order, and so can have any scope.
  private static func orderLimits(
    _ section: inout ScenarioSection
  ) throws(ScenarioError) -> [ScenarioLimit] {
    var limits: [ScenarioLimit] = []
    for (key, kind) in shares {
      let value = try section.value(key, expected: share, millionths)
      if let value { limits.append(ScenarioLimit(kind: kind, value: value)) }
    }
    for (key, kind) in [("maxOpenOrders", LimitKind.maxOpenOrders), ("orderRate", .orderRate)] {
      let value = try section.value(key, expected: "a whole number from 1") { text in
        Int64(text).flatMap { $0 >= 1 ? $0 : nil }
      }
      if let value { limits.append(ScenarioLimit(kind: kind, value: value)) }
    }
    return limits
  }
}
