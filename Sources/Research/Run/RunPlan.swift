/// A scenario matched with its source: every name became an id, every default a number, and all of
/// it facts that stand at the head of the run journal.

public import TradingCore

/// What is needed to start a run.
public struct RunPlan: Sendable {
  public let scenario: Scenario
  public let survey: SourceSurvey
  public let strategies: RunStrategies
  public let fillRule: FillRule
  public let sampleInterval: Interval
  /// The reporting asset.
  public let reportingAsset: AssetID
  /// Settings, fees, limits and balances as facts, at the time of the source's first event.
  public let preamble: [Event]
  /// Codes of assets by id, with those only the scenario names.
  public let assetCodes: [String]

  /// Matches a scenario with what its source holds.
  /// - Throws: `ScenarioError` for symbols, assets, fill rules or sizes the source cannot serve.
  public init(_ scenario: Scenario, _ survey: SourceSurvey, file: String) throws(ScenarioError) {
    var resolver = PlanResolver(scenario, survey, file: file)
    self.scenario = scenario
    self.survey = survey
    let instruments = try resolver.instruments()
    strategies = RunStrategies(
      scenario.strategies.map { StrategyMember($0.entry, $0.values) }, on: instruments,
      bars: scenario.barInterval, hasBooks: scenario.hasBooks)
    try resolver.checkTimeframes(instruments)
    try resolver.checkPeriod()
    fillRule = try resolver.fillRule()
    sampleInterval = scenario.sampleInterval ?? resolver.automaticSample()
    reportingAsset = try resolver.reportingAsset()
    let settings = try resolver.settings(instruments, fillRule, sampleInterval, reportingAsset)
    let money = try resolver.money()
    preamble = (resolver.newAssets() + settings + money + resolver.texts()).map {
      Event(receiveTime: survey.headTime, $0)
    }
    assetCodes = resolver.assetCodes
  }

  /// How long the source goes back before the period where that is less than the warm-up asked for.
  var shortenedWarmUp: Interval? {
    guard let from = scenario.from else { return nil }
    let there = max(.zero, from - survey.firstTime)
    return there < scenario.warmUp ? there : nil
  }
}

/// The look-ups behind a plan.
private struct PlanResolver {
  let scenario: Scenario
  let survey: SourceSurvey
  let file: String
  private(set) var assetCodes: [String]
  private let knownAssets: Int

  init(_ scenario: Scenario, _ survey: SourceSurvey, file: String) {
    self.scenario = scenario
    self.survey = survey
    self.file = file
    let count = survey.names.assetCount
    assetCodes = (0..<count).map { survey.names.code(AssetID(UInt16($0))) ?? "" }
    knownAssets = count
  }

  private func refuse(_ message: String) -> ScenarioError { ScenarioError(file: file, message) }

  func instruments() throws(ScenarioError) -> [InstrumentID] {
    let all = survey.names.instruments.indices.filter { survey.names.instruments[$0] != nil }
      .map { InstrumentID(UInt16($0)) }
    guard !scenario.instruments.isEmpty else { return all }
    var ids: [InstrumentID] = []
    for symbol in scenario.instruments {
      let id = try instrument(symbol, key: "instruments")
      if !ids.contains(id) { ids.append(id) }
    }
    return ids
  }

  /// The instrument of a symbol that a key of the scenario names.
  private func instrument(_ symbol: String, key: String) throws(ScenarioError) -> InstrumentID {
    let all = survey.names.instruments.indices.filter { survey.names.instruments[$0] != nil }
      .map { InstrumentID(UInt16($0)) }
    if let id = all.first(where: { survey.names.symbol($0) == symbol }) { return id }
    let known = all.compactMap { survey.names.symbol($0) }
    let nearest = known.count > 10 ? nearestName(to: symbol, among: known) : nil
    throw refuse(
      "`\(key)`: \(symbol) is not in the source; "
        + (nearest.map { "did you mean \($0)?" } ?? "it has \(known.joined(separator: ", "))"))
  }

