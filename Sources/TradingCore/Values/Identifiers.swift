/// Small dense numbers that stand for things, so that state is arrays and never a dictionary.

/// An instrument's index in the journal's definitions, from 0 in order of definition.
public struct InstrumentID: Equatable, Hashable, Comparable, Sendable, BitwiseCopyable {
  public var raw: UInt16
  public init(_ raw: UInt16) { self.raw = raw }
  public var index: Int { Int(raw) }
  /// How many instruments a state has room for: an id beyond is counted as an anomaly and ignored,
  /// so that one absurd id cannot claim memory for 65,535 markets.
  public static let capacity = 8_192
  var hasRoom: Bool { index < InstrumentID.capacity }
  /// No instrument, or all of them where a command says so.
  public static let none = InstrumentID(.max)
  public static func < (left: Self, right: Self) -> Bool { left.raw < right.raw }
}

/// An asset's (currency's, coin's) index in the journal's definitions, from 0.
public struct AssetID: Equatable, Hashable, Comparable, Sendable, BitwiseCopyable {
  public var raw: UInt16
  public init(_ raw: UInt16) { self.raw = raw }
  public var index: Int { Int(raw) }
  /// How many assets a state has room for, as for instruments.
  public static let capacity = 8_192
  var hasRoom: Bool { index < AssetID.capacity }
  public static let none = AssetID(.max)
  public static func < (left: Self, right: Self) -> Bool { left.raw < right.raw }
}

/// A strategy's own set of positions and profits, from 0; what nobody claimed is in book 0.
public struct BookID: Equatable, Hashable, Comparable, Sendable, BitwiseCopyable {
  public var raw: UInt8
  public init(_ raw: UInt8) { self.raw = raw }
  public var index: Int { Int(raw) }
  /// How many books a state has room for.
  public static let capacity = 16
  var hasRoom: Bool { index < BookID.capacity }
  /// All books, where a limit says so.
  public static let all = BookID(.max)
  public static func < (left: Self, right: Self) -> Bool { left.raw < right.raw }
}

/// An event's place in its journal, contiguous from 1; 0 is "before the first event".
public typealias Sequence64 = UInt64

/// An order's identity: the sequence of the `order` event that made it, so it is never reused.
public struct OrderID: Equatable, Hashable, Comparable, Sendable, BitwiseCopyable {
  public var raw: UInt64
  public init(_ raw: UInt64) { self.raw = raw }
  public static let none = OrderID(0)
  public static func < (left: Self, right: Self) -> Bool { left.raw < right.raw }
}
