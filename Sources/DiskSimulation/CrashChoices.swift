/// Everything a crash may leave of a disk, numbered: for each unsynced page old, any version written
/// since, zeros or garbage; for each file any of its unsynced lengths; for each folder any subset of
/// its unsynced changes that does not build on a lost one.
package import TradingCore

package struct CrashChoices: Sendable {
  /// One independent choice and its possible outcomes.
  private enum Slot: Sendable {
    case page(file: Int, index: Int, outcomes: [Page?])
    case length(file: Int, outcomes: [UInt64])
    case names(folder: Int, outcomes: [UInt64])

    var count: Int {
      switch self {
      case .page(_, _, let outcomes): outcomes.count
      case .length(_, let outcomes): outcomes.count
      case .names(_, let outcomes): outcomes.count
      }
    }
  }

  private var image: DiskImage
  private var slots: [Slot] = []

  /// The number of outcomes; `UInt64.max` stands for anything above it.
  package let count: UInt64

  /// - Parameter kept: names of files that keep what was written last in every outcome.
  package init(of image: DiskImage, keeping kept: [String] = []) {
    self.image = image
    for file in image.folders.flatMap(\.entries) where kept.contains(file.name) {
      if case .file(let number) = file.node { self.image.files[number].sync() }
    }
    let image = self.image
    for folder in image.folders.indices {
      let subsets = image.folders[folder].subsets()
      if subsets.count > 1 { slots.append(.names(folder: folder, outcomes: subsets)) }
    }
    for file in image.files.indices where !image.files[file].isSettled {
      guard image.mayHaveName(file) else { continue }
      slots.append(contentsOf: Self.slots(file, image.files[file]))
    }
    count = slots.reduce(UInt64(1)) { product, slot in
      let (next, isTooMany) = product.multipliedReportingOverflow(by: UInt64(slot.count))
      return isTooMany ? .max : next
    }
  }

  private static func slots(_ number: Int, _ file: FileImage) -> [Slot] {
    var slots: [Slot] = []
    let lengths = unique([file.durableLength] + file.lengths) { $0 }
    if lengths.count > 1 { slots.append(.length(file: number, outcomes: lengths)) }
    for page in file.pending {
      let old = page.index < file.durable.count ? file.durable[page.index] : nil
      var outcomes = [old] + page.versions
      if page.isWritten {
        let garbage = Page.garbage(number * 7 + page.index, count: file.pageBytes)
        outcomes += [nil, .some(garbage)]
      }
      let distinct = unique(outcomes) { $0.id }
      slots.append(.page(file: number, index: page.index, outcomes: distinct))
    }
    return slots
  }

  private static func unique<Value>(_ values: [Value], by key: (Value) -> UInt64) -> [Value] {
    var kept: [Value] = []
    for value in values where !kept.contains(where: { key($0) == key(value) }) {
      kept.append(value)
    }
    return kept
  }

  /// The disk after outcome `number`, 0 ..< `count`; 0 keeps nothing that was not synced.
  package func outcome(_ number: UInt64) -> DiskImage {
    var rest = number
    return outcome { count in
      let digit = rest % UInt64(count)
      rest /= UInt64(count)
      return Int(digit)
    }
  }

  /// The disk after an outcome drawn at random, each slot by itself.
  package func outcome(drawnFrom numbers: inout RandomSource) -> DiskImage {
    outcome { count in Int(numbers.below(UInt64(count))) }
  }

  private func outcome(_ choose: (Int) -> Int) -> DiskImage {
    var result = image
    var lengths = image.files.map(\.durableLength)
    var pages = [[(index: Int, page: Page?)]](repeating: [], count: image.files.count)
    for slot in slots {
      let digit = choose(slot.count)
      switch slot {
      case .names(let folder, let outcomes): result.folders[folder].settle(outcomes[digit])
      case .length(let file, let outcomes): lengths[file] = outcomes[digit]
      case .page(let file, let index, let outcomes): pages[file].append((index, outcomes[digit]))
      }
    }
    for file in result.files.indices where !result.files[file].isSettled {
      result.files[file].settle(pages[file], length: lengths[file])
    }
    return result
  }
}

extension DiskImage {
  /// Whether the file may be found under a name after a crash.
  fileprivate func mayHaveName(_ file: Int) -> Bool {
    folders.contains { folder in
      folder.durable.contains { $0.node == .file(file) }
        || folder.pending.contains { $0.node == .file(file) }
    }
  }
}
