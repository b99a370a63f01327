/// How market events become columns: which there are, what the tag byte says, and the contexts that
/// differences are taken against. Encoder and decoder share this file and nothing else.
///
/// A group is one trade, one quote, one candle, or consecutive levels of one side of one venue
/// message. Its tag byte: bits 0…2 the `GroupKind`; then, for kinds that state their own header,
/// bit 3 "the instrument differs from the group before", bit 4 "the receive time differs", bit 5 "it
/// has a venue time"; bits 6 and 7 depend on the kind.

/// What a tag byte begins. Raw values are the format.
enum GroupKind: UInt8 {
  /// Bit 7: ids and count are stated (`tradeFirst`, `tradeCount`), else one single trade.
  case trade = 0
  /// Bit 6: the bid changed; bit 7: the ask changed.
  case quote = 1
  /// Levels of a new message. Bit 6: asks; bit 7: the message ends with this group.
  case depth = 2
  /// More levels of the message before, with its header; bits 6 and 7 as above.
  case moreDepth = 3
  case snapshot = 4
  case moreSnapshot = 5
  case candle = 6
  /// The next row, whatever its kind; no other bit is set.
  case row = 7
}

/// The flag bits of a tag byte.
enum Tag {
  static let kindMask: UInt8 = 7
  static let newInstrument: UInt8 = 8
  static let newTime: UInt8 = 16
  static let hasVenueTime: UInt8 = 32
  static let bit6: UInt8 = 64
  static let bit7: UInt8 = 128
  static let compound = bit7
  static let bidChanged = bit6
  static let askChanged = bit7
  static let asks = bit6
  static let endsMessage = bit7
}

/// The columns of a block in the order they are stored. "Δ" is a zigzagged wrapping difference.
enum ColumnID: Int, CaseIterable {
  /// Δ to the receive time of the group before, divided by the column's scale.
  case receive
  /// Δ to the venue time before, divided by the column's scale.
  case venue
  /// The instrument's id.
  case instrument
  /// Δ to the instrument's last trade.
  case tradePrice
  /// Twice the quantity, plus one where a seller was the aggressor.
  case tradeQuantity
  /// Δ to the instrument's last trade id plus one.
  case tradeID
  /// Δ to the instrument's last first id plus last count.
  case tradeFirst
  /// Twice the count, plus one for an aggregate.
  case tradeCount
  /// Δ to the instrument's last quote.
  case quoteID
  /// Δ to that side's last price.
  case quotePrice
  case quoteQuantity
  /// Δ of the first update id to the instrument's last update id plus one.
  case depthID
  case depthSpan
  /// Levels in the group, minus one.
  case levels
  /// Δ to the level before; at first to the first level of that side's last group.
  case levelPrice
  case levelQuantity
  case candleInterval
  /// Δ to the instrument's last close.
  case candleOpen
  /// Δ to the greater of open and close.
  case candleHigh
  /// Δ to the lesser of open and close.
  case candleLow
  /// Δ to the open.
  case candleClose
  case candleVolume

  static let count = allCases.count
}

/// What differences of one instrument are taken against; all zero at a block's start.
struct InstrumentContext: BitwiseCopyable {
  var tradePrice: Int64 = 0
  var tradeID: Int64 = 0
  /// One past the last trade id an aggregate covered.
  var nextTradeID: Int64 = 0
  var quoteID: Int64 = 0
  var bidPrice: Int64 = 0
  var bidQuantity: Int64 = 0
  var askPrice: Int64 = 0
  var askQuantity: Int64 = 0
  var updateID: Int64 = 0
  var bidLevel: Int64 = 0
  var askLevel: Int64 = 0
  var close: Int64 = 0

  /// Instruments from this id on are written as rows, so that the contexts stay few.
  static let limit = 4_096
}

/// The header of the message whose levels are being read or written.
struct MessageContext: BitwiseCopyable {
  var receive: Int64 = 0
  var venue: Int64 = .min
  /// The last update id.
  var id: Int64 = 0
  var span: UInt32 = 0
  var instrument: UInt16 = .max
  var isSnapshot = false
  /// Whether the message goes on after the group before.
  var isOpen = false
}

/// The scales a clock column may be divided by: nanoseconds, micro, milli, whole seconds.
enum ClockScale {
  static let divisors: [Int64] = [1, 1_000, 1_000_000, 1_000_000_000]
}

/// The eight tables of four value lengths that two control bits choose from, and the sizes that
/// follow. Which is best depends on the column; the block says which it took.
enum LengthTables {
  /// Bytes of a value by table and code.
  static let lengths: [[UInt8]] = [
    [0, 1, 2, 3], [0, 1, 2, 4], [0, 1, 2, 8], [0, 1, 4, 8],
    [1, 2, 3, 4], [1, 2, 4, 8], [2, 3, 4, 8], [0, 2, 3, 8],
  ]

  /// For each table, the code of the shortest entry that holds a value of 0…8 bytes, two bits each;
  /// 3 where none does.
  static let codes: [UInt32] = lengths.map { table in
    (0...8).reduce(0) { result, bytes in
      result | UInt32(table.firstIndex { Int($0) >= bytes } ?? 3) << UInt32(2 * bytes)
    }
  }

  /// Each table's four lengths, a byte each.
  static let packedLengths: [UInt32] = lengths.map { table in
    table.reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Data bytes that the four values of each control byte take: 256 per table.
  static let totals: [UInt8] = packedLengths.flatMap { lengths in
    (0..<256).map { (control: UInt32) in
      var sum: UInt32 = 0
      for lane in 0..<4 { sum += lengths >> (8 * (control >> UInt32(2 * lane) & 3)) & 0xFF }
      return UInt8(sum)
    }
  }
}
