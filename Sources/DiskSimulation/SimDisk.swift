/// A disk that lies. Nothing is durable before it was synced, a crash leaves whatever
/// `CrashChoices` allows, and any call can be made to fail. It counts its calls, can keep the disk
/// as it was before each change, and can name every call.
import Glibc
package import Journal
import Synchronization

package final class SimDisk: Disk {
  /// The disk before a call that changes it.
  package struct Moment: Sendable {
    /// Calls made before it.
    package var operation: Int
    package var image: DiskImage

    package init(operation: Int, image: DiskImage) {
      (self.operation, self.image) = (operation, image)
    }
  }

  /// What is to happen and what is to be kept.
  package struct Plan: Sendable {
    package var faults: [Fault] = []
    /// Before which call the machine crashes; that call and all later ones get `.crashed`.
    package var crash: Int?
    /// Whether the disk is kept as it was before each call that changes it.
    package var keepsMoments = false
    package var keepsTrace = false
    /// Whether syncing a folder does nothing: a planted bug.
    package var skipsFolderSync = false
    /// Whether a sync that fails is asked for again at once: a planted bug.
    package var retriesSync = false
    /// Whether a whole file's sync comes only after the rename behind it: a planted bug.
    package var syncsAfterRename = false
    package init() {}
  }

  struct State: Sendable {
    var image: DiskImage
    var plan: Plan
    var operations = 0
    var moments: [Moment] = []
    var trace: [Operation] = []
    var locked: [Int] = []
    var hits = 0
    /// The file whose sync waits for a rename, where that bug is planted.
    var late: (file: Int, path: String)?
  }
  let state: Mutex<State>

  package init(_ image: DiskImage = DiskImage(), plan: Plan = Plan()) {
    state = Mutex(State(image: image, plan: plan))
  }

  package var image: DiskImage { state.withLock { $0.image } }
  /// Calls made so far.
  package var operations: Int { state.withLock { $0.operations } }
  /// Calls that met a planted fault.
  package var hits: Int { state.withLock { $0.hits } }
  package var moments: [Moment] { state.withLock { $0.moments } }
  package var trace: [Operation] { state.withLock { $0.trace } }

  package func open(_ path: String, _ mode: OpenMode) throws(SystemError) -> any DiskFile {
    let kind = mode == .create ? Operation.Kind.create : .open
    let file = try call(Operation(kind: kind, path: path)) { (state) throws(SystemError) in
      mode == .create ? try state.image.create(path) : try state.image.file(path)
    }
    return SimFile(self, file, path)
  }

  package func rename(_ from: String, to: String) throws(SystemError) {
    try call(Operation(kind: .rename, path: from + " to " + to)) { (state) throws(SystemError) in
      try state.image.rename(from, to: to)
    }
    try syncLate()
  }

  package func remove(_ path: String) throws(SystemError) {
    try call(Operation(kind: .remove, path: path)) { (state) throws(SystemError) in
      try state.image.remove(path)
    }
  }

  package func makeFolder(_ path: String) throws(SystemError) {
    try call(Operation(kind: .makeFolder, path: path)) { (state) throws(SystemError) in
      try state.image.makeFolder(path)
    }
  }

  package func removeFolder(_ path: String) throws(SystemError) {
    try call(Operation(kind: .removeFolder, path: path)) { (state) throws(SystemError) in
      try state.image.removeFolder(path)
    }
  }

  package func names(in folder: String) throws(SystemError) -> [String] {
    try call(Operation(kind: .names, path: folder)) { (state) throws(SystemError) in
      state.image.folders[try state.image.folder(folder)].entries.map(\.name)
    }
  }

  package func exists(_ path: String) -> Bool {
    state.withLock { (try? $0.image.node(path)) != nil }
  }

  package func syncFolder(_ path: String) throws(SystemError) {
    let folder = try state.withLock { (state) throws(SystemError) in
      try state.image.folder(path)
    }
    try state.withLock { (state) throws(SystemError) in
      do throws(SystemError) {
        try state.begin(Operation(kind: .syncFolder, path: path))?.failure()
      } catch {
        if error != .crashed { state.image.folders[folder].abandon() }
        throw error
      }
      if !state.plan.skipsFolderSync { state.image.folders[folder].sync() }
    }
  }

  package func space(at path: String) throws(SystemError) -> (free: UInt64, total: UInt64) {
    try call(Operation(kind: .space, path: path)) { (state) throws(SystemError) in
      let (used, total) = (state.image.used, state.image.capacity)
      return (total > used ? total - used : 0, total)
    }
  }
}

extension SimDisk {
  /// One call: counted, written down, failed where that is planned, else done.
  func call<Value: Sendable>(
    _ operation: Operation, _ body: (inout State) throws(SystemError) -> Value
  ) throws(SystemError) -> Value {
    try state.withLock { (state) throws(SystemError) in
      try state.begin(operation)?.failure()
      return try body(&state)
    }
  }
}

extension SimDisk {
  /// The sync that waited for a rename.
  private func syncLate() throws(SystemError) {
    guard let late = state.withLock({ $0.late.take() }) else { return }
    try call(Operation(kind: .sync, path: late.path)) { (state) throws(SystemError) in
      state.image.files[late.file].sync()
    }
  }
}

extension SimDisk.State {
  /// Counts a call; the fault it meets, or `.crashed`.
  mutating func begin(_ operation: Operation) throws(SystemError) -> Fault? {
    if let crash = plan.crash, operations >= crash { throw .crashed }
    if let late, operation.kind != .rename {
      self.late = nil
      image.files[late.file].sync()
    }
    if plan.keepsMoments, operation.kind.isChange {
      moments.append(SimDisk.Moment(operation: operations, image: image))
    }
    if plan.keepsTrace { trace.append(operation) }
    let number = operations
    operations += 1
    guard let fault = plan.faults.first(where: { $0.hits(number) }) else { return nil }
    hits += 1
    return fault
  }
}

extension Operation.Kind {
  /// Whether the call changes what a crash may leave.
  var isChange: Bool {
    switch self {
    case .create, .write, .truncate, .syncData, .sync, .rename, .remove, .makeFolder,
      .removeFolder, .syncFolder:
      true
    case .open, .size, .read, .lock, .names, .space: false
    }
  }
}