  func fillRule() throws(ScenarioError) -> FillRule {
    let rule = scenario.fills.rule ?? survey.defaultFillRule
    if let objection = survey.objection(to: rule) {
      throw refuse("`fills: \(rule.word)` cannot work here: \(objection)")
    }
    return rule
  }

  /// Candles that do not fill a strategy's other bars would keep it waiting for ever.
  /// Where trades come, bars of amounts are made of those.
  func checkTimeframes(_ traded: [InstrumentID]) throws(ScenarioError) {
    for (index, choice) in scenario.strategies.enumerated() {
      let path = scenario.hasBooks ? "strategies[\(index + 1)]" : "strategy"
      for frame in choice.entry.timeframes {
        for candles in survey.candles where traded.contains(candles.instrument) {
          guard let objection = frame.bars.objection(toCandlesOf: candles.width) else { continue }
          if case .needsTrades = objection, survey.hasTrades { continue }
          throw refuse("`\(path).\(frame.key)`: \(objection)")
        }
      }
    }
  }

  func checkPeriod() throws(ScenarioError) {
    let holds = "the source holds \(survey.firstTime.iso8601) to \(survey.lastTime.iso8601)"
    if let from = scenario.from, from > survey.lastTime {
      throw refuse("`period.from` \(from.iso8601) lies after all data: \(holds)")
    }
    if let to = scenario.to, to <= survey.firstTime {
      throw refuse("`period.to` \(to.iso8601) lies before all data: \(holds)")
    }
    if min(survey.lastTime, scenario.to ?? survey.lastTime) < tradingBegins {
      throw refuse(
        "`period.warmUp` lasts until \(tradingBegins.iso8601), after the period's end: \(holds)")
    }
  }

  /// When the period begins: what its warm-up needs lies before it.
  private var tradingBegins: Timestamp { scenario.from ?? survey.firstTime + scenario.warmUp }

  /// The finest of the usual intervals that gives a curve of at most two thousand points.
  /// A run whose end nobody knows is sampled every minute.
  func automaticSample() -> Interval {
    guard survey.lastTime < .distantFuture else { return .minute }
    let first = max(survey.firstTime, tradingBegins)
    let span = (min(survey.lastTime, scenario.to ?? survey.lastTime) - first).nanoseconds
    let seconds: [Int64] = [1, 5, 10, 30, 60, 300, 900, 1_800, 3_600, 14_400, 86_400]
    let fitting = seconds.first { span / ($0 * 1_000_000_000) <= 2_000 } ?? 86_400
    return Interval(nanoseconds: fitting * 1_000_000_000)
  }

  /// The id of an asset, a new one when the source has none of it but the capital does.
  mutating func asset(_ code: String, key: String) throws(ScenarioError) -> AssetID {
    if let index = assetCodes.firstIndex(of: code) { return AssetID(UInt16(index)) }
    guard !code.isEmpty, code.utf8.count <= 16 else {
      throw refuse("`\(key)`: \"\(code)\" is not an asset's code")
    }
    let held = scenario.capital.map(\.asset)
    guard held.contains(code) else {
      let known = assetCodes + held.filter { !assetCodes.contains($0) }
      throw refuse(
        "`\(key)`: \(code) is neither in the source nor in `capital`; known: "
          + known.joined(separator: ", "))
    }
    assetCodes.append(code)
    return AssetID(UInt16(assetCodes.count - 1))
  }

  /// What equity is counted in. Where the source has several venues, `USD` is the first one's.
  mutating func reportingAsset() throws(ScenarioError) -> AssetID {
    let code = scenario.reportIn
    if !assetCodes.contains(code),
      let index = assetCodes.firstIndex(where: { VenuePrefix.own($0) == code })
    {
      return AssetID(UInt16(index))
    }
    return try asset(code, key: "reportIn")
  }

