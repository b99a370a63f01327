/// Asks one venue for its candles of the past. Read this file first: a download is a description of the
/// instruments, a look at the venue's clock, and pages in order of time, each of all symbols.
///
///     describe → clock → page (symbol by symbol) → desk → page … → notices → end
///
/// One question is under way at a time, and the next page is asked for when the last one was taken. Lives on
/// its world's thread; `CandleDownload+Asking` has the venue's patience.

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
  /// Before which nothing is asked, by the steady clock: how far the venue wants questions apart.
  var earliest = Timestamp.distantPast
  var isOver = false
  var figures: HistoryFigures
  /// What the venue says of its instruments; ticks as fine as their prices of the past need.
  var specs: [InstrumentSpec] = []
  private var market: RecordedMarket?
  private var hasBegun = false
  /// The page under way: its ends, which symbol is asked for, from where on, and what came.
  private var pageStart: Timestamp
  private var pageEnd: Timestamp
  private var symbol = 0
  private var rest: Timestamp
  private var gathered: ContiguousArray<Event> = []

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
    pageStart = figures.reached
    guard pageStart < figures.to else { return finish() }
    (pageEnd, symbol) = (plan.pageEnd(from: pageStart, before: figures.to), 0)
    rest = pageStart
    askPage()
  }

  package func stop() { isOver = true }

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
  private func expectKept() throws(ExchangesError) {
    guard let kept = plan.history.kept else { return }
    let open = limits.skew.venueTime(at: world.now).floored(to: plan.width)
    let oldest = open - Interval(nanoseconds: Int64(kept) * plan.width.nanoseconds)
    guard figures.reached < oldest else { return }
    throw .noHistory(
      "\(plan.venue) keeps the newest \(kept) candles of a length, so of \(plan.interval) nothing from "
        + "before \(oldest.iso8601); ask from then on, or for longer candles with --interval")
  }
}

// MARK: Pages

extension CandleDownload where Dialect: ~Copyable {
  private func askPage() {
    guard let market else { return }
    let action = VenueAction.candles(
      market.instruments[symbol], seconds: plan.seconds, from: rest, to: pageEnd)
    ask(action) { [weak self] answer throws(ExchangesError) in try self?.take(answer) }
  }

  /// Takes an answer. Where it ends before its page does, the rest is asked for by itself: a venue may tell
  /// fewer at once than it says.
  private func take(_ answer: FrameBatch) throws(ExchangesError) {
    try expectKept()
    count(answer)
    gathered.append(contentsOf: answer.events)
    if let last = answer.events.last, last.receiveTime < pageEnd {
      rest = last.receiveTime
    } else {
      (rest, symbol) = (pageStart, symbol + 1)
    }
    if symbol < plan.symbols.count { askPage() } else { deliver() }
  }

  private func count(_ answer: FrameBatch) {
    guard let first = answer.events.first, let last = answer.events.last else { return }
    var told = figures.symbols[symbol]
    told.candles += UInt64(answer.events.count)
    told.quiet += answer.oddMessages
    told.rounded += answer.roundedNumbers
    if told.first == .none { told.first = first.venueTime }
    told.last = last.venueTime
    figures.symbols[symbol] = told
  }

  /// Lays the page down in order of time, symbols of one moment in the plan's order.
  private func deliver() {
    figures.reached = pageEnd
    desk.show(figures)
    guard let market, !gathered.isEmpty else { return goOn() }
    gathered.sort {
      ($0.receiveTime, $0.body.instrument.raw) < (
        $1.receiveTime, $1.body.instrument.raw
      )
    }
    let page = (hasBegun ? [] : market.events(at: gathered[0].receiveTime)) + gathered
    hasBegun = true
    gathered.removeAll(keepingCapacity: true)
    desk.put(.success(.events(ContiguousArray(page))))
  }

  /// Nothing more is asked; what is left is to say what was odd.
  private func finish() {
    guard hasBegun, let market else {
      return fail(
        .noHistory(
          "\(plan.venue) has no candle of \(plan.symbols.joined(separator: ", ")) from "
            + "\(figures.from.iso8601) to \(figures.to.iso8601); name another span"))
    }
    isOver = true
    let last = figures.symbols.map(\.last).max() ?? .none
    desk.put(.success(.end(figures.notices(market.instruments, at: last + plan.width))))
  }

  /// Begins anew with a finer grid of prices for the symbol that is asked for.
  func beginAnew() {
    let asked = (
      requests: figures.requests, repeats: figures.repeats, to: figures.to, room: figures.room
    )
    figures = HistoryFigures(plan)
    (figures.requests, figures.repeats) = (asked.requests, asked.repeats)
    (figures.to, figures.room) = (asked.to, asked.room)
    (hasBegun, gathered) = (false, [])
    desk.show(figures)
    desk.put(.success(.anew(symbol: plan.symbols[symbol])))
  }

  /// The place of the symbol that is asked for.
  var current: Int { symbol }
}
