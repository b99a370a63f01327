/// Runs one session of an order stream through two exchanges and compares what they report, one report
/// after the other.
@testable import TradingCore

struct ExchangeComparison {
  /// Where two exchanges part, with what led there.
  struct Difference: CustomStringConvertible {
    var session: UInt64
    var report: Int
    var first: String
    var second: String
    var settings: [String]
    var inputs: [String]

    var description: String {
      """
      session \(session), report \(report):
        naive   \(first)
        engine  \(second)
      settings:
        \(settings.joined(separator: "\n  "))
      inputs before:
        \(inputs.joined(separator: "\n  "))
      """
    }
  }

  /// Inputs of a difference that are shown.
  static let shown = 20

  let seed: UInt64
  /// Inputs in a session: enough for books to fill, few enough for slow sums.
  var length = 500
  private(set) var orders = 0
  private(set) var reports = 0
  private(set) var uses: [String: Int] = [:]

  init(seed: UInt64) { self.seed = seed }

  /// Runs a session through both.
  mutating func run<Exchange: ExchangeUnderTest>(
    session: UInt64, against type: Exchange.Type
  ) -> Difference? {
    var stream = OrderStream(seed: seed, session: session)
    var (naive, other) = (NaiveUnderTest(), Exchange())
    let inputs = (0..<length).map { _ in stream.next() }
    var counts: [Int] = []
    for input in inputs {
      switch input {
      case .fact(let event):
        naive.observe(event)
        other.observe(event)
      case .request(let id, let request):
        naive.submit(id, request)
        other.submit(id, request)
      }
      counts.append(naive.reports.count)
    }
    naive.finish()
    other.finish()
    orders += Int(stream.orderCount)
    reports += naive.reports.count
    uses.merge(naive.exchange.uses) { $0 + $1 }
    return difference(session, naive.reports, other.reports, inputs, counts)
  }

  private func difference(
    _ session: UInt64, _ naive: [Event], _ other: [Event], _ inputs: [StreamInput], _ counts: [Int]
  ) -> Difference? {
    let (left, right) = (naive.map(Self.essence), other.map(Self.essence))
    guard left != right else { return nil }
    let index = zip(left, right).enumerated().first { $1.0 != $1.1 }?.offset
    let place = index ?? min(left.count, right.count)
    let end = counts.firstIndex { $0 > place } ?? inputs.count - 1
    let settings = inputs.prefix { if case .fact(let event) = $0 { !event.kind.isMarket } else { false } }
    return Difference(
      session: session, report: place,
      first: place < left.count ? Self.describe(left[place]) : "nothing",
      second: place < right.count ? Self.describe(right[place]) : "nothing",
      settings: settings.map(Self.describe),
      inputs: inputs[max(settings.count, end + 1 - Self.shown)...end].map(Self.describe))
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

  private static func describe(_ input: StreamInput) -> String {
    switch input {
    case .fact(let event): describe(event)
    case .request(let id, let request): "o\(id.raw) \(request)"
    }
  }

  private static func describe(_ event: Event) -> String {
    let venue = event.venueTime.isNone ? "" : " (\(event.venueTime.nanoseconds / 1_000_000) ms)"
    return "\(event.receiveTime.nanoseconds / 1_000_000) ms\(venue) \(event.body)"
  }
}
