/// A story's values in words: orders, numbers, tests, verdicts. Terminal and page say the same sentences.

internal import TradingCore

struct StoryWords {
  let story: DecisionStory

  var names: Names { story.names }
  var reporting: String { names.code(story.state.settings.reporting.asset) ?? "?" }

  func symbol(_ id: InstrumentID) -> String { ReportText.visible(names.symbol(id) ?? "?") }

  func grid(_ id: InstrumentID) -> InstrumentDefinition? { names.definition(id) }

  private func base(_ id: InstrumentID) -> String {
    grid(id).flatMap { names.code($0.base) }.map(ReportText.visible) ?? ""
  }

  func quoteCode(_ id: InstrumentID) -> String {
    grid(id).flatMap { names.code($0.quote) }.map(ReportText.visible) ?? ""
  }

  func price(_ price: Price, _ id: InstrumentID) -> String {
    grid(id)?.text(price) ?? "\(price.ticks) ticks"
  }

  /// `0.012 BTC`.
  func quantity(_ lots: Int64, _ id: InstrumentID) -> String {
    guard let grid = grid(id) else { return "\(lots) lots" }
    return grid.text(Quantity(lots: lots)) + " " + base(id)
  }

  /// `#1,234`.
  static func number(_ sequence: Sequence64) -> String { "#" + NumberText.grouped(sequence) }

  /// `buy 0.012 BTC at market`.
  func terms(_ terms: OrderTerms) -> String {
    let side = terms.side == .buy ? "buy" : "sell"
    let amount =
      terms.flags.contains(.inQuote)
      ? decimalText(Int128(terms.quantity.lots), scale: 8) + " " + quoteCode(terms.instrument)
      : quantity(terms.quantity.lots, terms.instrument)
    var words = "\(side) \(amount)"
    switch terms.type {
    case .market: words += " at market"
    case .limit: words += " at \(price(terms.price, terms.instrument))"
    default: words += ", \(terms.type)"
    }
    if terms.reduceOnly { words += ", reduce-only" }
    return words
  }

  func request(_ request: OrderRequest) -> String {
    switch request {
    case .place(let terms): self.terms(terms)
    case .amend(let terms): "amend order \(terms.order.raw)"
    case .cancel(let id): "cancel order \(id.raw)"
    }
  }

  /// `target 1`, `quote 61,800.1 / 61,801.2, 0.01 BTC each`.
  func wish(_ wish: Wish) -> String {
    switch wish {
    case .signal(let signal): self.signal(signal)
    case .order(let terms): "ask to " + self.terms(terms)
    case .replace(let id, let terms): "replace order \(id.raw): " + self.terms(terms)
    case .amend(let terms): "amend order \(terms.order.raw)"
    case .cancel(let id): "cancel order \(id.raw)"
    }
  }

  func signal(_ signal: Signal) -> String {
    let id = signal.instrument
    switch signal.kind {
    case .target:
      return
        "target weight \(StoryWords.millionths(Int64(signal.weightMillionths))) of \(symbol(id))"
    case .quote where signal.quantity.lots == 0: return "withdraw the quotes of \(symbol(id))"
    case .quote:
      let bid = signal.bid.ticks > 0 ? price(signal.bid, id) : "no bid"
      let ask = signal.ask.ticks > 0 ? price(signal.ask, id) : "no ask"
      return "quote \(symbol(id)) \(bid) / \(ask), \(quantity(signal.quantity.lots, id)) each"
    case .limit: return "limit order of \(quantity(signal.quantity.lots, id))"
    case .cancel: return "take back all orders of \(symbol(id))"
    }
  }

  /// Millionths as a decimal without zeros at its end.
  static func millionths(_ value: Int64) -> String {
    Money(units: Int128(value) * Int128(powerOfTen(12))).exactText
  }

  /// A number in its unit: prices with two digits more than the grid has.
  func value(_ number: NamedNumber, _ id: InstrumentID) -> String {
    let digits = Int(grid(id)?.tickScale ?? 2) + 2
    switch number.unit {
    case .price: return StoryWords.plain(number.value, digits)
    case .ticks:
      guard let grid = grid(id) else { return NumberText.fixed(number.value, 2) + " ticks" }
      let tick = Double(grid.tickMantissa) / Double(powerOfTen(Int(grid.tickScale)))
      return StoryWords.plain(number.value * tick, digits)
    case .lots: return quantity(Int64(number.value), id)
    case .bars: return NumberText.fixed(number.value, 0) + " bars"
    case .deviations: return NumberText.fixed(number.value, 4)
    case .basisPoints: return NumberText.fixed(number.value, 3) + " bp"
    case .weight: return NumberText.fixed(number.value, 4)
    case .plain: return StoryWords.significant(number.value)
    }
  }

  /// A price without groups of thousands, as prices on the grid are written.
  static func plain(_ value: Double, _ digits: Int) -> String {
    NumberText.fixed(value, digits).replacing(",", with: "")
  }