  /// The same money at other venues.
  private func twins(of reporting: AssetID) throws(ScenarioError) -> [AssetID] {
    let code = assetCodes[reporting.index]
    guard let own = VenuePrefix.own(code) else { return [] }
    let twins = assetCodes.indices.filter {
      $0 != reporting.index && VenuePrefix.own(assetCodes[$0]) == own
    }
    guard twins.count <= ReportingAssets.mostTwins else {
      throw refuse(
        "`reportIn`: \(own) is at \(twins.count + 1) venues, and a run counts it at "
          + "\(ReportingAssets.mostTwins + 1) at most")
    }
    return twins.map { AssetID(UInt16($0)) }
  }

  mutating func settings(
    _ instruments: [InstrumentID], _ rule: FillRule, _ sample: Interval, _ reporting: AssetID
  ) throws(ScenarioError) -> [EventBody] {
    var facts: [EventBody] = [.logicVersion(.current)]
    for (index, choice) in scenario.strategies.enumerated() {
      facts += chosen(choice, scenario.book(index)).map { .configure($0) }
    }
    for instrument in instruments {
      facts.append(.configure(Configure(.tradedInstrument, value: 1, instrument: instrument)))
    }
    facts += [
      .configure(Configure(.barInterval, value: scenario.barInterval.nanoseconds)),
      .configure(Configure(.sampleInterval, value: sample.nanoseconds)),
      .configure(Configure(.account, value: Int64(scenario.account.rawValue))),
      .configure(Configure(.reportingAsset, value: Int64(reporting.raw))),
    ]
    facts += try twins(of: reporting).map {
      .configure(Configure(.reportingTwin, value: Int64($0.raw)))
    }
    facts += [
      .configure(Configure(.latency, value: scenario.latency.constant.nanoseconds)),
      .configure(Configure(.fillRule, value: Int64(rule.rawValue))),
      try .configure(sizing(instruments)),
    ]
    if scenario.hasBooks { facts += try bookSizings(instruments) }
    if scenario.warmUp > .zero {
      facts.append(.configure(Configure(.warmUpEnd, value: tradingBegins.nanoseconds)))
    }
    return facts + simulation()
  }

  /// What the scenario says of the simulation beyond the engine's defaults.
  private func simulation() -> [EventBody] {
    let fills = scenario.fills
    var changes: [Configure] = []
    if scenario.seed != 0 {
      changes.append(Configure(.seed, value: Int64(bitPattern: scenario.seed)))
    }
    if let queue = fills.queue {
      changes.append(
        Configure(.queue, value: queue.exponent, index: UInt16(queue.shape.rawValue)))
    }
    if let impact = fills.impact {
      changes.append(
        Configure(.impact, value: impact.strength, index: UInt16(impact.model.rawValue)))
    }
    if let cap = fills.volumeCap { changes.append(Configure(.volumeCap, value: cap)) }
    if let choice = fills.selfTrade {
      changes.append(Configure(.selfTrade, value: Int64(choice.rawValue)))
    }
    changes += scenario.execution?.settings ?? []
    return changes.map { .configure($0) } + scenario.latency.rows.map { .latency($0) }
  }

  /// A strategy and its parameters.
  private func chosen(_ choice: StrategyChoice, _ book: BookID) -> [Configure] {
    let number = StrategyRegistry.number(of: choice.name) ?? 0
    return [Configure(.strategy, value: Int64(number), book: book)]
      + choice.values.values.enumerated().map { index, value in
        let bits = Int64(bitPattern: value.bitPattern)
        return Configure(.strategyParameter, value: bits, place: UInt8(index), book: book)
      }
  }

  /// Each book's share of the size: a share of equity, or lots, rounded down.
  private func bookSizings(_ instruments: [InstrumentID]) throws(ScenarioError) -> [EventBody] {
    let whole = try sizing(instruments)
    var facts: [EventBody] = []
    for (index, choice) in scenario.strategies.enumerated() {
      let value = Int64(clamping: Int128(whole.value) * Int128(choice.share) / 1_000_000)
      guard value > 0 else {
        throw refuse("the share of `\(choice.book)` is less than a lot: give it more")
      }
      facts.append(
        .configure(
          Configure(.sizing, value: value, place: whole.place, book: scenario.book(index))))
    }
    return facts
  }

