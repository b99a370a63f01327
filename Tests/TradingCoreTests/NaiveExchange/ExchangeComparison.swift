/// Runs sessions of an order stream through two exchanges, compares what they report, one report after
/// the other, and makes what they differ in small enough to read.
@testable import TradingCore

struct ExchangeComparison<Exchange: ExchangeUnderTest> {
  let seed: UInt64
  var particulars = OrderStream.Particulars.all
  /// Inputs in a session: enough for books to fill, few enough for slow sums.
  var length = 500
  private(set) var orders = 0
  private(set) var reports = 0
  private(set) var uses: [String: Int] = [:]

  init(seed: UInt64) { self.seed = seed }

  /// Runs a session through the naive exchange alone.
  mutating func runNaive(session: UInt64) { _ = observeNaive(session) }

  private mutating func observeNaive(_ session: UInt64) -> (inputs: [StreamInput], said: [Event]) {
    var stream = OrderStream(seed: seed, session: session, particulars: particulars)
    let inputs = (0..<length).map { _ in stream.next() }
    let naive = NaiveUnderTest()
    let said = feed(inputs, to: naive)
    orders += Int(stream.orderCount)
    reports += said.count
    uses.merge(naive.exchange.uses) { $0 + $1 }
    return (inputs, said)
  }

  /// Runs a session through both.
  /// - Returns: where they part, as a script that leads there; `nil` when they agree.
  mutating func run(session: UInt64) -> String? {
    let (inputs, said) = observeNaive(session)
    guard said != feed(inputs, to: Exchange()) else { return nil }
    return describe(shrunk(inputs), session)
  }

  private func feed(_ inputs: [StreamInput], to exchange: some ExchangeUnderTest) -> [Event] {
    var exchange = exchange
    var moments = CandleMoments(
      inputs.compactMap { if case .fact(let event) = $0 { event } else { nil } })
    for input in inputs {
      switch input {
      case .fact(let event):
        exchange.open(moments.next())
        exchange.observe(event)
      case .request(let id, let request): exchange.submit(id, request)
      }
    }
    exchange.finish()
    return exchange.reports.map(Self.essence)
  }

  private func differ(_ inputs: [StreamInput]) -> Bool {
    feed(inputs, to: NaiveUnderTest()) != feed(inputs, to: Exchange())
  }

  /// The inputs without those that are not needed for a difference: half of them, a quarter, … one.
  /// What the session is configured with stays.
  private func shrunk(_ inputs: [StreamInput]) -> [StreamInput] {
    let settings = inputs.prefix { input in
      if case .fact(let event) = input { !event.kind.isMarket } else { false }
    }
    var messages = Self.messages(inputs.dropFirst(settings.count))
    var size = messages.count / 2
    while size > 0 {
      var start = 0
      while start < messages.count {
        var fewer = messages
        fewer.removeSubrange(start..<min(start + size, fewer.count))
        if differ(Array(settings) + fewer.flatMap(\.self)) {
          messages = fewer
        } else {
          start += size
        }
      }
      size /= 2
    }
    return Array(settings) + messages.flatMap(\.self)
  }

  /// Inputs with the levels of a book's message together.
  private static func messages(_ inputs: ArraySlice<StreamInput>) -> [[StreamInput]] {
    var messages: [[StreamInput]] = []
    var isInsideRun = false
    for input in inputs {
      if isInsideRun {
        messages[messages.count - 1].append(input)
      } else {
        messages.append([input])
      }
      if case .fact(let event) = input { isInsideRun = event.body.isInsideRun }
    }
    return messages
  }

  private func describe(_ inputs: [StreamInput], _ session: UInt64) -> String {
    var clock = Timestamp.distantPast
    var lines: [String] = []
    for input in inputs {
      if case .fact(let event) = input { clock = event.receiveTime }
      if let line = ExchangeText.line(input, at: clock) { lines.append(line) }
    }
    let naive = feed(inputs, to: NaiveUnderTest()).map(ExchangeScript.describe)
    let other = feed(inputs, to: Exchange()).map(ExchangeScript.describe)
    let same = zip(naive, other).prefix { $0 == $1 }.count
    return """
      seed \(seed), session \(session), shrunk:
      \(lines.joined(separator: "\n"))
      agreed: \(naive.prefix(same).joined(separator: "; "))
      naive:  \(naive.dropFirst(same).joined(separator: "; "))
      engine: \(other.dropFirst(same).joined(separator: "; "))
      """
  }

  /// A report without what the naive exchange does not know: fees and ids of the venue's own.
  private static func essence(_ event: Event) -> Event {
    var event = event
    switch event.body {
    case .fill(var fill):
      (fill.fee, fill.feeAsset) = (0, .none)
      event.body = .fill(fill)
    case .accepted(let report): event.body = .accepted(nameless(report))
    case .rejected(let report): event.body = .rejected(nameless(report))
    case .triggered(let report): event.body = .triggered(nameless(report))
    case .canceled(let report): event.body = .canceled(nameless(report))
    case .expired(let report): event.body = .expired(nameless(report))
    default: break
    }
    return event
  }

  private static func nameless(_ report: OrderReport) -> OrderReport {
    OrderReport(order: report.order, instrument: report.instrument, reason: report.reason)
  }
}
