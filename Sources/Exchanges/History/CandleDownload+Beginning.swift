/// Where a market begins. Who asks for all there is names a moment before that, and years of empty pages would
/// be asked for: candles of a day tell it in one answer.

internal import Dialects
internal import TradingCore

extension CandleDownload where Dialect: ~Copyable {
  /// The length that a beginning is looked for by.
  private var day: UInt32 { UInt32(Interval.day.nanoseconds / Interval.second.nanoseconds) }

  /// Whether looking costs less than what it can spare.
  var isBeginningWorthIt: Bool {
    plan.history.kept == nil && plan.history.lengths.contains(day) && plan.width < .day
      && plan.count(upTo: figures.to) > plan.history.page
  }

  /// Looks for the first day on which a symbol has a candle, then for an earlier one of the next symbols.
  /// - Parameter known: the first day of the symbols before; where there was none, the last that is whole.
  func findBeginning(of symbol: Int = 0, before known: Timestamp? = nil) {
    let first = plan.from.floored(to: .day)
    let last = known ?? figures.to.floored(to: .day)
    guard symbol < plan.symbols.count, first < last else { return begin(at: last) }
    findBeginning(of: symbol, from: first, before: last)
  }

  private func findBeginning(of symbol: Int, from: Timestamp, before last: Timestamp) {
    guard from < last else { return findBeginning(of: symbol + 1, before: last) }
    let days = Interval(nanoseconds: Int64(plan.history.page) * Interval.day.nanoseconds)
    let to = min(last, from + days)
    current = symbol
    ask(.candles(instruments[symbol], seconds: day, from: from, to: to)) {
      [weak self] answer throws(ExchangesError) in
      if let found = answer.events.first {
        self?.findBeginning(of: symbol + 1, before: found.venueTime)
      } else {
        self?.findBeginning(of: symbol, from: to, before: last)
      }
    }
  }
}