  /// With four digits behind the point, or with six that count where it is small.
  static func significant(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return value == 0 ? "0" : "n/a" }
    var (digits, size) = (4, value.magnitude)
    while size < 10, digits < 12 { (digits, size) = (digits + 1, size * 10) }
    return plain(value, digits)
  }

  /// `fast 101.2013 > slow 100.9008`, with the relation that is true, and all digits where fewer would make
  /// two different numbers look the same.
  func test(_ test: NumberTest, _ id: InstrumentID) -> String {
    let isOrdered = !test.left.value.isNaN && !test.right.value.isNaN
    let opposite = isOrdered ? test.relation.opposite.rawValue : "not \(test.relation.rawValue)"
    let relation = test.holds ? test.relation.rawValue : opposite
    let isClose =
      test.left.value != test.right.value && value(test.left, id) == value(test.right, id)
    return "\(side(test.left, id, isClose)) \(relation) \(side(test.right, id, isClose))"
  }

  /// A number's name and value, which are one where it is written out.
  private func side(_ number: NamedNumber, _ id: InstrumentID, _ isExact: Bool) -> String {
    if number.isWrittenOut { return number.name }
    return "\(number.name) \(isExact ? plainText(number.value) : value(number, id))"
  }

  /// What a strategy made of the fact, in a clause: `ema-cross: fast 3 > slow 2, already asked for 1`.
  func conclusion(_ account: StrategyAccount) -> String {
    let tests = account.reasons.map { test($0, account.instrument) }.joined(separator: " and ")
    return tests.isEmpty ? closing(account) : "\(tests): \(closing(account))"
  }

  /// The conclusion without the tests that led to it.
  func closing(_ account: StrategyAccount) -> String {
    let weight = { (weight: Double) in NumberText.fixed(weight, 4) }
    return switch account.conclusion {
    case .unsaid: "it does not say why"
    case .watches: "it only watches"
    case .noBar: "no bar of \(symbol(account.instrument)) ended with this event" + openBar(account)
    case .warmingUp(let seen, let all): "warm-up: \(min(seen, all)) of \(all) bars"
    case .undecided: "neither is above the other"
    case .stays(let held) where held == 0: "it wants nothing, and asked for nothing before"
    case .noRule(let held): "none of its rules holds, so weight \(weight(held)) stays"
    case .withoutBars(let error): "it never decides: \(error)"
    case .stays(let held): "weight \(weight(held)) was asked for already"
    case .asks(let wanted, let before):
      "it asks for weight \(weight(wanted)), after \(weight(before))"
    case .quotes: "it quotes anew"
    case .keepsQuotes: "its quotes stand"
    case .withdraws: "it takes its quotes back: no two-sided market to believe"
    case .withdrawsSmall: "it takes its quotes back: what it would quote is less than a lot"
    case .noMarket: "no two-sided market to believe"
    case .tooSmall: "what it would quote is less than a lot"
    }
  }

  /// When the bar that is being made will end; nothing where every trade or candle is one.
  private func openBar(_ account: StrategyAccount) -> String {
    guard account.instrument.index < story.state.markets.count else { return "" }
    let bars = story.state.markets[account.instrument.index].bars
    guard let open = bars.open, bars.interval > .zero else { return "" }
    return ", the open one ends at \((open.start + bars.interval).iso8601)"
  }

  /// A refusal's reason with its numbers.
  func refusal(_ refused: Refused) -> String {
    let id = refused.instrument
    if let kind = LimitKind.allCases.first(where: { "\($0)" == "\(refused.reason)" }) {
      return "\(kind) \(LimitWords.amount(kind, refused.value)) > limit "
        + LimitWords.amount(kind, refused.limit)
    }
    switch refused.reason {
    case .halted: return halt ?? "trading is being unwound: only orders that close at once pass"
    case .insufficientHolding:
      return "it needs \(quantity(refused.value, id)), and \(quantity(refused.limit, id)) is free"
    case .insufficientFunds:
      return "it needs \(decimalText(Int128(refused.value), scale: 8)) \(quoteCode(id)), and "
        + "\(decimalText(Int128(refused.limit), scale: 8)) is free"
    case .belowMinimum: return minimum(refused)
    case .noPrice: return "no price of \(symbol(id)) was seen yet"
    case .unknownOrder: return "order \(refused.value) is not live, or another book's"
    case .unknownInstrument: return "instrument \(refused.value) is not defined"
    case .malformed: return "its price or quantity is none that a venue would take"
    case .filter: return "the venue's filter \(refused.limit) would reject it"
    case .listRefused:
      let reason = UInt8(exactly: refused.value).flatMap(RefusalReason.init)
      return "another order of its list was refused: \(reason.map { "\($0)" } ?? "?")"
    default: return "\(refused.reason)"
    }
  }

  private func minimum(_ refused: Refused) -> String {
    let id = refused.instrument
    guard let grid = grid(id), refused.quantity >= grid.minQuantity else {
      return "\(quantity(refused.value, id)) is below the smallest, \(quantity(refused.limit, id))"
    }
    return "a value of \(decimalText(Int128(refused.value), scale: 8)) \(quoteCode(id)) is below "
      + "the smallest, \(decimalText(Int128(refused.limit), scale: 8))"
  }

  /// Since when and why trading is halted; `nil` while it is not.
  var halt: String? {
    story.state.risk.halt.map {
      "trading is halted by \($0) since event \(StoryWords.number(story.state.risk.haltSequence))"
    }
  }
}

extension StrategyAccount {
  /// The tests that say why: the one that settled it, all where none did; of quotes what made them new,
  /// of rules all of the one that decided. An ensemble's vote is none of its members' tests.
  fileprivate var reasons: [NumberTest] {
    switch conclusion {
    case .quotes: tests.filter { !$0.holds }
    case .asks where hasRules, .stays where hasRules:
      tests.filter { $0.rule == decidingRule }
    case .asks, .stays: tests.last { $0.holds }.map { [$0] } ?? tests
    case .noRule: []
    case .unsaid, .watches, .noBar, .withoutBars, .warmingUp, .undecided, .keepsQuotes, .withdraws,
      .withdrawsSmall, .noMarket, .tooSmall:
      tests
    }
  }

  private var hasRules: Bool { tests.contains { $0.rule != nil } }
}

extension Relation {
  /// What holds where this does not.
  fileprivate var opposite: Relation {
    switch self {
    case .above: .atMost
    case .atLeast: .below
    case .below: .atLeast
    case .atMost: .above
    case .equal: .unequal
    case .unequal: .equal
    }
  }
}
