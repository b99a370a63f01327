/// An ordinary `.lz4` file: frames behind each other, for what is kept beside a journal. `lz4 -d` reads it.
internal import TradingCore

/// A file of LZ4 frames that is being written. Bytes gather until a frame is full or `flush` is called;
/// what was flushed survives the death of this process, and what `sync` has written a power cut. After
/// another end the file may stop inside a frame, and the frames before it are whole.
public struct LZ4File: ~Copyable {
  /// Bytes of a full frame.
  public static let frameBytes = 1 << 18

  /// Bytes handed to the system.
  public private(set) var storedBytes: UInt64 = 0
  private let file: SegmentFile
  private let compressor = LZ4Compressor()
  private var waiting: [UInt8] = []
  private var frame: [UInt8]

  /// Creates a file where none is.
  /// - Throws: `.io` when there is one, or when the disk refuses.
  public init(creating path: String) throws(JournalError) {
    file = try SegmentFile(path, .create, on: SystemDisk())
    frame = [UInt8](repeating: 0, count: LZ4Frame.bound(Self.frameBytes))
    waiting.reserveCapacity(Self.frameBytes)
  }

  /// Adds bytes. O(bytes).
  /// - Throws: `.io` when the disk refuses.
  public mutating func append(_ bytes: [UInt8]) throws(JournalError) {
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + Self.frameBytes - waiting.count)
      waiting.append(contentsOf: bytes[start..<end])
      start = end
      if waiting.count == Self.frameBytes { try flush() }
    }
  }

  /// Writes what has gathered as a frame.
  /// - Throws: `.io` when the disk refuses.
  public mutating func flush() throws(JournalError) {
    guard !waiting.isEmpty else { return }
    let count = waiting.count
    assert(count <= Self.frameBytes && frame.count >= LZ4Frame.bound(count))
    var failure: JournalError?
    unsafe waiting.withUnsafeBytes { payload in
      unsafe frame.withUnsafeMutableBytes { output in
        guard let from = payload.baseAddress, let to = output.baseAddress else { return }
        let bytes = unsafe compressor.frame(from, count: count, into: to).bytes
        do throws(JournalError) {
          try unsafe file.write(UnsafeRawPointer(to), count: bytes, at: storedBytes)
          storedBytes += UInt64(bytes)
        } catch { failure = error }
      }
    }
    if let failure { throw failure }
    waiting.removeAll(keepingCapacity: true)
  }

  /// Writes the rest and returns when all is on the disk.
  /// - Throws: `.io` when the disk refuses.
  public mutating func sync() throws(JournalError) {
    try flush()
    try file.sync()
  }
}
