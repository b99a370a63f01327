/// Asks one venue for its candles of the past. Read this file first: a download is a description of the
/// instruments, a look at the venue's clock, and pages in order of time, each of all symbols.
///
///     describe → clock → beginning → page (symbol by symbol) → desk → page … → notices → end
///
/// One question is under way at a time, and the next page is asked for when the last one was taken. Lives on
/// its world's thread; `CandleDownload+Asking` has the venue's patience, `+Beginning` looks where
/// the market begins, `+Pages` takes what comes.

package import Dialects
internal import TradingCore

/// A download as whoever owns its thread moves it.
protocol HistorySession: AnyObject {
  /// Asks the first questions.
  func begin()
  /// Goes on: what was laid on the desk has been taken.
  func goOn()
  /// Asks nothing any more.
  func stop()
}

/// The download of one plan.
package final class CandleDownload<Dialect: VenueDialect & SendableMetatype & ~Copyable>:
  HistorySession
{
  let plan: HistoryPlan
  let world: any VenueWorld
  let desk: HistoryDesk
  let address: VenueAddress
  var dialect: Dialect
  var limits = VenueLimits()
  var backOff: BackOff
  /// Questions that failed since the last that did not.
  var failures = 0
  /// Whether one of them was a ban.
  var wasBanned = false
  /// Before which nothing is asked, by the steady clock: how far the venue wants questions apart.
  var earliest = Timestamp.distantPast
  var isOver = false
  var figures: HistoryFigures
  /// What the venue says of its instruments; ticks as fine as their prices of the past need.
  var specs: [InstrumentSpec] = []
  var market: RecordedMarket?
  var hasBegun = false
  /// Before which no symbol has a candle, once that is known.
  var beginning: Timestamp?
  /// The page under way: its ends, which symbol is asked for, from where on, and what came.
  var pageStart: Timestamp
  var pageEnd: Timestamp
  var current = 0
  var rest: Timestamp
  var gathered: ContiguousArray<Event> = []

  package init(
    _ plan: HistoryPlan, _ dialect: consuming Dialect, _ desk: HistoryDesk,
    in world: any VenueWorld
  ) throws(ExchangesError) {
    (self.plan, self.desk, self.world) = (plan, desk, world)
    address = try VenueAddress(dialect.address(of: .rest))
    backOff = BackOff(
      first: Interval(nanoseconds: 500_000_000), longest: Self.longestBackOff,
      seed: world.chance())
    figures = HistoryFigures(plan)
    (pageStart, pageEnd, rest) = (plan.from, plan.from, plan.from)
    self.dialect = dialect
  }

  package func begin() {
    ask(.exchangeInformation(symbols: plan.symbols), isRepeated: false) {
      [weak self] answer throws(ExchangesError) in
      guard let self else { return }
      specs = answer.instruments
      try define()
      readClock()
    }
  }

  package func goOn() {
    guard !isOver else { return }
    guard beginning != nil || !isBeginningWorthIt else { return findBeginning() }
    pageStart = figures.reached
    guard pageStart < figures.to else { return finish() }
    (pageEnd, current) = (plan.pageEnd(from: pageStart, before: figures.to), 0)
    rest = pageStart
    askPage()
  }

  /// Pages begin with the first that can hold a candle.
  func begin(at first: Timestamp) {
    beginning = max(plan.from, first)
    figures.reached = beginning ?? plan.from
    goOn()
  }

  package func stop() { isOver = true }

  /// The instruments in the order of the plan's symbols.
  var instruments: [InstrumentID] { market?.instruments ?? [] }

  /// Ends it with what went wrong.
  func fail(_ error: ExchangesError) {
    isOver = true
    desk.put(.failure(error))
  }

  func define() throws(ExchangesError) {
    let market = try RecordedMarket(plan.market, specs)
    dialect.directory = market.directory
    self.market = market
  }

  /// What has closed, the venue's clock says: ours may be ahead.
  private func readClock() {
    ask(.time) { [weak self] _ throws(ExchangesError) in
      guard let self else { return }
      figures.to = min(plan.to, limits.certainTime(at: world.now).floored(to: plan.width))
      guard plan.from < figures.to else {
        throw .noHistory(
          "no candle of \(plan.interval) from \(plan.from.iso8601) on has closed yet")
      }
      figures.room = UInt64(plan.count(upTo: figures.to))
      try expectKept()
      desk.show(figures)
      goOn()
    }
  }

  /// Refuses what the venue has forgotten: a journal that lacks its beginning would be taken for a market
  /// that was quiet.
  func expectKept() throws(ExchangesError) {
    guard let kept = plan.history.kept else { return }
    let open = limits.skew.venueTime(at: world.now).floored(to: plan.width)
    let oldest = open - Interval(nanoseconds: Int64(kept) * plan.width.nanoseconds)
    guard figures.reached < oldest else { return }
    throw .noHistory(
      "\(plan.venue) keeps the newest \(kept) candles of a length, so of \(plan.interval) nothing from "
        + "before \(oldest.iso8601); ask from then on, or for longer candles with --interval")
  }
}
