/// A zip archive's members, from its central directory, with the 64-bit extension that large dumps
/// need. Source: PKWARE's APPNOTE 6.3.10, sections 4.3 and 4.5.

/// One file inside an archive.
struct ZipMember: Equatable {
  let name: String
  /// Compression method: 0 stored, 8 deflated.
  let method: UInt16
  let crc: UInt32
  let compressedSize: Int
  let size: Int
  /// Where the member's local header stands.
  let headerOffset: Int
}

/// Reads the directory of an open archive.
struct ZipArchive {
  /// The members in directory order, without folders and macOS resource forks.
  let members: [ZipMember]

  /// - Throws: `ImportError.damaged` for what is not a zip archive, is split, encrypted or
  ///   compressed in a way other than deflate.
  init(_ file: OpenFile, size: Int) throws(ImportError) {
    let end = try ZipArchive.endRecord(of: file, size: size)
    guard end.offset <= size, end.size <= size - end.offset,
      let directory = try file.bytes(at: end.offset, count: max(0, end.size))
    else {
      throw .damaged(file: file.path, reason: "the zip directory is cut off; fetch it again")
    }
    var found: [ZipMember] = []
    var position = 0
    while position + 46 <= directory.count, directory.little32(position) == 0x0201_4B50 {
      let member = try ZipArchive.member(directory, &position, path: file.path)
      if !member.name.hasSuffix("/"), !member.name.hasPrefix("__MACOSX") { found.append(member) }
    }
    members = found
  }

  /// The member's bytes, uncompressed and checked against its size and CRC at the end. It needs no
  /// second look at the directory, which may list many thousands.
  static func open(
    _ member: ZipMember, of file: OpenFile, counter: ByteCounter
  ) throws(ImportError) -> any ByteSource {
    guard let header = try file.bytes(at: member.headerOffset, count: 30),
      header.little32(0) == 0x0403_4B50
    else {
      throw .damaged(file: file.path, reason: "no zip member begins where \(member.name) should")
    }
    let start = member.headerOffset + 30 + Int(header.little16(26)) + Int(header.little16(28))
    let slice = SliceSource(file, offset: start, count: member.compressedSize, counter: counter)
    let name = "\(file.path)/\(member.name)"
    if member.method == 0 { return CheckedSource(slice, member: member, name: name) }
    let inflated = try InflateSource(slice, wrapper: .none, name: name)
    return CheckedSource(inflated, member: member, name: name)
  }

  /// Where the directory stands, from the record at the file's end.
  private static func endRecord(
    of file: OpenFile, size: Int
  ) throws(ImportError) -> (offset: Int, size: Int) {
    let length = min(size, 65_557)
    let tail = try file.bytes(at: size - length, count: length) ?? []
    guard
      let at = (0...max(0, tail.count - 22)).reversed().first(where: {
        tail.count >= $0 + 22 && tail.little32($0) == 0x0605_4B50
      })
    else { throw .damaged(file: file.path, reason: "the zip archive has no end; fetch it again") }
    let (bytes, offset) = (Int(tail.little32(at + 12)), Int(tail.little32(at + 16)))
    guard offset == 0xFFFF_FFFF || bytes == 0xFFFF_FFFF else { return (offset, bytes) }
    guard at >= 20, tail.little32(at - 20) == 0x0706_4B50,
      let record = try file.bytes(at: tail.little64(at - 12), count: 56),
      record.little32(0) == 0x0606_4B50
    else { throw .damaged(file: file.path, reason: "the zip64 directory cannot be found") }
    return (record.little64(48), record.little64(40))
  }

  private static func member(
    _ directory: [UInt8], _ position: inout Int, path: String
  ) throws(ImportError) -> ZipMember {
    let start = position
    let nameEnd = start + 46 + Int(directory.little16(start + 28))
    let extraEnd = nameEnd + Int(directory.little16(start + 30))
    position = extraEnd + Int(directory.little16(start + 32))
    guard position <= directory.count else {
      throw .damaged(file: path, reason: "the zip directory is damaged")
    }
    let name = String(decoding: directory[start + 46..<nameEnd], as: UTF8.self)
    let method = directory.little16(start + 10)
    guard directory.little16(start + 8) & 1 == 0 else {
      throw .damaged(file: path, reason: "\(name) is encrypted; unpack it first")
    }
    guard method == 0 || method == 8 else {
      throw .damaged(file: path, reason: "\(name) uses zip method \(method); unpack it first")
    }
    var wide = WideFields(directory[nameEnd..<extraEnd])
    let size = wide.value(directory.little32(start + 24))
    let compressedSize = wide.value(directory.little32(start + 20))
    return ZipMember(
      name: name, method: method, crc: directory.little32(start + 16),
      compressedSize: compressedSize, size: size,
      headerOffset: wide.value(directory.little32(start + 42)))
  }
}

/// The 64-bit values of a member whose 32-bit fields are all ones, in APPNOTE 4.5.3's order.
private struct WideFields {
  private var fields: ArraySlice<UInt8> = []

  init(_ extra: ArraySlice<UInt8>) {
    var rest = Array(extra)
    while rest.count >= 4 {
      let end = min(rest.count, 4 + Int(rest.little16(2)))
      if rest.little16(0) == 1 { fields = rest[4..<end] }
      rest.removeFirst(end)
    }
  }

  mutating func value(_ narrow: UInt32) -> Int {
    guard narrow == .max, fields.count >= 8 else { return Int(narrow) }
    defer { fields = fields.dropFirst(8) }
    return Array(fields.prefix(8)).little64(0)
  }
}

/// Compares size and CRC when a member ends.
final class CheckedSource: ByteSource {
  private let source: any ByteSource
  private let member: ZipMember
  private let name: String
  private var crc: UInt32 = 0
  private var count = 0

  init(_ source: any ByteSource, member: ZipMember, name: String) {
    self.source = source
    self.member = member
    self.name = name
  }

  func read(into buffer: inout [UInt8], from start: Int) throws(ImportError) -> Int {
    let got = try source.read(into: &buffer, from: start)
    crc = crc32Continued(crc, buffer[start..<start + got])
    count += got
    if got == 0, count != member.size || crc != member.crc {
      throw .damaged(file: name, reason: "its checksum is wrong; fetch the archive again")
    }
    return got
  }
}

extension [UInt8] {
  fileprivate func little16(_ at: Int) -> UInt16 { UInt16(self[at]) | UInt16(self[at + 1]) << 8 }
  fileprivate func little32(_ at: Int) -> UInt32 {
    UInt32(little16(at)) | UInt32(little16(at + 2)) << 16
  }
  /// A 64-bit value as a place in a file; nonsense becomes −1, which no file holds.
  fileprivate func little64(_ at: Int) -> Int {
    Int(exactly: UInt64(little32(at)) | UInt64(little32(at + 4)) << 32) ?? -1
  }
}
