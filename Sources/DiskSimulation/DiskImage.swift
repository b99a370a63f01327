/// A whole simulated disk as a value: folders, files, and what of both is not yet durable. Copying
/// it costs a few counters, so that every moment of a run can be kept and crashed.
import Glibc
import Journal

package struct DiskImage: Sendable {
  /// Bytes of a page: what is written, lost or torn as one.
  package let pageBytes: Int
  package internal(set) var files: [FileImage] = []
  package internal(set) var folders: [FolderImage] = [FolderImage()]
  /// Bytes that all files together may have.
  package var capacity: UInt64 = 1 << 40

  /// An empty disk with pages of 512 or 4,096 bytes.
  package init(pageBytes: Int = 4_096) {
    precondition(pageBytes == 512 || pageBytes == 4_096, "pages of \(pageBytes) bytes")
    self.pageBytes = pageBytes
  }

  /// The folder that holds `path`, and its last part.
  func place(_ path: String) throws(SystemError) -> (folder: Int, name: String) {
    var folder = 0
    let parts = path.utf8.split(separator: UInt8(ascii: "/")).map { String($0) ?? "" }
    guard let name = parts.last else { throw SystemError(code: EINVAL) }
    for part in parts.dropLast() where part != "." {
      switch folders[folder].node(part) {
      case .folder(let inner): folder = inner
      case .file: throw SystemError(code: ENOTDIR)
      case nil: throw SystemError(code: ENOENT)
      }
    }
    return (folder, name)
  }

  func node(_ path: String) throws(SystemError) -> Node {
    if path == "." || path == "/" { return .folder(0) }
    let place = try place(path)
    guard let node = folders[place.folder].node(place.name) else {
      throw SystemError(code: ENOENT)
    }
    return node
  }

  func file(_ path: String) throws(SystemError) -> Int {
    guard case .file(let index) = try node(path) else { throw SystemError(code: EISDIR) }
    return index
  }

  func folder(_ path: String) throws(SystemError) -> Int {
    guard case .folder(let index) = try node(path) else { throw SystemError(code: ENOTDIR) }
    return index
  }

  mutating func create(_ path: String) throws(SystemError) -> Int {
    let place = try place(path)
    guard folders[place.folder].node(place.name) == nil else { throw SystemError(code: EEXIST) }
    files.append(FileImage(pageBytes: pageBytes))
    folders[place.folder].link(place.name, .file(files.count - 1))
    return files.count - 1
  }

  mutating func makeFolder(_ path: String) throws(SystemError) {
    let place = try place(path)
    guard folders[place.folder].node(place.name) == nil else { throw SystemError(code: EEXIST) }
    folders.append(FolderImage())
    folders[place.folder].link(place.name, .folder(folders.count - 1))
  }

  mutating func remove(_ path: String) throws(SystemError) {
    let place = try place(path)
    let file = try file(path)
    folders[place.folder].unlink(place.name, .file(file))
  }

  mutating func removeFolder(_ path: String) throws(SystemError) {
    let place = try place(path)
    let folder = try folder(path)
    guard folders[folder].entries.isEmpty else { throw SystemError(code: ENOTEMPTY) }
    folders[place.folder].unlink(place.name, .folder(folder))
  }

  mutating func rename(_ from: String, to: String) throws(SystemError) {
    let (source, target) = (try place(from), try place(to))
    guard source.folder == target.folder else { throw SystemError(code: EXDEV) }
    let node = try node(from)
    switch (node, folders[target.folder].node(target.name)) {
    case (_, nil), (.file, .file): break
    case (.folder, .folder(let old)) where folders[old].entries.isEmpty: break
    case (.folder, .folder): throw SystemError(code: ENOTEMPTY)
    case (.folder, .file): throw SystemError(code: ENOTDIR)
    case (.file, .folder): throw SystemError(code: EISDIR)
    }
    guard source.name != target.name else { return }
    folders[source.folder].rename(source.name, to: target.name, node)
  }

  /// Bytes of all files that have a name. O(names).
  package var used: UInt64 {
    var total: UInt64 = 0
    for folder in folders {
      for entry in folder.entries {
        if case .file(let file) = entry.node { total += files[file].length }
      }
    }
    return total
  }

  /// The file's bytes as reading gives them; empty when there is no such file.
  package func contents(_ path: String) -> [UInt8] {
    guard let index = try? file(path) else { return [] }
    let file = files[index]
    return [UInt8](unsafeUninitializedCapacity: Int(file.length)) { buffer, filled in
      guard let base = buffer.baseAddress else { return }
      filled = file.read(Int(file.length), at: 0, into: base)
    }
  }

  /// The names in a folder, sorted; empty when there is none.
  package func names(_ path: String) -> [String] {
    guard let index = try? folder(path) else { return [] }
    return folders[index].entries.map(\.name).sorted()
  }
}

extension DiskImage {
  /// A hash of all names, lengths and pages that reading can reach: equal disks, equal numbers.
  package var fingerprint: UInt64 {
    var hash: UInt64 = 0
    mix(folder: 0, into: &hash)
    return hash
  }

  private func mix(folder number: Int, into hash: inout UInt64) {
    for entry in folders[number].entries.sorted(by: { $0.name < $1.name }) {
      for byte in entry.name.utf8 { Self.mix(UInt64(byte), into: &hash) }
      switch entry.node {
      case .folder(let inner): mix(folder: inner, into: &hash)
      case .file(let file):
        Self.mix(files[file].length, into: &hash)
        for page in files[file].cached { Self.mix(page.id, into: &hash) }
      }
    }
    Self.mix(.max, into: &hash)
  }

  private static func mix(_ word: UInt64, into hash: inout UInt64) {
    hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
    hash ^= hash >> 29
  }
}
