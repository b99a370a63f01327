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

  /// Writes page `source` of a file over its page `target`, as a misdirected write does.
  package mutating func misdirect(
    page source: Int, to target: Int, in path: String
  ) throws(SystemError) {
    let file = try file(path)
    files[file].rot(target, to: files[file].durable[source])
  }

  /// Takes the last durable write of a page back, as a disk that only said it was done.
  package mutating func loseWrite(of page: Int, in path: String) throws(SystemError) {
    let file = try file(path)
    files[file].rot(page, to: files[file].before[page])
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

extension FileImage {
  /// The file with each page as it was before it last became durable.
  var stale: FileImage {
    var old = self
    let pages = before.enumerated().map { (index: $0.offset, page: $0.element) }
    old.settle(pages, length: length)
    return old
  }
}
