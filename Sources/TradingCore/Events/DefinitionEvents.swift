/// What has to be known to read the rest: instruments, assets, fees, text, models, build. Facts.

/// An asset and the precision its fees are charged in.
public struct AssetDefinition: Equatable, Sendable, BitwiseCopyable {
  public var asset: AssetID
  /// Decimals a commission in this asset is rounded to (half even); 8 where nobody says.
  public var commissionDecimals: UInt8

  public init(asset: AssetID, commissionDecimals: UInt8 = 8) {
    self.asset = asset
    self.commissionDecimals = commissionDecimals
  }
}

/// What a fee is charged in.
public enum FeeCurrency: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// The quote asset of the instrument.
  case quote = 0
  /// The asset received: base when buying, quote when selling.
  case received = 1
  /// A third asset (`FeeSchedule.asset`), converted at its last observed price.
  case asset = 2
}

/// What a fee's rate is a part of. Raw values are journalled and never reused.
public enum FeeBasis: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// The value traded: the rate is in 10⁻⁸ of it.
  case value = 0
  /// The quantity: the rate is in 10⁻⁸ of the quote asset for each unit of the base asset.
  case quantity = 1
  /// The fill: the rate is in 10⁻⁸ of the quote asset for each.
  case fill = 2
}

/// An instrument's fees (all instruments when `.none`), one event for each tier. A negative rate is a
/// rebate.
public struct FeeSchedule: Equatable, Sendable, BitwiseCopyable {
  public var maker: Int64
  public var taker: Int64
  /// Value traded in the 30 days before, in 10⁻⁸ of the reporting asset, from which the tier holds.
  public var fromVolume: Int64
  /// What is taken off a fee that `asset` pays, in 10⁻⁸ of it.
  public var discount: Int64
  public var instrument: InstrumentID
  public var asset: AssetID
  public var currency: FeeCurrency
  public var basis: FeeBasis

  public init(
    instrument: InstrumentID, maker: Int64, taker: Int64, currency: FeeCurrency = .quote,
    asset: AssetID = .none, basis: FeeBasis = .value, fromVolume: Int64 = 0, discount: Int64 = 0
  ) {
    self.maker = maker
    self.taker = taker
    self.fromVolume = fromVolume
    self.discount = discount
    self.instrument = instrument
    self.asset = asset
    self.currency = currency
    self.basis = basis
  }
}

/// What a run of `text` facts names. Raw values are journalled and never reused.
public enum TextSubject: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// An instrument's symbol; the id is the instrument's.
  case instrument = 0
  /// An asset's code; the id is the asset's.
  case asset = 1
  case venue = 2
  case strategy = 3
  /// The scenario, as YAML text.
  case scenario = 4
  /// A file that was imported.
  case source = 5
  /// Build and toolchain.
  case build = 6
  /// Something a person should know.
  case note = 7
  /// What a strategy without Swift is made of; the id is its book's.
  case recipe = 8
}

/// Up to 40 bytes of UTF-8, part of a run that together is one text.
public struct Text: Equatable, Sendable, BitwiseCopyable {
  public var bytes: (UInt64, UInt64, UInt64, UInt64, UInt64)
  public var id: UInt16
  public var subject: TextSubject
  /// Bytes used, 0…40; bytes beyond are zero. Byte *i* is bits 8·(i mod 8) of word i ÷ 8.
  public var count: UInt8
  public var flags: RunFlags

  public static let capacity = 40

  public init(subject: TextSubject, id: UInt16, utf8: ArraySlice<UInt8>, flags: RunFlags) {
    precondition(utf8.count <= Text.capacity, "Text: \(utf8.count) bytes in one event")
    var words: [UInt64] = [0, 0, 0, 0, 0]
    for (offset, byte) in utf8.enumerated() {
      words[offset / 8] |= UInt64(byte) << UInt64(8 * (offset % 8))
    }
    self.bytes = (words[0], words[1], words[2], words[3], words[4])
    self.id = id
    self.subject = subject
    self.count = UInt8(utf8.count)
    self.flags = flags
  }

  /// The bytes used.
  public var utf8: [UInt8] {
    let words = [bytes.0, bytes.1, bytes.2, bytes.3, bytes.4]
    return (0..<min(Int(count), Text.capacity)).map {
      UInt8(truncatingIfNeeded: words[$0 / 8] >> UInt64(8 * ($0 % 8)))
    }
  }

  public static func == (left: Self, right: Self) -> Bool {
    left.bytes == right.bytes && left.id == right.id && left.subject == right.subject
      && left.count == right.count && left.flags == right.flags
  }

  /// `text` as a run of events' payloads, at least one.
  public static func run(subject: TextSubject, id: UInt16, _ text: String) -> [Text] {
    let utf8 = Array(text.utf8)
    let starts = utf8.isEmpty ? [0] : Array(stride(from: 0, to: utf8.count, by: capacity))
    return starts.map { start in
      let end = min(start + capacity, utf8.count)
      var flags: RunFlags = start == 0 ? .first : []
      if end == utf8.count { flags.insert(.last) }
      return Text(subject: subject, id: id, utf8: utf8[start..<end], flags: flags)
    }
  }
}

/// A model in use, by the SHA-256 of its file.
public struct Model: Equatable, Sendable, BitwiseCopyable {
  public var digest: (UInt64, UInt64, UInt64, UInt64)
  public var id: UInt16

  public init(id: UInt16, digest: (UInt64, UInt64, UInt64, UInt64)) {
    self.digest = digest
    self.id = id
  }

  public static func == (left: Self, right: Self) -> Bool {
    left.digest == right.digest && left.id == right.id
  }
}

/// The version of the rules in `reduce`, the gate and the simulation. State fingerprints of
/// different versions cannot be compared.
public struct LogicVersion: Equatable, Sendable, BitwiseCopyable {
  public var version: UInt32
  public init(version: UInt32) { self.version = version }
  /// The rules of this build.
  public static let current = LogicVersion(version: 4)
}

/// What an importer or a recorder has to say about the data. Raw values are journalled.
public enum NoticeCode: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// Numbers whose digits beyond 8 decimals were rounded half to even.
  case digitsRounded = 0
  /// Times that went backwards against the one before in receive order.
  case timeWentBack = 1
  /// Quotes or books whose bid was at or above the ask.
  case crossed = 2
  /// Trades or candles with quantity zero.
  case zeroQuantity = 3
  /// Depth messages older than the snapshot.
  case staleDepth = 4
  /// Messages of a kind this format does not use.
  case ignoredMessages = 5
  /// Candles that had not closed yet.
  case unclosedCandles = 6
}

/// A count of something that happened to the data, for one instrument or for all (`.none`).
public struct Notice: Equatable, Sendable, BitwiseCopyable {
  public var count: UInt64
  public var instrument: InstrumentID
  public var code: NoticeCode

  public init(_ code: NoticeCode, count: UInt64, instrument: InstrumentID = .none) {
    self.count = count
    self.instrument = instrument
    self.code = code
  }
}
