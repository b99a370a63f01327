/// One stretch of lines to import: a file, a member of an archive, standard input. Files are told
/// apart by their first bytes, not by their names.

/// An input that can be opened, more than once unless it is a stream.
struct InputPart {
  /// What errors call it: the path as given, with the member behind a slash.
  let label: String
  /// What the journal calls it: the file's base name, equal on every machine.
  let name: String
  /// Compressed bytes, 0 where unknown.
  let bytes: Int
  private let path: String
  private let member: ZipMember?
  /// Set for streams, which can be read once only.
  private(set) var stream: KeepingSource?

  /// Opens the lines from the start.
  func open(counter: ByteCounter) throws(ImportError) -> any ByteSource {
    if let stream { return stream.rewound() }
    let file = try OpenFile(path)
    if let member {
      return try ZipArchive.open(member, of: file, counter: counter)
    }
    return try InputPart.uncompressed(FileSource(file, counter: counter), name: label)
  }

  /// The inputs that `path` holds. A regular file is looked at; a stream is opened for good.
  static func parts(of path: String, counter: ByteCounter) throws(ImportError) -> [InputPart] {
    let file = try OpenFile(path)
    let (size, isRegular) = try file.status()
    let name = path == "-" ? "-" : path.split(separator: "/").last.map(String.init) ?? path
    guard isRegular, path != "-" else {
      let source = try uncompressed(FileSource(file, counter: counter), name: path)
      return [
        InputPart(
          label: path == "-" ? "standard input" : path, name: name, bytes: 0, path: path,
          member: nil, stream: KeepingSource(source))
      ]
    }
    let head = try file.bytes(at: 0, count: min(4, size)) ?? []
    guard isZip(head) else {
      return [
        InputPart(label: path, name: name, bytes: size, path: path, member: nil, stream: nil)
      ]
    }
    return try members(of: file, size: size).map { member in
      InputPart(
        label: "\(path)/\(member.name)", name: "\(name)/\(member.name)",
        bytes: member.compressedSize, path: path, member: member, stream: nil)
    }
  }

  /// The archive's CSV members, or all where none has that ending.
  private static func members(of file: OpenFile, size: Int) throws(ImportError) -> [ZipMember] {
    let all = try ZipArchive(file, size: size).members
    let tables = all.filter { $0.name.hasSuffix(".csv") }
    guard !all.isEmpty else { throw .damaged(file: file.path, reason: "the zip archive is empty") }
    return tables.isEmpty ? all : tables
  }

  private static func isZip(_ head: [UInt8]) -> Bool {
    head == [0x50, 0x4B, 3, 4] || head == [0x50, 0x4B, 5, 6]
  }

  /// `source` inflated where it begins like gzip.
  private static func uncompressed(
    _ source: any ByteSource, name: String
  ) throws(ImportError) -> any ByteSource {
    var head = [UInt8](repeating: 0, count: 4)
    var count = 0
    while count < 4 {
      let got = try source.read(into: &head, from: count)
      guard got > 0 else { break }
      count += got
    }
    head.removeLast(4 - count)
    let whole = PrefixedSource(head, then: source)
    if head.starts(with: [0x1F, 0x8B]) {
      return try InflateSource(whole, wrapper: .gzip, name: name)
    }
    if isZip(head) {
      throw .usage("\(name): a zip archive cannot be streamed; name the file, or pipe `unzip -p`")
    }
    return whole
  }
}
