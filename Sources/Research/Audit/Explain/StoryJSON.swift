/// A story as JSON with stable keys: every number exact, in the units that the state keeps.

internal import TradingCore

extension DecisionStory {
  /// The whole story; what does not apply is `null` or empty.
  public var json: JSONValue {
    let sections = StorySections(self)
    let words = sections.words
    return .object([
      ("journal", .string(journal)), ("strategy", .string(strategies)),
      ("answer", .string(sections.headline)), ("remark", remark.map(JSONValue.string) ?? .null),
      ("asked", subject.map { event($0, words) } ?? .null), ("fact", event(fact, words)),
      ("outcome", outcome(words)),
      ("requests", .array(verdicts.map { self.verdict($0, words) })),
      ("wishes", .array(wishes.map { wish($0, words) })),
      ("accounts", .array(accounts.map { account($0, words) })),
      ("halt", words.halt.map(JSONValue.string) ?? .null),
      ("market", market(sections.instrument, words)),
      ("derived", .array(derived.map { event($0, words) })),
    ])
  }

  private func event(_ one: NumberedEvent, _ words: StoryWords) -> JSONValue {
    .object([
      ("sequence", .count(one.sequence)),
      ("timeNanoseconds", .count(one.event.receiveTime.nanoseconds)),
      ("kind", .string(one.event.kind.shortName)), ("text", .string(words.line(one))),
    ])
  }

  private func outcome(_ words: StoryWords) -> JSONValue {
    guard let fate else { return .null }
    return .object([
      ("ending", .string(fate.ending.rawValue)), ("filledLots", .count(fate.filled)),
      ("fills", .count(fate.fillCount)), ("reports", .count(fate.reportCount)),
      ("tickLots", .integer(fate.tickLots)),
      (
        "fees",
        .array(
          fate.fees.map { fee in
            .object([
              ("asset", .string(names.code(fee.asset) ?? "?")),
              (
                "amount",
                .string(decimalText(fee.units, scale: names.commissionDecimals(fee.asset)))
              ),
            ])
          })
      ), ("events", .array(fate.reports.map { event($0, words) })),
    ])
  }

  private func verdict(_ record: VerdictRecord, _ words: StoryWords) -> JSONValue {
    let limits = LimitKind.allCases.compactMap { kind in
      record.numbers[kind].map { use -> JSONValue in
        .object([
          ("limit", .string("\(kind)")), ("value", .count(use.value)), ("bound", .count(use.limit)),
          ("headroom", .count(use.headroom)), ("usedMillionths", .count(use.usedMillionths)),
        ])
      }
    }
    return .object([
      ("sequence", .count(record.sequence)), ("cause", .count(record.cause)),
      ("request", .string(words.request(record.request))),
      ("verdict", .string(record.refused == nil ? "approved" : "refused")),
      ("reason", record.refused.map { .string("\($0.reason)") } ?? .null),
      ("judged", record.refused.map { .count($0.value) } ?? .null),
      ("bound", record.refused.map { .count($0.limit) } ?? .null),
      ("suggestedLots", .count(record.numbers.suggested.lots)),
      ("level", .string("\(record.numbers.level)")), ("limits", .array(limits)),
      (
        "warnings",
        .array(
          record.numbers.warnings.sentences(passed: record.refused == nil).map(JSONValue.string))
      ),
      ("asker", .string(record.asker.key)), ("wish", record.wish.map { .count($0) } ?? .null),
    ])
  }

  private func wish(_ record: WishRecord, _ words: StoryWords) -> JSONValue {
    .object([
      ("wish", .string(words.wish(record.wish))), ("book", .count(record.book.raw)),
      ("sizing", record.sizing.map(sizing) ?? .null),
    ])
  }

