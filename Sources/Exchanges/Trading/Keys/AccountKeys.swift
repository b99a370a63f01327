/// Which of an account's keys signs: by what the store says, what the journal has, what the venue refuses,
/// and time. It holds no secret and reads no clock.
///
///     offered ──journalled──▶ may sign ──▶ signs ──▶ grace: the fall-back ──▶ over, withdrawn: forgotten
///
/// A key in force goes before one in grace, and a younger one before an older; one that the venue refused
/// comes last, for as long as there is another.

public import TradingCore

/// A key without its secret.
public struct KeyIdentity: Equatable, Sendable {
  /// Its number in the store; 0 for a key that came from elsewhere.
  public var id: UInt32
  /// As events have it.
  public var fingerprint: UInt64
  /// When it stops working; the distant future for a key in force.
  public var until: Timestamp

  public init(id: UInt32, fingerprint: UInt64, until: Timestamp = .distantFuture) {
    (self.id, self.fingerprint, self.until) = (id, fingerprint, until)
  }
}

/// The keys of an account that may sign, or will.
struct AccountKeys: Equatable, Sendable {
  private struct Entry: Equatable, Sendable {
    var key: KeyIdentity
    /// Whether the journal has it, on the disk, that it may sign.
    var isPermitted = false
    var isRefused = false

    func goesBefore(_ other: Entry) -> Bool {
      let (own, others) = (key.until == .distantFuture, other.key.until == .distantFuture)
      return own != others ? own : key.id > other.key.id
    }
  }

  /// The first claims most.
  private var entries: [Entry]
  /// The key that signs; `nil` while there is none.
  private(set) var signing: UInt32?
  /// The key that signs by what the journal was told last.
  private var told: UInt32

  /// - Parameter first: the key that a session opens with.
  init(_ first: KeyIdentity) {
    entries = [Entry(key: first, isPermitted: true)]
    (signing, told) = (first.id, first.id)
  }

  /// Whether every key has ended.
  var isEmpty: Bool { entries.isEmpty }

  /// Whether a key has not ended.
  func has(_ id: UInt32) -> Bool { entries.contains { $0.key.id == id } }

  /// A key has come. It signs once `permit` says that the journal has what this returns.
  /// - Parameter isPermitted: whether it may at once: before a run begins there is the store's journal only.
  mutating func offer(_ key: KeyIdentity, isPermitted: Bool = false) -> [KeyChange] {
    guard !has(key.id) else { return [] }
    put(Entry(key: key, isPermitted: isPermitted))
    guard key.until == .distantFuture else {
      return [KeyChange(.graced, id: key.id, fingerprint: key.fingerprint)]
    }
    told = key.id
    return [KeyChange(.activated, id: key.id, fingerprint: key.fingerprint)]
  }

  /// A key has an end now: another took its place.
  mutating func limit(_ id: UInt32, until end: Timestamp) -> [KeyChange] {
    guard var entry = remove(id) else { return [] }
    entry.key.until = end
    put(entry)
    return [KeyChange(.graced, id: id, fingerprint: entry.key.fingerprint)] + choose()
  }

  /// The journal has it, on the disk, that a key may sign.
  mutating func permit(_ id: UInt32) -> [KeyChange] {
    guard let place = entries.firstIndex(where: { $0.key.id == id }) else { return [] }
    entries[place].isPermitted = true
    return choose()
  }

  /// A key has ended.
  mutating func withdraw(_ id: UInt32, as action: KeyAction) -> [KeyChange] {
    guard let entry = remove(id) else { return [] }
    return [KeyChange(action, id: id, fingerprint: entry.key.fingerprint)] + choose()
  }

  /// The venue does not take the key that signs. Nothing comes of it while there is no other.
  mutating func refuse(_ id: UInt32) -> [KeyChange] {
    guard id == signing, let place = entries.firstIndex(where: { $0.key.id == id }),
      entries.contains(where: { $0.isPermitted && !$0.isRefused && $0.key.id != id })
    else { return [] }
    entries[place].isRefused = true
    let refusal = KeyChange(.refused, id: id, fingerprint: entries[place].key.fingerprint)
    return [refusal] + choose()
  }

  /// Time has passed: ends what is over.
  mutating func expire(at time: Timestamp) -> [KeyChange] {
    let over = entries.filter { $0.key.until <= time }.map(\.key.id)
    return over.flatMap { withdraw($0, as: .expired) }
  }

  /// The key that signs from now on, and what the journal is to hear of it unless it did.
  private mutating func choose() -> [KeyChange] {
    let able = entries.filter(\.isPermitted)
    let best = able.first { !$0.isRefused } ?? able.first
    guard best?.key.id != signing else { return [] }
    signing = best?.key.id
    guard let best, best.key.id != told else { return [] }
    told = best.key.id
    return [KeyChange(.activated, id: best.key.id, fingerprint: best.key.fingerprint)]
  }

  private mutating func put(_ entry: Entry) {
    let place = entries.firstIndex { entry.goesBefore($0) } ?? entries.endIndex
    entries.insert(entry, at: place)
  }

  private mutating func remove(_ id: UInt32) -> Entry? {
    entries.firstIndex { $0.key.id == id }.map { entries.remove(at: $0) }
  }
}
