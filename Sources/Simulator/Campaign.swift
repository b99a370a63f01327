/// Many seeds, each run twice and compared, on as many threads as wanted. Whatever their number, the
/// answer is the same: results are put together by seed.

internal import Journal
internal import Synchronization
public import TradingCore

/// What is to be run.
public struct Campaign: Sendable {
  /// The first seed; the others follow it.
  public var seed: UInt64
  public var runs: Int
  public var jobs = 1
  public var span: Interval?
  public var plant: Plant?
  /// What is run instead of seeds.
  private let orders: [RunOrder]

  public init(seed: UInt64, runs: Int) { (self.seed, self.runs, orders) = (seed, runs, []) }

  /// Runs that were kept once.
  public init(_ orders: [RunOrder]) { (seed, runs, self.orders) = (0, orders.count, orders) }

  /// What a campaign came to.
  public struct Report: Equatable, Sendable {
    /// Seeds that were run.
    public var seeds = 0
    /// Failing runs, by seed, the lowest first; at most `mostFailures`.
    public var failures: [SimulationResult] = []
    public var failed = 0
    public var paths = PathLedger()
    /// A hash over the traces of all seeds in order.
    public var trace: UInt64 = 0
    /// Virtual time of one run of each seed; that much went by twice.
    public var virtual = Interval.zero
    public var events: UInt64 = 0
    public var processes = 0
    public var orders = 0
    public var fills = 0
    public var strikes = 0
  }

  /// Failures that are kept whole.
  public static let mostFailures = 20

  /// Runs every seed, until told to stop or, where that is wanted, until one fails.
  /// - Parameters:
  ///   - watch: told how many seeds are done, on any of the threads; answers whether to go on.
  ///   - stopsAtFailure: whether seeds above the first that fails are left out.
  public func run(
    stopsAtFailure: Bool = false, watch: @escaping @Sendable (Int) -> Bool
  ) throws -> Report {
    let desk = CampaignDesk(self, stopsAtFailure, watch)
    let threads = try (1..<max(1, jobs)).map { _ in try startThread { desk.work() } }
    desk.work()
    for thread in threads { thread.join() }
    return try desk.report()
  }

  /// The order at a place, from 0.
  public func order(at place: Int) -> RunOrder {
    guard orders.isEmpty else { return orders[place] }
    var order = RunOrder(seed: seed &+ UInt64(place))
    (order.span, order.plant) = (span, plant)
    return order
  }
}

/// Where the threads fetch seeds and leave results.
private final class CampaignDesk: Sendable {
  private struct Book {
    var next = 0
    var done = 0
    var isStopped = false
    var firstFailure = Int.max
    var results: [SimulationResult?]
    var error: (any Error)?
  }

  private let campaign: Campaign
  private let stopsAtFailure: Bool
  private let watch: @Sendable (Int) -> Bool
  private let book: Mutex<Book>

  init(
    _ campaign: Campaign, _ stopsAtFailure: Bool, _ watch: @escaping @Sendable (Int) -> Bool
  ) {
    (self.campaign, self.stopsAtFailure, self.watch) = (campaign, stopsAtFailure, watch)
    book = Mutex(Book(results: Array(repeating: nil, count: campaign.runs)))
  }

  func work() {
    while let place = next() {
      do { finish(place, try twice(campaign.order(at: place))) } catch {
        book.withLock {
          $0.error = $0.error ?? error
          $0.isStopped = true
        }
      }
    }
  }

  private func next() -> Int? {
    book.withLock { book in
      let isLate = stopsAtFailure && book.next > book.firstFailure
      guard !book.isStopped, !isLate, book.next < campaign.runs else { return nil }
      defer { book.next += 1 }
      return book.next
    }
  }

  /// Runs an order twice; another trace is a failure of its own.
  private func twice(_ order: RunOrder) throws -> SimulationResult {
    var first = try SimulationResult.of(order)
    let second = try SimulationResult.of(order)
    if first.trace != second.trace, first.violation == nil {
      first.violation = Violation(
        invariant: "runs-twice-alike", text: "two runs of the seed have different traces",
        time: first.virtual)
    }
    return first
  }

  private func finish(_ place: Int, _ result: SimulationResult) {
    let done = book.withLock { book in
      book.results[place] = result
      book.done += 1
      if result.violation != nil { book.firstFailure = min(book.firstFailure, place) }
      return book.done
    }
    if !watch(done) { book.withLock { $0.isStopped = true } }
  }

  func report() throws -> Campaign.Report {
    let (results, first, error) = book.withLock { ($0.results, $0.firstFailure, $0.error) }
    if let error { throw error }
    var report = Campaign.Report()
    for (place, result) in results.enumerated() {
      guard let result, !stopsAtFailure || place <= first else { continue }
      report.add(result)
    }
    return report
  }
}

extension Campaign.Report {
  fileprivate mutating func add(_ result: SimulationResult) {
    seeds += 1
    paths.add(result.paths)
    trace = XXH64.hash(
      (0..<8).map { UInt8(truncatingIfNeeded: result.trace >> (8 * UInt64($0))) }, seed: trace)
    virtual = virtual + result.virtual
    events += result.events
    processes += result.lives
    orders += result.orders
    fills += result.fills
    strikes += result.strikes.count
    guard result.violation != nil else { return }
    failed += 1
    if failures.count < Campaign.mostFailures { failures.append(result) }
  }
}
