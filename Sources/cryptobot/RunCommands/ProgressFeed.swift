/// A feed that shows how far it is and stops when the user asks to.

import TradingCore

final class ProgressFeed: Feed {
  private var source: (any Feed)?
  private var progress: Progress
  private let total: UInt64?
  private var done: UInt64 = 0

  /// - Parameter total: events of the source, where that is known.
  init(_ title: String, isQuiet: Bool, total: UInt64?) {
    progress = Progress(title, unit: "events", isQuiet: isQuiet)
    self.total = total
  }

  /// Puts this in front of a feed.
  func wrapping(_ feed: any Feed) -> any Feed {
    source = feed
    return self
  }

  func next(into batch: inout EventBatch) throws(EngineFault) -> Bool {
    guard let source, try source.next(into: &batch) else { return false }
    if Interrupt.isRequested { throw .source("interrupted") }
    done += UInt64(batch.events.count)
    progress.update(done: done, share: total.map { $0 > 0 ? Double(done) / Double($0) : 1 })
    return true
  }

  /// Takes the bar away.
  /// - Returns: seconds since the beginning.
  func finish() -> Double {
    progress.clear()
    return progress.elapsed
  }
}
