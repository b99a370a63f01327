/// The one file that calls zlib: inflates gzip streams of any number of members and the raw deflate
/// streams of zip archives.

import CZlib

/// Uncompressed bytes of a compressed source. Truncation and wrong checksums are errors.
@safe final class InflateSource: ByteSource {
  /// What wraps the deflate stream.
  enum Wrapper: Int32 {
    /// RFC 1952; members follow each other; zeros behind the last are padding.
    case gzip = 31
    /// RFC 1951 alone, one stream.
    case none = -15
  }

  private let source: any ByteSource
  private let name: String
  private let wrapper: Wrapper
  /// zlib keeps this address inside its own state, so the struct must not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private var input = [UInt8](repeating: 0, count: 65_536)
  private var inputStart = 0
  private var inputEnd = 0
  private var ended = false

  init(_ source: any ByteSource, wrapper: Wrapper, name: String) throws(ImportError) {
    self.source = source
    self.wrapper = wrapper
    self.name = name
    unsafe stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let size = unsafe Int32(MemoryLayout<z_stream>.size)
    let result = unsafe inflateInit2_(stream, wrapper.rawValue, ZLIB_VERSION, size)
    guard result == Z_OK else {
      throw .damaged(file: name, reason: "zlib cannot start (code \(result))")
    }
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  func read(into buffer: inout [UInt8], from start: Int) throws(ImportError) -> Int {
    while !ended {
      if inputStart == inputEnd, try !refill() {
        throw .damaged(file: name, reason: "the compressed data ends too early; fetch it again")
      }
      let (status, produced) = inflateOnce(into: &buffer, from: start)
      switch status {
      case Z_OK, Z_BUF_ERROR: break
      case Z_STREAM_END: try beginNextMember()
      default:
        throw .damaged(file: name, reason: "the compressed data is damaged (\(reason(status)))")
      }
      if produced > 0 { return produced }
    }
    return 0
  }

  private func refill() throws(ImportError) -> Bool {
    inputStart = 0
    inputEnd = try source.read(into: &input, from: 0)
    return inputEnd > 0
  }

  /// One call of `inflate`: the input window advances, the output lands behind `start`.
  private func inflateOnce(into buffer: inout [UInt8], from start: Int) -> (Int32, produced: Int) {
    let room = buffer.count - start
    let status = unsafe buffer.withUnsafeMutableBufferPointer { output in
      unsafe input.withUnsafeMutableBufferPointer { input in
        unsafe stream.pointee.next_in = input.baseAddress.map { unsafe $0 + inputStart }
        unsafe stream.pointee.avail_in = UInt32(inputEnd - inputStart)
        unsafe stream.pointee.next_out = output.baseAddress.map { unsafe $0 + start }
        unsafe stream.pointee.avail_out = UInt32(room)
        return unsafe inflate(stream, Z_NO_FLUSH)
      }
    }
    inputStart = unsafe inputEnd - Int(stream.pointee.avail_in)
    return unsafe (status, room - Int(stream.pointee.avail_out))
  }

  /// Behind a member's end: another member, padding, or the end.
  private func beginNextMember() throws(ImportError) {
    guard wrapper == .gzip else {
      ended = true
      return
    }
    while true {
      if inputStart == inputEnd, try !refill() {
        ended = true
        return
      }
      if input[inputStart] != 0 { break }
      inputStart += 1
    }
    guard input[inputStart] == 0x1F else {
      throw .damaged(file: name, reason: "something other than gzip follows the compressed data")
    }
    unsafe inflateReset(stream)
  }

  private func reason(_ status: Int32) -> String {
    guard let message = unsafe stream.pointee.msg else { return "zlib code \(status)" }
    return unsafe String(cString: message)
  }
}

/// The CRC-32 that gzip and zip use, continued from `crc` over `bytes`.
func crc32Continued(_ crc: UInt32, _ bytes: ArraySlice<UInt8>) -> UInt32 {
  let result = unsafe bytes.withUnsafeBufferPointer { part in
    unsafe crc32(UInt(crc), part.baseAddress, UInt32(part.count))
  }
  return UInt32(truncatingIfNeeded: result)
}
