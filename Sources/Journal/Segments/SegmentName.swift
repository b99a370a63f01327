/// Names of segments: the first sequence in 20 digits, `.lz4`, and `.open` until it is sealed.

/// A segment's name; in order of their events, sealed before open.
struct SegmentName: Hashable, Comparable, CustomStringConvertible {
  /// The first sequence the segment holds.
  var first: UInt64
  /// Whether the segment is not sealed yet.
  var isOpen: Bool

  /// What `.open` segments are called behind their sealed name.
  static let openSuffix = ".open"

  init(first: UInt64, isOpen: Bool) {
    self.first = first
    self.isOpen = isOpen
  }

  /// The segment called `text`; nil when it is no segment's name.
  init?(_ text: String) {
    let isOpen = text.hasSuffix(Self.openSuffix)
    let sealed = isOpen ? text.dropLast(Self.openSuffix.utf8.count) : text[...]
    guard sealed.utf8.count == 24, sealed.hasSuffix(".lz4"),
      let first = UInt64(sealed.dropLast(4)), first > 0
    else { return nil }
    self.init(first: first, isOpen: isOpen)
    guard self.text == text else { return nil }
  }

  var text: String { Self.digits(first) + ".lz4" + (isOpen ? Self.openSuffix : "") }

  var description: String { text }

  /// The name once sealed.
  var sealed: SegmentName { SegmentName(first: first, isOpen: false) }

  /// The name of a piece of this segment that is kept as evidence and never read.
  func evidence(epoch: UInt64, _ kind: String) -> String {
    Self.digits(first) + "." + String(epoch) + "." + kind
  }

  static func < (left: SegmentName, right: SegmentName) -> Bool {
    (left.first, left.isOpen ? 1 : 0) < (right.first, right.isOpen ? 1 : 0)
  }

  /// A sequence in 20 digits, so that names sort as numbers do.
  static func digits(_ sequence: UInt64) -> String {
    let digits = String(sequence)
    return String(repeating: "0", count: 20 - digits.utf8.count) + digits
  }
}
