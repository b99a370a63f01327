/// Who a journal is. For imports and simulated runs the identity is derived from what went in, so
/// the same inputs give the same files, byte for byte.
public import TradingCore

/// A journal's id: 16 bytes, written as 32 hex digits.
public struct JournalID: Equatable, Hashable, Sendable, BitwiseCopyable, CustomStringConvertible {
  /// Bytes 0…7, lowest first.
  public var low: UInt64
  /// Bytes 8…15, lowest first.
  public var high: UInt64

  public init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  /// No journal.
  public static let zero = JournalID(low: 0, high: 0)

  /// The 16 bytes in order.
  public var bytes: [UInt8] {
    [low, high].flatMap { word in
      (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) }
    }
  }

  /// 32 lower-case hex digits.
  public var description: String { hexadecimal(bytes) }
}

/// The journal a run took its facts from, pinned by content.
public struct JournalSource: Equatable, Sendable {
  /// The source journal's id.
  public var id: JournalID
  /// The source journal's chain head: the content that was read.
  public var chainHead: SHA256Digest

  public init(id: JournalID, chainHead: SHA256Digest) {
    self.id = id
    self.chainHead = chainHead
  }
}

/// A journal's identity: id, salt, where its facts came from, and the rules that made it.
public struct JournalIdentity: Equatable, Sendable {
  /// The id, repeated in every segment.
  public let id: JournalID
  /// Stamped into every block, so that bytes of another journal are recognised.
  public let salt: UInt64
  /// The rules that made the engine's events; part of what is hashed.
  public let logicVersion: UInt32
  /// The journal whose facts this one copies, if any; part of what is hashed.
  public let source: JournalSource?
  /// Build and toolchain, for people; never hashed, at most `JournalFormat.maxBuildBytes` bytes.
  public internal(set) var build: String

  /// Derives id and salt by SHA-256 from what went in.
  /// - Parameters:
  ///   - inputs: a digest of all inputs; any bytes that differ when the inputs do.
  ///   - scenario: the scenario's text, or the import's settings.
  ///   - logicVersion: the rules that make the engine's events.
  ///   - source: the journal whose facts this one copies, if any.
  ///   - build: build and toolchain, for people; not part of id and salt.
  /// - Throws: `JournalError.library` without SHA-256, `.limit` when `build` is too long.
  public init(
    inputs: [UInt8], scenario: String, logicVersion: LogicVersion = .current,
    source: JournalSource? = nil, build: String = ""
  ) throws(JournalError) {
    guard build.utf8.count <= JournalFormat.maxBuildBytes else {
      throw .limit("a build text of \(build.utf8.count) bytes")
    }
    var text = ByteWriter()
    text.put(bytes: "cryptobot journal identity".utf8)
    text.put(UInt64(inputs.count))
    text.put(bytes: inputs)
    text.put(UInt64(scenario.utf8.count))
    text.put(bytes: scenario.utf8)
    text.put(logicVersion.version)
    text.put(bytes: (source?.id ?? .zero).bytes)
    text.put(bytes: (source?.chainHead ?? .zero).bytes)
    let digest = try Digest.sha256(text.bytes)
    self.init(
      id: JournalID(low: digest.words.0, high: digest.words.1), salt: digest.words.2,
      logicVersion: logicVersion.version, source: source, build: build)
  }

  /// The identity as a segment's header states it.
  init(id: JournalID, salt: UInt64, logicVersion: UInt32, source: JournalSource?, build: String) {
    self.id = id
    self.salt = salt
    self.logicVersion = logicVersion
    self.source = source
    self.build = build
  }

  /// An identity of its own kind for a journal that belongs to something: the first half of the id is the
  /// owner's.
  package func owned(by owner: UInt64) -> JournalIdentity {
    JournalIdentity(
      id: JournalID(low: owner, high: id.high), salt: salt, logicVersion: logicVersion,
      source: source, build: build)
  }

  /// Whether a segment with `other` belongs to the same journal; builds and rules may change when a
  /// live journal goes on.
  func isSameJournal(as other: JournalIdentity) -> Bool {
    id == other.id && salt == other.salt && source == other.source
  }
}
