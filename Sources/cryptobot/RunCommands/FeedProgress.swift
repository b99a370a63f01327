/// Feeds that say how far they are and stop when the user asks to.

import TradingCore

/// A feed that tells of the events read so far, batch by batch.
final class WatchedFeed: Feed {
  private let source: any Feed
  private let tell: (UInt64) -> Void
  private var done: UInt64 = 0

  init(_ source: any Feed, tell: @escaping (UInt64) -> Void = { _ in }) {
    self.source = source
    self.tell = tell
  }

  func next(into batch: inout EventBatch) throws(EngineFault) -> Bool {
    guard try source.next(into: &batch) else { return false }
    if Interrupt.isRequested { throw .source("interrupted") }
    done += UInt64(batch.events.count)
    tell(done)
    return true
  }
}

/// The progress of one run over a feed.
final class FeedProgress {
  private var progress: Progress
  private let total: UInt64?

  /// - Parameter total: events of the source, where that is known.
  init(_ title: String, isQuiet: Bool, total: UInt64?) {
    progress = Progress(title, unit: "events", isQuiet: isQuiet)
    self.total = total
  }

  /// Puts a look at the progress in front of a feed.
  func wrapping(_ feed: any Feed) -> any Feed { WatchedFeed(feed) { self.update($0) } }

  private func update(_ done: UInt64) {
    progress.update(done: done, share: total.map { $0 > 0 ? Double(done) / Double($0) : 1 })
  }

  /// Takes the bar away.
  /// - Returns: seconds since the beginning.
  func finish() -> Double {
    progress.clear()
    return progress.elapsed
  }
}
