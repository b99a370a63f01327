/// The `execution` part of a scenario: how targets become orders.

internal import TradingCore

enum ExecutionReader {
  static let algorithms: [(word: String, value: ExecutionAlgorithm)] = [
    ("twap", .timeWeighted), ("vwap", .volumeWeighted), ("iceberg", .iceberg),
    ("participation", .participation), ("route", .route),
  ]

  static func read(
    _ root: inout ScenarioSection
  ) throws(ScenarioError) -> Scenario.Execution? {
    guard var section = try root.section("execution") else { return nil }
    guard let algorithm = try section.choice("algorithm", among: algorithms) else {
      throw section.error(at: nil, "`execution.algorithm` is missing")
    }
    let seconds = try section.value(
      "over", expected: "a span of whole seconds such as 10m", seconds)
    let slices = try section.value("slices", expected: "a whole number from 1 to 65535") { text in
      UInt16(text).flatMap { $0 > 0 ? $0 : nil }
    }
    let share = try section.value("share", expected: "a share such as 5%, from 0.01%") { text in
      ScenarioValues.share(text, scale: 4).flatMap { (1...10_000).contains($0) ? $0 : nil }
    }
    let profile = try section.words("profile")
    if algorithm == .participation, share == nil {
      throw section.error(
        at: nil, "`execution.share` is missing: say how much of what trades may be ours, 5%")
    }
    let isSliced = algorithm == .timeWeighted || algorithm == .volumeWeighted
    if isSliced, seconds == nil {
      throw section.error(at: nil, "`execution.over` is missing: say how long it may take, 10m")
    }
    if profile != nil, algorithm != .volumeWeighted {
      throw section.error(at: nil, "`execution.profile` belongs to `algorithm: vwap` alone")
    }
    try section.finish()
    return Scenario.Execution(
      rule: ExecutionRule(
        algorithm, durationSeconds: seconds ?? 0, slices: slices ?? 0,
        participation: UInt16(share ?? 0)),
      profile: try shares(profile ?? [], section))
  }

  private static func seconds(_ text: String) -> UInt32? {
    guard let span = Interval(text), span.nanoseconds % Interval.second.nanoseconds == 0 else {
      return nil
    }
    return UInt32(exactly: span.nanoseconds / Interval.second.nanoseconds)
  }

  /// The day's shares in 10⁻⁶, one for each of as many equal slots.
  private static func shares(
    _ words: [String], _ section: ScenarioSection
  ) throws(ScenarioError) -> [Int64] {
    guard words.count <= VolumeProfile.capacity else {
      throw section.error(
        at: nil, "`execution.profile` has \(words.count) slots; a day has at most 1440")
    }
    var shares: [Int64] = []
    for word in words {
      guard let share = ScenarioValues.share(word, scale: 6), (0...1_000_000).contains(share) else {
        throw section.error(at: nil, "`execution.profile`: \"\(word)\" is not a share of a day")
      }
      shares.append(share)
    }
    guard words.isEmpty || shares.contains(where: { $0 > 0 }) else {
      throw section.error(at: nil, "`execution.profile` has no volume at all")
    }
    return shares
  }
}

extension ExecutionAlgorithm {
  /// The word in a scenario.
  var word: String { ExecutionReader.algorithms.first { $0.value == self }?.word ?? "\(self)" }
}