  private func sizing(_ sizing: TargetSizing) -> JSONValue {
    // A parent order has its own account of what is under way.
    let isDirect = state.settings.execution == nil
    return .object([
      ("askedMillionths", .count(sizing.asked)), ("weightMillionths", .count(sizing.weight)),
      ("mode", .string("\(sizing.sizing.mode)")), ("size", .count(sizing.sizing.value)),
      ("equity", .string(sizing.equity.exactText)),
      ("markTicks", sizing.mark.map { .count($0.ticks) } ?? .null),
      ("quoteValue", sizing.quoteValue.map { .string($0.exactText) } ?? .null),
      ("wantedLots", .count(sizing.wanted)),
      ("volatilityLots", .optional(sizing.cuts.volatility)),
      ("kellyLots", .optional(sizing.cuts.kelly)), ("targetLots", .count(sizing.target)),
      ("heldLots", isDirect ? .count(sizing.held) : .null),
      ("buyingLots", isDirect ? .count(sizing.buying) : .null),
      ("sellingLots", isDirect ? .count(sizing.selling) : .null),
      ("differenceLots", isDirect ? .integer(sizing.difference) : .null),
    ])
  }

  private func account(_ account: StrategyAccount, _ words: StoryWords) -> JSONValue {
    .object([
      ("strategy", .string(account.strategy)),
      ("instrument", names.symbol(account.instrument).map(JSONValue.string) ?? .null),
      ("book", .count(account.book.raw)),
      ("numbers", .array(account.numbers.map(number))),
      (
        "tests",
        .array(
          account.tests.map { test in
            .object([
              ("left", number(test.left)), ("relation", .string(test.relation.rawValue)),
              ("right", number(test.right)), ("holds", .bool(test.holds)),
              ("rule", test.rule.map(JSONValue.string) ?? .null),
            ])
          })
      ), ("conclusion", .string(account.conclusion.key)),
      ("rule", account.decidingRule.map(JSONValue.string) ?? .null),
      ("text", .string(words.conclusion(account))),
    ])
  }

  private func number(_ number: NamedNumber) -> JSONValue {
    .object([
      ("name", .string(number.name)), ("value", .number(number.value)),
      ("unit", .string("\(number.unit)")),
    ])
  }

  private func market(_ id: InstrumentID, _ words: StoryWords) -> JSONValue {
    guard id.index < state.markets.count else { return .null }
    let market = state.markets[id.index]
    let bar = market.lastBarSequence == fact.sequence ? market.lastBar : nil
    return .object([
      ("instrument", names.symbol(id).map(JSONValue.string) ?? .null),
      ("markTicks", market.mark.map { .count($0.ticks) } ?? .null),
      ("bidTicks", market.hasTop ? .count(market.top.bidPrice.ticks) : .null),
      ("askTicks", market.hasTop ? .count(market.top.askPrice.ticks) : .null),
      ("bookStatus", .string("\(market.book.status)")),
      (
        "bar",
        bar.map {
          .object([
            ("startNanoseconds", .count($0.start.nanoseconds)),
            ("openTicks", .count($0.open.ticks)),
            ("highTicks", .count($0.high.ticks)), ("lowTicks", .count($0.low.ticks)),
            ("closeTicks", .count($0.close.ticks)), ("volumeLots", .count($0.volume.lots)),
          ])
        } ?? .null
      ),
      ("heldLots", .count(state.position(id).lots)),
      ("equity", .string(state.account.equity.exactText)),
    ])
  }
}

extension DecisionStory.Asker {
  fileprivate var key: String {
    switch self {
    case .wish: "strategy"
    case .parent: "parent"
    case .command: "command"
    case .unwinding: "unwinding"
    }
  }
}

extension StrategyConclusion {
  /// The conclusion's name, without its numbers.
  var key: String {
    switch self {
    case .unsaid: "unsaid"
    case .watches: "watches"
    case .noBar: "noBar"
    case .warmingUp: "warmingUp"
    case .undecided: "undecided"
    case .stays: "stays"
    case .noRule: "noRule"
    case .withoutBars: "withoutBars"
    case .asks: "asks"
    case .quotes: "quotes"
    case .keepsQuotes: "keepsQuotes"
    case .withdraws: "withdraws"
    case .withdrawsSmall: "withdrawsSmall"
    case .noMarket: "noMarket"
    case .tooSmall: "tooSmall"
    }
  }
}