  private func sizing(_ instruments: [InstrumentID]) throws(ScenarioError) -> Configure {
    switch scenario.sizing {
    case .equityShare(let millionths):
      return Configure(
        .sizing, value: millionths, index: UInt16(SizingMode.equityShare.rawValue))
    case .quantity(let quantity):
      let lots = try instruments.map { id throws(ScenarioError) in try self.lots(quantity, id) }
      guard let first = lots.first, lots.allSatisfy({ $0 == first }) else {
        throw refuse(
          "`size.quantity` is not the same number of lots for all instruments; use `equity`")
      }
      return Configure(.sizing, value: first, index: UInt16(SizingMode.fixedLots.rawValue))
    }
  }

  private func lots(_ quantity: Decimal64, _ id: InstrumentID) throws(ScenarioError) -> Int64 {
    guard let definition = survey.names.definition(id),
      let scaled = quantity.normalised.rescaled(to: Int(definition.lotScale)), scaled.exact,
      scaled.mantissa % definition.lotMantissa == 0
    else {
      let lot = survey.names.definition(id)?.text(Quantity(lots: 1)) ?? "?"
      throw refuse("`size.quantity` is not a whole number of lots of \(lot)")
    }
    return scaled.mantissa / definition.lotMantissa
  }

  /// A limit with the ids of its source.
  private func change(_ limit: ScenarioLimit) throws(ScenarioError) -> LimitChange {
    var change = LimitChange(limit.kind, value: limit.value)
    if let symbol = limit.symbol { change.instrument = try instrument(symbol, key: "risk") }
    if let book = limit.book { change.book = try self.book(book) }
    return change
  }

  /// A book by the name it has in `strategies`, or by its only strategy's.
  private func book(_ name: String) throws(ScenarioError) -> BookID {
    let known = scenario.strategies.map(\.book)
    if let index = known.firstIndex(of: name) { return scenario.book(index) }
    let hint = nearestName(to: name, among: known).map { "did you mean \($0)?" }
    throw refuse(
      "`risk.books`: \(name) is no book; " + (hint ?? "known: \(known.joined(separator: ", "))"))
  }

  mutating func money() throws(ScenarioError) -> [EventBody] {
    var feeAsset = AssetID.none
    if let code = scenario.fees.asset { feeAsset = try asset(code, key: "fees.in") }
    let fees = scenario.fees
    var facts: [EventBody] = fees.tiers.map { tier in
      .fee(
        FeeSchedule(
          instrument: .none, maker: tier.maker, taker: tier.taker, currency: fees.currency,
          asset: feeAsset, basis: fees.basis, fromVolume: tier.from, discount: fees.discount))
    }
    for limit in scenario.limits { facts.append(.limit(try change(limit))) }
    for capital in scenario.capital {
      let asset = try asset(capital.asset, key: "capital")
      facts.append(.balance(AssetAmount(asset: asset, amount: capital.amount)))
    }
    return facts
  }

  func newAssets() -> [EventBody] {
    assetCodes[knownAssets...].enumerated().flatMap { offset, code -> [EventBody] in
      let id = UInt16(knownAssets + offset)
      return [.asset(AssetDefinition(asset: AssetID(id)))]
        + Text.run(subject: .asset, id: id, code).map { .text($0) }
    }
  }

  func texts() -> [EventBody] {
    let names = scenario.strategies.enumerated().flatMap { index, choice in
      let id = UInt16(scenario.book(index).raw)
      return Text.run(subject: .strategy, id: id, choice.book)
        + (choice.entry.recipe.map { Text.run(subject: .recipe, id: id, $0.text) } ?? [])
    }
    return (names + Text.run(subject: .scenario, id: 0, scenario.text)).map { .text($0) }
  }
}
