/// What everybody may know of a key in the store: whose it is, how old, and whether it still signs.

public import TradingCore

/// Where a key stands in its life. The words are stored and shown, and never change.
///
///     active ──rotate──▶ grace ──time──▶ expired
///        └───────┬─────────┴──▶ revoked, emergency-revoked
public enum KeyState: String, Sendable, CaseIterable {
  /// It signs.
  case active
  /// Another took its place; it may still sign until its grace period ends.
  case grace
  /// Its time is over.
  case expired
  /// An operator ended it.
  case revoked
  /// An operator ended it at once.
  case emergencyRevoked = "emergency-revoked"

  /// Whether it may sign. The secret of a key that may not is erased.
  public var isUsable: Bool { self == .active || self == .grace }
}

/// A key without its secret.
public struct KeyRecord: Equatable, Sendable {
  /// Counted up from 1, never reused.
  public var id: UInt32
  public var venue: String
  /// Names an account of ours at the venue: a key's successor has it too.
  public var label: String
  /// The first eight bytes of the SHA-256 of the id that the venue gave the key, the first byte highest.
  public var fingerprint: UInt64
  public var state: KeyState
  public var created: Timestamp
  /// When it entered its state.
  public var changed: Timestamp
  /// When it is to be rotated.
  public var due: Timestamp
  /// When it stops working; `.none` unless it is in grace.
  public var graceEnd: Timestamp

  /// How old a key becomes unless its owner says otherwise.
  public static let life = Interval(nanoseconds: 90 * Interval.day.nanoseconds)
  /// How long a key works beside its successor unless its owner says otherwise.
  public static let grace = Interval.day
  /// How long before a key is due its owner is told.
  public static let warning = Interval(nanoseconds: 14 * Interval.day.nanoseconds)

  /// Whether it may sign at a moment: a grace period ends by itself.
  public func isUsable(at time: Timestamp) -> Bool {
    state == .active || (state == .grace && time < graceEnd)
  }

  /// Whether its time is over: an old key whose grace period is not goes on though it was due before.
  public func isOver(at time: Timestamp) -> Bool {
    switch state {
    case .active: time >= due
    case .grace: !isUsable(at: time)
    case .expired, .revoked, .emergencyRevoked: false
    }
  }

  /// Whether its owner should rotate it.
  public func isNearlyDue(at time: Timestamp) -> Bool {
    state == .active && time >= due - Self.warning
  }
}
