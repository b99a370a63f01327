/// A progress line that several threads move on.

import Synchronization

final class SharedProgress: Sendable {
  private let progress: Mutex<Progress>

  init(_ title: String, unit: String, isQuiet: Bool) {
    progress = Mutex(Progress(title, unit: unit, isQuiet: isQuiet))
  }

  func update(done: Int, of all: Int) {
    progress.withLock { progress in
      progress.update(done: UInt64(done), share: Double(done) / Double(all))
      if done == all { progress.clear() }
    }
  }
}
