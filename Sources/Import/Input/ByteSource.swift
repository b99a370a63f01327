/// Where uncompressed bytes come from, one chunk at a time: a file, a part of one, bytes kept from
/// an earlier look. Inflating sources wrap these, so every combination streams in constant memory.

/// A stream of bytes that ends once.
protocol ByteSource: AnyObject {
  /// Reads into `buffer` from `start`, at least one byte unless the stream ends. Returns how many.
  func read(into buffer: inout [UInt8], from start: Int) throws(ImportError) -> Int
}

/// Compressed bytes read so far, over all inputs and passes.
final class ByteCounter {
  var bytes = 0
}

/// A whole file from where it stands.
final class FileSource: ByteSource {
  private let file: OpenFile
  private let counter: ByteCounter

  init(_ file: OpenFile, counter: ByteCounter) {
    self.file = file
    self.counter = counter
  }

  func read(into buffer: inout [UInt8], from start: Int) throws(ImportError) -> Int {
    let count = try file.read(into: &buffer, from: start)
    counter.bytes += count
    return count
  }
}

/// A stretch of a file: a member of an archive.
final class SliceSource: ByteSource {
  private let file: OpenFile
  private let counter: ByteCounter
  private var offset: Int
  private var remaining: Int
  private var chunk = [UInt8](repeating: 0, count: 65_536)

  init(_ file: OpenFile, offset: Int, count: Int, counter: ByteCounter) {
    self.file = file
    self.offset = offset
    self.remaining = count
    self.counter = counter
  }

  func read(into buffer: inout [UInt8], from start: Int) throws(ImportError) -> Int {
    guard remaining > 0 else { return 0 }
    let wanted = min(remaining, chunk.count, buffer.count - start)
    let got = min(try file.read(into: &chunk, from: 0, at: offset), wanted)
    guard got > 0 else { throw .damaged(file: file.path, reason: "the archive ends too early") }
    buffer.replaceSubrange(start..<start + got, with: chunk[..<got])
    offset += got
    remaining -= got
    counter.bytes += got
    return got
  }
}

/// Bytes already read, then the rest of their source.
final class PrefixedSource: ByteSource {
  private var prefix: ArraySlice<UInt8>
  private let rest: any ByteSource

  init(_ prefix: [UInt8], then rest: any ByteSource) {
    self.prefix = prefix[...]
    self.rest = rest
  }

  func read(into buffer: inout [UInt8], from start: Int) throws(ImportError) -> Int {
    guard !prefix.isEmpty else { return try rest.read(into: &buffer, from: start) }
    let count = min(prefix.count, buffer.count - start)
    buffer.replaceSubrange(start..<start + count, with: prefix.prefix(count))
    prefix.removeFirst(count)
    return count
  }
}

/// A source that keeps a copy of all it gave: standard input's first look.
final class KeepingSource: ByteSource {
  private let source: any ByteSource
  private(set) var kept: [UInt8] = []

  init(_ source: any ByteSource) { self.source = source }

  func read(into buffer: inout [UInt8], from start: Int) throws(ImportError) -> Int {
    let count = try source.read(into: &buffer, from: start)
    kept.append(contentsOf: buffer[start..<start + count])
    return count
  }

  /// The bytes kept, then the rest: the stream from its start once more.
  func rewound() -> any ByteSource { PrefixedSource(kept, then: source) }
}
