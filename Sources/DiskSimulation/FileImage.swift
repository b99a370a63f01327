/// One file of a simulated disk: what is on the platter, what the system remembers, and every
/// version between them that the platter may turn out to hold after a crash.

/// A page written since the last sync.
struct PendingPage: Sendable {
  let index: Int
  /// What was written, oldest first; the disk may hold any of them.
  var versions: [Page?]
  /// Whether bytes were written, so that a crash may tear them; else the page was only cut off.
  var isWritten: Bool
  /// A failed sync has marked it clean: no later sync makes it durable.
  var isAbandoned = false
}

package struct FileImage: Sendable {
  let pageBytes: Int
  /// What a crash cannot take.
  private(set) var durable: [Page?] = []
  private(set) var durableLength: UInt64 = 0
  /// What each durable page was before it was last made durable: what a lost write leaves.
  private(set) var before: [Page?] = []
  /// What reading gives.
  private(set) var cached: [Page?] = []
  package private(set) var length: UInt64 = 0
  /// Ordered by index.
  private(set) var pending: [PendingPage] = []
  /// The lengths since the last sync, oldest first.
  private(set) var lengths: [UInt64] = []
  private var isLengthAbandoned = false

  init(pageBytes: Int) { self.pageBytes = pageBytes }

  /// Whether a crash may change anything.
  var isSettled: Bool { pending.isEmpty && lengths.isEmpty }

  private func pages(in length: UInt64) -> Int {
    Int((length + UInt64(pageBytes) - 1) / UInt64(pageBytes))
  }

  /// Copies what is cached from `offset` on; the number of bytes copied.
  func read(_ count: Int, at offset: UInt64, into output: UnsafeMutableRawPointer) -> Int {
    guard offset < length else { return 0 }
    let total = min(count, Int(length - offset))
    var done = 0
    while done < total {
      let (index, start) = (Int(offset) + done).quotientAndRemainder(dividingBy: pageBytes)
      let part = min(pageBytes - start, total - done)
      if let page = cached[index] {
        page.bytes.withUnsafeBytes { bytes in
          guard let base = bytes.baseAddress else { return }
          (output + done).copyMemory(from: base + start, byteCount: part)
        }
      } else {
        (output + done).initializeMemory(as: UInt8.self, repeating: 0, count: part)
      }
      done += part
    }
    return total
  }

  mutating func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) {
    if offset + UInt64(bytes.count) > length { setLength(offset + UInt64(bytes.count)) }
    var done = 0
    while done < bytes.count {
      let (index, start) = (Int(offset) + done).quotientAndRemainder(dividingBy: pageBytes)
      let part = min(pageBytes - start, bytes.count - done)
      let piece = UnsafeRawBufferPointer(rebasing: bytes[done..<done + part])
      put(cached[index].replacing(from: start, with: piece, size: pageBytes), at: index)
      done += part
    }
  }

  /// Cuts or extends; what is cut off reads as zeros when the file grows again.
  mutating func truncate(to target: UInt64) {
    let kept = pages(in: target)
    for index in kept..<max(kept, max(cached.count, durable.count)) {
      let wasThere = index < cached.count && cached[index] != nil
      let isThere = index < durable.count && durable[index] != nil
      if wasThere || isThere { put(nil, at: index, isWrite: false) }
    }
    let inside = Int(target % UInt64(pageBytes))
    if target < length, inside > 0, cached[kept - 1] != nil {
      put(cached[kept - 1].cut(at: inside), at: kept - 1)
    }
    if target != length { setLength(target) }
  }

  private mutating func setLength(_ target: UInt64) {
    length = target
    lengths.append(target)
    isLengthAbandoned = false
    let count = pages(in: target)
    if cached.count > count { cached.removeLast(cached.count - count) }
    while cached.count < count { cached.append(nil) }
  }

  private mutating func put(_ page: Page?, at index: Int, isWrite: Bool = true) {
    if index < cached.count { cached[index] = page }
    let place = pending.firstIndex { $0.index >= index } ?? pending.count
    if place < pending.count, pending[place].index == index {
      pending[place].versions.append(page)
      pending[place].isWritten = pending[place].isWritten || isWrite
      pending[place].isAbandoned = false
    } else {
      pending.insert(
        PendingPage(index: index, versions: [page], isWritten: isWrite), at: place)
    }
  }

  /// Makes durable what no failed sync has marked clean.
  mutating func sync() {
    if !isLengthAbandoned {
      durableLength = length
      lengths = []
    }
    for page in pending where !page.isAbandoned {
      setDurable(page.versions.last ?? nil, at: page.index)
    }
    pending.removeAll { !$0.isAbandoned }
  }

  /// A sync that failed: everything is taken for clean, and none of it need be on the disk.
  mutating func abandon() {
    for place in pending.indices { pending[place].isAbandoned = true }
    isLengthAbandoned = !lengths.isEmpty
  }

  private mutating func setDurable(_ page: Page?, at index: Int) {
    while durable.count <= index { durable.append(nil) }
    while before.count <= index { before.append(nil) }
    before[index] = durable[index]
    durable[index] = page
  }

  /// Forgets the cache of clean pages: those a failed sync gave up show what the disk holds.
  mutating func dropCache() {
    for page in pending where page.isAbandoned && page.index < cached.count {
      cached[page.index] = page.index < durable.count ? durable[page.index] : nil
    }
    pending.removeAll(where: \.isAbandoned)
  }

  /// What a crash leaves: the durable bytes but for the pages given, at this length.
  mutating func settle(_ pages: [(index: Int, page: Page?)], length target: UInt64) {
    pending = []
    lengths = []
    isLengthAbandoned = false
    for (index, page) in pages { setDurable(page, at: index) }
    durableLength = target
    length = target
    let count = self.pages(in: target)
    if durable.count > count { durable.removeLast(durable.count - count) }
    while durable.count < count { durable.append(nil) }
    if before.count > count { before.removeLast(before.count - count) }
    while before.count < count { before.append(nil) }
    cached = durable
  }

  /// Changes a durable page behind everybody's back, as rot does; it must be settled.
  mutating func rot(_ index: Int, to page: Page?) {
    precondition(isSettled && index < durable.count, "rot: page \(index) is not only on the disk")
    durable[index] = page
    cached[index] = page
  }
}
