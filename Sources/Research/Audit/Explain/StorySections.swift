/// A story in order of telling, from what became of it back to the market: headings with lines and tables
/// that the terminal and the page both show.

internal import TradingCore

/// One link of the chain.
struct StorySection {
  var title: String
  /// What it comes to, in a line.
  var headline: String
  var lines: [String] = []
  /// A header and rows of cells; none for no table.
  var table: [[String]] = []
  /// The verdict that the section is about, if any.
  var verdict: DecisionStory.VerdictRecord?
}

struct StorySections {
  let story: DecisionStory
  let words: StoryWords

  init(_ story: DecisionStory) {
    self.story = story
    words = StoryWords(story: story)
  }

  var all: [StorySection] {
    ([became] + orders + [sizing, wish, strategies, condition, market]).compactMap { $0 }
  }

  /// The answer in a sentence.
  var headline: String {
    let time = story.fact.event.receiveTime.iso8601
    guard let verdict = story.verdict else { return "\(outcome) at \(time)\(because)" }
    if let refused = verdict.refused {
      return "no order at \(time): \(words.symbol(refused.instrument)) refused, "
        + words.refusal(refused)
    }
    return "\(StoryWords.name(verdict)) at \(time): \(words.request(verdict.request))\(because)"
  }

  private var outcome: String {
    let passed = story.verdicts.filter { $0.refused == nil }
    guard let first = passed.first else { return "no order" }
    return passed.count == 1 ? StoryWords.name(first) : "\(passed.count) requests"
  }

  /// The strategies' reasons; of those that spoke, where any did.
  private var because: String {
    if let text = refusals ?? idle { return " because " + text }
    let asked = story.verdict.map { [$0] } ?? story.verdicts
    if let first = asked.first, asked.allSatisfy({ $0.asker == first.asker }),
      let asker = words.asker(of: first)
    {
      return " " + asker
    }
    let spoke = concerned.filter { $0.isSpeaking }
    let told = spoke.isEmpty ? concerned : spoke
    guard !told.isEmpty else { return silence }
    let clauses = told.prefix(3).map { "\($0.strategy): \(words.conclusion($0))" }
    return " because " + clauses.joined(separator: "; ")
  }

  /// The accounts behind the request asked about: of its wish's book and instrument, where any is.
  private var concerned: [StrategyAccount] {
    guard let place = story.verdict?.wish else { return story.accounts }
    let wish = story.wishes[place]
    let own = story.accounts.filter { account in
      guard case .signal(let signal) = wish.wish else { return account.book == wish.book }
      return account.book == wish.book && account.instrument == signal.instrument
    }
    return own.isEmpty ? story.accounts : own
  }

  /// Why nothing passed although something was asked for.
  private var refusals: String? {
    let refused = story.verdicts.compactMap(\.refused)
    guard story.verdict == nil, let first = refused.first, refused.count == story.verdicts.count
    else { return nil }
    return words.refusal(first) + (refused.count > 1 ? " (and \(refused.count - 1) more)" : "")
  }

  /// Why a wish led to no request at all.
  private var idle: String? {
    guard story.verdicts.isEmpty, let wish = story.wishes.first,
      case .signal(let signal) = wish.wish, signal.kind == .target
    else { return nil }
    guard let sizing = wish.sizing else {
      return
        "no price says how much weight \(StoryWords.millionths(Int64(signal.weightMillionths))) is"
    }
    if let parent = parent(toward: signal, wish.book) {
      return "parent order \(StoryWords.number(parent)) works toward the target of "
        + "\(words.quantity(sizing.target, signal.instrument)), and no slice of it is due"
    }
    guard sizing.difference == 0 else { return nil }
    return "the target of \(words.quantity(sizing.target, signal.instrument)) is what is held and "
      + "under way"
  }

  /// The parent order that the target is reached with: begun now, or running and just what is wanted.
  private func parent(toward signal: Signal, _ book: BookID) -> Sequence64? {
    let begun = story.derived.first { one in
      guard case .parent(let parent) = one.event.body else { return false }
      return parent.terms.instrument == signal.instrument && parent.terms.book == book
    }
    let isEnded = story.derived.contains { $0.event.kind == .parentEnded }
    guard begun == nil, !isEnded else { return begun?.sequence }
    return story.state.parents.target(signal.instrument, book)?.id.raw
  }

  private var silence: String {
    let command = story.fact.event.kind.shortName
    return story.verdicts.isEmpty
      ? " because no strategy trades what this event, \(command), is about" : " by \(command)"
  }

  /// The order's end, or that there was none.
  private var became: StorySection? {
    guard let verdict = story.verdict else { return nil }
    if let refused = verdict.refused {
      var lines: [String] = []
      if refused.suggested > .zero {
        let most = words.quantity(refused.suggested.lots, refused.instrument)
        lines.append("the largest that would have passed: \(most)")
      }
      return StorySection(title: "outcome", headline: "refused: never sent", lines: lines)
    }
    guard let fate = story.fate, case .place(let terms) = verdict.request else { return nil }
    return StorySection(
      title: "outcome", headline: words.ending(fate, terms),
      table: [["event", "time", "after", "report"]]
        + fate.reports.map { words.row($0, since: story.fact.event.receiveTime) })
  }

