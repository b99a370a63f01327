/// Damage that no crash does: rot in durable bytes, sectors written to the wrong place or not at
/// all. For settled files only, as after a crash.
package import Journal

extension DiskImage {
  /// Turns one bit of a file.
  package mutating func flip(bit: Int, at offset: UInt64, in path: String) throws(SystemError) {
    let file = try file(path)
    let (index, place) = Int(offset).quotientAndRemainder(dividingBy: pageBytes)
    var bytes = files[file].durable[index]?.bytes ?? [UInt8](repeating: 0, count: pageBytes)
    bytes[place] ^= 1 << UInt8(bit)
    files[file].rot(index, to: Page(bytes))
  }

  /// Replaces a page of a file.
  package mutating func damage(
    _ page: Int, in path: String, _ damage: PageDamage
  ) throws(SystemError) {
    let file = try file(path)
    files[file].rot(page, to: files[file].page(damage, in: page))
  }

  /// Cuts a file, durably.
  package mutating func cut(_ path: String, to length: UInt64) throws(SystemError) {
    let file = try file(path)
    files[file].truncate(to: length)
    files[file].sync()
  }

  /// Puts `bytes` into a file of this name, durably, in place of what was there.
  package mutating func put(_ bytes: [UInt8], as path: String) throws(SystemError) {
    let place = try place(path)
    files.append(FileImage(pageBytes: pageBytes))
    let number = files.count - 1
    bytes.withUnsafeBytes { files[number].write($0, at: 0) }
    files[number].sync()
    folders[place.folder].link(place.name, .file(number))
    folders[place.folder].sync()
  }

  /// Takes a name away, durably.
  package mutating func lose(_ path: String) throws(SystemError) {
    let place = try place(path)
    try remove(path)
    folders[place.folder].sync()
  }
}

/// What may stand in place of a durable page.
package enum PageDamage: Sendable, CustomStringConvertible {
  /// What stood there before: a write the disk only said it had done.
  case lost
  case zeros
  case garbage
  /// Another page of the file: a write that went to the wrong place.
  case misdirected(from: Int)

  package var description: String {
    switch self {
    case .lost: "as it was before its last sync"
    case .zeros: "zeros"
    case .garbage: "garbage"
    case .misdirected(let other): "overwritten by page \(other)"
    }
  }

  /// Whether the bytes that stand there then were once written to the file.
  package var isOfTheFile: Bool {
    switch self {
    case .lost, .misdirected: true
    case .zeros, .garbage: false
    }
  }

  /// Every damage that changes the page.
  package static func all(of page: Int, in path: String, _ image: DiskImage) -> [PageDamage] {
    guard let number = try? image.file(path) else { return [] }
    let file = image.files[number]
    let others = file.durable.indices.map { PageDamage.misdirected(from: $0) }
    return ([.lost, .zeros, .garbage] + others).filter {
      !file.page($0, in: page).isSame(as: file.durable[page])
    }
  }
}

extension DiskImage {
  /// Everything that was written reaches the disk, as when only the process dies.
  package mutating func settle() {
    for file in files.indices { files[file].sync() }
    for folder in folders.indices { folders[folder].sync() }
  }
}

extension FileImage {
  /// The page that stands at `index` after the damage.
  func page(_ damage: PageDamage, in index: Int) -> Page? {
    switch damage {
    case .lost: index < before.count ? before[index] : nil
    case .zeros: nil
    case .garbage: Page.garbage(index, count: pageBytes)
    case .misdirected(let other): durable[other]
    }
  }

  /// The file with each page as it was before it last became durable.
  var stale: FileImage {
    var old = self
    let pages = before.enumerated().map { (index: $0.offset, page: $0.element) }
    old.settle(pages, length: length)
    return old
  }
}
