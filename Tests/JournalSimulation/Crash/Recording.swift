/// A run of the writer on a simulated disk, with all that a search needs to know of it.
package import DiskSimulation
package import Journal

package struct Recording: Sendable {
  /// The disk before each change of it, and at the end.
  package var moments: [SimDisk.Moment] = []
  package var trace: [Operation] = []
  /// The disk at the end.
  package var image = DiskImage()
  /// What was appended.
  package var stream: EventStream
  /// What ended the run before its time.
  package var failure: JournalError?
  /// Whether the writer took anything, or touched the disk, after it had failed.
  package var wentOn = false
  /// Calls that met a planted fault.
  package var hits = 0
  /// Bytes of the last segment known durable, where the writer said so last.
  package var durableOffset: UInt64 = 0
  /// Whether the last segment holds no event.
  package var endsEmpty = false
  private var promises: [(operation: Int, promise: Promise)]

  /// What a writer has said it holds.
  package struct Promise: Sendable {
    /// The last sequence that must be there after any crash.
    package var acknowledged: UInt64 = 0
    /// The last sequence that may be there.
    package var appended: UInt64 = 0
  }

  /// Begins with a journal of which this was promised before.
  init(of stream: EventStream, behind promise: Promise = Promise()) {
    self.stream = stream
    promises = [(0, promise)]
  }

  /// What was promised when so many calls had been made.
  func promise(at operation: Int) -> Promise {
    promises.last { $0.operation <= operation }?.promise ?? Promise()
  }

  /// What was promised in the end.
  package var promise: Promise { promises[promises.count - 1].promise }

  mutating func note(appended sequence: UInt64, _ disk: SimDisk) {
    promises.append(
      (disk.operations, Promise(acknowledged: promise.acknowledged, appended: sequence)))
  }

  mutating func note(acknowledged sequence: UInt64, _ disk: SimDisk) {
    let appended = max(sequence, promise.appended)
    promises.append((disk.operations, Promise(acknowledged: sequence, appended: appended)))
  }

  /// All of it is known: what was found is promised, and nothing more can be there.
  mutating func note(found sequence: UInt64, _ disk: SimDisk) {
    promises.append((disk.operations, Promise(acknowledged: sequence, appended: sequence)))
  }

  mutating func finish(_ disk: SimDisk) {
    (moments, trace, image, hits) = (disk.moments, disk.trace, disk.image, disk.hits)
    moments.append(SimDisk.Moment(operation: disk.operations, image: disk.image))
  }
}