  /// One section for each request that is told of: the one asked about, or all of them.
  private var orders: [StorySection] {
    let told = story.verdict.map { [$0] } ?? Array(story.verdicts.prefix(8))
    return told.map(risk)
  }

  private func risk(_ verdict: DecisionStory.VerdictRecord) -> StorySection {
    let numbers = verdict.numbers
    let uses = LimitKind.allCases.compactMap { kind in numbers[kind].map { (kind, $0) } }
    let what = words.request(verdict.request)
    let said =
      verdict.refused.map { "refused: \(words.refusal($0))" }
      ?? "approved as \(StoryWords.number(verdict.sequence))"
      + (uses.isEmpty ? "" : ", \(numbers.level) use of its limits")
    let rows = uses.map { kind, use in
      [
        "\(kind)", LimitWords.amount(kind, use.value), LimitWords.amount(kind, use.limit),
        LimitWords.amount(kind, use.headroom),
        NumberText.percent(Double(use.usedMillionths) / 1_000_000),
      ]
    }
    var lines = numbers.warnings.sentences(passed: verdict.refused == nil)
    if rows.isEmpty { lines.append("no limit that such an order meets is set") }
    if let slice = words.slice(of: verdict) {
      lines.append(slice + words.progress(of: verdict))
    } else if let asker = words.asker(of: verdict) {
      lines.append("asked for " + asker)
    }
    return StorySection(
      title: "risk", headline: "\(what): \(said)", lines: lines,
      table: rows.isEmpty ? [] : [["limit", "value", "limit", "headroom", "used"]] + rows,
      verdict: verdict)
  }

  /// The wish behind the request asked about, or the first.
  private var wished: Int? { story.verdict.map(\.wish) ?? 0 }

  private var sizing: StorySection? {
    guard let index = wished, story.wishes.indices.contains(index),
      case .signal(let signal) = story.wishes[index].wish,
      let sizing = story.wishes[index].sizing
    else { return nil }
    return words.section(sizing, signal)
  }

  private var wish: StorySection? {
    guard let index = wished, story.wishes.indices.contains(index) else { return nil }
    let signals = story.derived.filter { $0.event.kind == .signal || $0.event.kind == .request }
    let numbers = signals.map { StoryWords.number($0.sequence) }.joined(separator: ", ")
    return StorySection(
      title: "wish", headline: words.wish(story.wishes[index].wish),
      lines: numbers.isEmpty ? [] : ["recorded as \(numbers)"])
  }

  /// The first that speaks, or the first of all; the others by a line each.
  private var strategies: StorySection? {
    // What strategies say now is not why there is a slice, or a request by command.
    if let verdict = story.verdict, verdict.wish == nil { return nil }
    guard let told = concerned.first(where: { $0.isSpeaking }) ?? concerned.first else {
      return nil
    }
    let tests = told.tests.map { test in
      (test.rule.map { "\($0): " } ?? "")
        + "\(test.left.name) \(test.relation.rawValue) \(test.right.name)? \(test.holds ? "yes" : "no"): "
        + words.test(test, told.instrument)
    }
    let others = story.accounts.filter { $0 != told }
    let rows = told.numbers.map { [$0.name, words.value($0, told.instrument)] }
    return StorySection(
      title: "strategy", headline: "\(words.name(told)): \(words.closing(told))",
      lines: tests + others.map { "\(words.name($0)): \(words.conclusion($0))" },
      table: rows.isEmpty ? [] : [["number", "value"]] + rows)
  }
}

extension StrategyAccount {
  /// Whether it wants something new.
  var isSpeaking: Bool {
    switch conclusion {
    case .asks, .quotes, .withdraws, .withdrawsSmall: true
    case .unsaid, .watches, .noBar, .warmingUp, .undecided, .stays, .keepsQuotes, .noMarket,
      .tooSmall, .noRule, .withoutBars:
      false
    }
  }
}

extension RiskWarnings {
  /// What was taken for granted, one sentence each.
  func sentences(passed: Bool) -> [String] {
    let all: [(RiskWarnings, String)] = [
      (.assumedStop, "no stop is named: its risk is the loss at an assumed one"),
      (.noBook, "no valid book: the expected price is the best quote or the mark"),
      (.thinBook, "larger than what the book shows: the rest is expected at its last price"),
      (.unknownCorrelation, "too few returns are known: every instrument counts as moving with it"),
      (.halted, "trading is halted: it passes only because it shrinks a position"),
    ]
    return all.filter { contains($0.0) && (passed || $0.0 != .halted) }.map(\.1)
  }
}
