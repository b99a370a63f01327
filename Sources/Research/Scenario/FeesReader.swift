/// The `fees` part of a scenario: one pair of rates, or tiers by what was traded in thirty days.

internal import TradingCore

enum FeesReader {
  /// What a scenario without fees pays, in 10⁻⁸ of the value: a tenth of a per cent.
  static let standard: Int64 = 100_000

  static func read(_ root: inout ScenarioSection) throws(ScenarioError) -> Scenario.Fees {
    guard var section = try root.section("fees") else {
      return Scenario.Fees(tiers: [Scenario.FeeTier(maker: standard, taker: standard)])
    }
    let basis = try section.choice("basis", among: FeeBasis.words) ?? .value
    let rates = try rates(&section, basis)
    let currency = try section.text("in") ?? "quote"
    let known: [String: FeeCurrency] = ["quote": .quote, "received": .received]
    let discount = try section.value("discount", expected: "a share such as 25%") { text in
      ScenarioValues.share(text, scale: 8).flatMap { (0...100_000_000).contains($0) ? $0 : nil }
    }
    let tiers = try tiers(&section, rates, basis)
    try section.finish()
    let asset = known[currency] == nil ? currency : nil
    guard discount == nil || asset != nil else {
      throw section.error(at: nil, "`fees.discount` needs `in: ASSET`, the asset that earns it")
    }
    return Scenario.Fees(
      tiers: tiers, currency: known[currency] ?? .asset, asset: asset, discount: discount ?? 0,
      basis: basis)
  }

  private typealias Rates = (maker: Int64?, taker: Int64?)

  /// `maker` and `taker` of a section, each `nil` where it is missing.
  private static func rates(
    _ section: inout ScenarioSection, _ basis: FeeBasis
  ) throws(ScenarioError) -> Rates {
    let expected = basis == .value ? "a rate such as 0.1% or 10bp" : "an amount such as 0.75"
    let parse = { (text: String) -> Int64? in
      guard basis == .value else {
        return Decimal64(text)?.rescaled(to: 8).flatMap { $0.exact ? $0.mantissa : nil }
      }
      return ScenarioValues.share(text, scale: 8).flatMap { abs($0) <= 100_000_000 ? $0 : nil }
    }
    return (
      try section.value("maker", expected: expected, parse),
      try section.value("taker", expected: expected, parse)
    )
  }

  /// All tiers, the one from 0 included: it is the section's own rates, or stands in the list.
  private static func tiers(
    _ section: inout ScenarioSection, _ rates: Rates, _ basis: FeeBasis
  ) throws(ScenarioError) -> [Scenario.FeeTier] {
    var tiers: [Scenario.FeeTier] = []
    for var entry in try section.sections("tiers") {
      let from = try entry.value("from", expected: "a value traded in thirty days") { text in
        Decimal64(text)?.rescaled(to: 8).flatMap {
          $0.exact && $0.mantissa >= 0 ? $0.mantissa : nil
        }
      }
      let own = try self.rates(&entry, basis)
      try entry.finish()
      guard let from else { throw entry.error(at: nil, "a tier needs `from`, the value traded") }
      guard let maker = own.maker ?? own.taker, let taker = own.taker ?? own.maker else {
        throw entry.error(at: nil, "a tier needs `maker` and `taker`")
      }
      guard !tiers.contains(where: { $0.from == from }) else {
        throw entry.error(at: nil, "two tiers are from the same value")
      }
      tiers.append(Scenario.FeeTier(from: from, maker: maker, taker: taker))
    }
    return try withBase(tiers, rates, section)
  }

  private static func withBase(
    _ tiers: [Scenario.FeeTier], _ rates: Rates, _ section: ScenarioSection
  ) throws(ScenarioError) -> [Scenario.FeeTier] {
    let sorted = tiers.sorted { $0.from < $1.from }
    guard sorted.count < FeeSchedule.mostTiers else {
      throw section.error(at: nil, "`fees.tiers`: at most \(FeeSchedule.mostTiers - 1) tiers")
    }
    let isGiven = rates.maker != nil || rates.taker != nil
    guard sorted.first?.from == 0 else {
      let fallback = rates.maker ?? rates.taker ?? standard
      let base = Scenario.FeeTier(maker: rates.maker ?? fallback, taker: rates.taker ?? fallback)
      return [base] + sorted
    }
    if isGiven {
      throw section.error(
        at: nil, "`fees.maker` and `fees.taker` are the tier from 0, and so is one of `fees.tiers`")
    }
    return sorted
  }
}
