/// The venue's own bytes on their way to disk, for those who want them beside the events.

public import TradingCore

/// Where bytes came from.
public struct RawSource: Sendable, Equatable {
  /// 0 for a recording's only venue, else which of several, from 1.
  public let venue: UInt16
  /// The link that they came on, counted up from 1; 0 for answers over HTTP, whose bytes follow the path
  /// and query that were asked for and a space.
  public let link: UInt32

  init(_ venue: VenuePlace, _ link: UInt32) { (self.venue, self.link) = (venue.id, link) }
}

/// Lines of one source in the order they came, each `receive time in ns`, a space, the bytes, a line feed.
/// A line feed inside the bytes, which JSON may have between its words, becomes a space.
public struct RawLines: Sendable, Equatable {
  public let source: RawSource
  /// When the first line came.
  public let firstTime: Timestamp
  public private(set) var bytes: [UInt8] = []

  init(_ source: RawSource, firstTime: Timestamp) {
    (self.source, self.firstTime) = (source, firstTime)
  }

  /// Adds a line.
  mutating func append(_ line: Span<UInt8>, at time: Timestamp, after target: String = "") {
    append(time.nanoseconds)
    bytes.append(UInt8(ascii: " "))
    if !target.isEmpty {
      bytes.append(contentsOf: target.utf8)
      bytes.append(UInt8(ascii: " "))
    }
    let start = bytes.count
    for index in line.indices { bytes.append(line[index]) }
    for index in start..<bytes.count where bytes[index] == 10 { bytes[index] = 32 }
    bytes.append(10)
  }

  private mutating func append(_ number: Int64) { bytes.append(contentsOf: "\(number)".utf8) }
}

/// Raw lines that wait for the disk: bounded, and never waited for.
struct RawQueue: Sendable {
  /// Bytes that may wait. The events of as many are beyond their own queue's bound before these are.
  static let capacity = 1 << 26

  private var waiting: [RawLines] = []
  private var byteCount = 0
  private let capacity: Int
  /// Lines there was no room for.
  private(set) var dropped: UInt64 = 0

  init(capacity: Int = RawQueue.capacity) { self.capacity = capacity }

  mutating func push(
    _ line: Span<UInt8>, from source: RawSource, at time: Timestamp, after target: String = ""
  ) {
    guard byteCount + line.count <= capacity else {
      dropped += 1
      return
    }
    // Each source has one run of lines until they are taken.
    let known = waiting.lastIndex { $0.source == source }
    if known == nil { waiting.append(RawLines(source, firstTime: time)) }
    waiting[known ?? waiting.count - 1].append(line, at: time, after: target)
    byteCount += line.count
  }

  /// Gives all lines that wait.
  mutating func take() -> [RawLines] {
    byteCount = 0
    defer { waiting = [] }
    return waiting
  }
}
