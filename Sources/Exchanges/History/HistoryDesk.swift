/// Between the thread that asks a venue and the one that writes: one page at a time, so that memory stays flat
/// however long the span is.

internal import Synchronization
public import TradingCore

/// What comes next of a download.
public enum HistoryStep: Sendable {
  /// Events, in order: the definitions before the first candle.
  case events(ContiguousArray<Event>)
  /// All that came so far is void, and it begins anew: the symbol's prices were once on a finer grid than the
  /// venue's present one.
  case anew(symbol: String)
  /// The last: what was odd about the candles.
  case end(ContiguousArray<Event>)
}

/// A desk with one place.
package final class HistoryDesk: Sendable {
  private struct Place {
    var step: Result<HistoryStep, any Error>?
    var figures: HistoryFigures
  }

  private let place: Mutex<Place>

  package init(_ plan: HistoryPlan) {
    place = Mutex(Place(step: nil, figures: HistoryFigures(plan)))
  }

  /// Lays a step down; the one before it has been taken.
  func put(_ step: Result<HistoryStep, any Error>) { place.withLock { $0.step = step } }

  /// Takes what lies there; `nil` while nothing does.
  /// - Throws: why the download ended.
  package func take() throws -> HistoryStep? {
    try place.withLock { place in
      defer { place.step = nil }
      return place.step
    }?.get()
  }

  func show(_ figures: HistoryFigures) { place.withLock { $0.figures = figures } }

  package var figures: HistoryFigures { place.withLock { $0.figures } }
}
