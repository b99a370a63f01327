/// Progress of long work on a journal, and the end of it on Ctrl-C.

import Journal

/// A progress line that work below can be given to fill, as a `Watch`.
final class WatchedProgress {
  private var progress: Progress

  init(_ title: String, unit: String, isQuiet: Bool) {
    progress = Progress(title, unit: unit, isQuiet: isQuiet)
  }

  /// Shows how far the work is; it ends once the user asked for it.
  func watch(_ done: UInt64, _ all: UInt64) -> Bool {
    progress.update(done: done, share: all > 0 ? Double(done) / Double(all) : nil)
    return !Interrupt.isRequested
  }

  /// Takes the line away again.
  func clear() { progress.clear() }
}
