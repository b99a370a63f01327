/// What a key store has to say though it did what it was asked for.

/// A word to whoever takes a step.
public enum KeyStoreNotice: Equatable, Sendable, CustomStringConvertible {
  /// The store has keys and had no journal. One was begun, and says where they stand now.
  case journalBegunAnew(path: String, keys: [UInt32])
  /// Others than its owner could use the store, which an emergency does not stop at: it was closed to them.
  case closedToOthers(path: String, mode: UInt32)

  public var description: String {
    switch self {
    case .journalBegunAnew(let path, let keys):
      "\(path) was not there and is begun anew: what happened to \(Self.named(keys)) before is missing in it; "
        + "if you have a copy of it, keep that too"
    case .closedToOthers(let path, let mode):
      "\(path) could be used by others than its owner (mode \(String(mode, radix: 8))) and is closed to them "
        + "now; see who did, and revoke every key of it at its venue"
    }
  }

  private static func named(_ keys: [UInt32]) -> String {
    (keys.count == 1 ? "key " : "keys ") + keys.map { "\($0)" }.joined(separator: ", ")
  }
}
