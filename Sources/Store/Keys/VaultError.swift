/// Why the key store could not be used, or would not do what it was asked.

/// The errors of the key store. Each names the file and what to do; none shows a secret.
public enum VaultError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There is no key store.
  case missing(path: String)
  /// Others than its owner may read or write the file.
  case exposed(path: String, mode: UInt32)
  /// The file is something else.
  case foreign(path: String)
  /// It was written by a newer build.
  case newer(path: String)
  /// It is not as it was written.
  case damaged(path: String, reason: String)
  /// A record's bytes are whole, but it was not made with this store's key in this place.
  case altered(path: String, id: UInt32)
  case wrongPassphrase(path: String)
  /// A passphrase that protects nothing.
  case weakPassphrase(reason: String)
  /// No key answers to what was asked for.
  case unknownKey(String)
  /// Several keys answer to it.
  case ambiguousKey(String, among: [UInt32])
  /// The key has ended, so nothing more can be done to it.
  case endedKey(id: UInt32, state: KeyState)
  /// The account would be left without a key.
  case onlyKey(id: UInt32, venue: String, label: String)
  /// Keys have ended and their secrets are gone, but a part of the store could not be told.
  case erased([UInt32], path: String, reason: String)
  /// Keys have ended and their secrets are gone, but others may still use the store, so that no engine reads it.
  case unheard([UInt32], path: String)
  /// An emergency found nothing that it could erase; where that is because another process held the store, it may
  /// at another try.
  case nothingErased(path: String, venues: [String], reason: String, isBusy: Bool = false)
  /// The journal beside the store is not the store's.
  case foreignJournal(path: String, holds: String)
  /// The label has a key already.
  case takenLabel(String, venue: String, id: UInt32)
  /// The same key is in the store already.
  case knownKey(id: UInt32)
  /// Another process kept it locked for too long.
  case busy(path: String, seconds: Int)
  /// libcrypto failed.
  case library(String)
  /// The system's or SQLite's own words.
  case failed(path: String, reason: String)

  public var description: String {
    switch self {
    case .missing(let path): "\(path): there is no key store; `cryptobot keys add` makes one"
    case .exposed(let path, let mode):
      "\(path): others than its owner may use it (mode \(String(mode, radix: 8))); see who did, then "
        + "chmod 600 it"
    case .foreign(let path): "\(path) is no key store; choose another file"
    case .newer(let path): "\(path) was written by a newer build of cryptobot; use that one"
    case .damaged(let path, let reason):
      "\(path): \(reason); nothing was changed: take a copy from before the damage"
    case .altered(let path, let id):
      "\(path): key \(id) was altered or moved by somebody without the passphrase; nothing was "
        + "changed: take a copy from before that, and rotate the key"
    case .wrongPassphrase(let path): "\(path): this is not its passphrase; nothing was changed"
    case .weakPassphrase(let reason): "the passphrase \(reason)"
    case .unknownKey(let name):
      "no key answers to `\(name)`; `cryptobot keys list` shows ids, labels and venues"
    case .ambiguousKey(let name, let ids):
      "keys \(Self.list(ids)) answer to `\(name)`; name one by its id"
    case .endedKey(let id, let state): "key \(id) has ended (\(state.rawValue)); add a new one"
    case .onlyKey(let id, let venue, let label):
      "key \(id) is the only one of the account \(label) at \(venue); rotate it, or add --force to be left "
        + "without"
    case .erased(let ids, let path, let reason):
      "\(path): the secrets of keys \(Self.list(ids)) are erased, and who watches the store stops signing "
        + "with them; but not all of it is told: \(reason). Revoke them at the venue too, and put no older "
        + "copy in the store's place: it would bring them back"
    case .unheard(let ids, let path):
      "\(path): "
        + (ids.isEmpty ? "no key was ended" : "the secrets of keys \(Self.list(ids)) are erased")
        + "; but others than its owner may still use it, and who runs this may not close it to them: engines do "
        + "not read it so, and go on signing. Revoke its keys at the venue now, and have its owner chmod 600 it"
    case .nothingErased(let path, let venues, let reason, let isBusy):
      "\(path): nothing could be erased: \(reason). \(isBusy ? "Run it again, and revoke" : "Revoke") the key at "
        + (venues.isEmpty ? "its venue" : venues.joined(separator: " and "))
        + " now: engines that have it go on signing"
    case .foreignJournal(let path, let contents):
      "\(path) is not this store's journal: it holds \(contents); nothing was changed: move it elsewhere and put "
        + "the store's own there, or none, and one is begun anew"
    case .takenLabel(let label, let venue, let id):
      "\(venue) has key \(id) under the label `\(label)`; rotate that one, or choose another --label"
    case .knownKey(let id):
      "this key is in the store already, as key \(id); make a new one at the venue"
    case .busy(let path, let seconds):
      "\(path) is locked: another process has been writing to it for \(seconds) s; wait for its end"
    case .library(let what): "libcrypto: \(what)"
    case .failed(let path, let reason): "\(path): \(reason)"
    }
  }

  /// What is wrong, without the store's place and what is to be done in another case.
  var fault: String {
    switch self {
    case .damaged(_, let reason), .failed(_, let reason): reason
    case .foreign: "it is no key store"
    case .newer: "a newer build of cryptobot wrote it"
    case .foreignJournal(let path, let contents):
      "\(path) is not its journal, for it holds \(contents)"
    default: description
    }
  }

  /// Whether another process was in the way.
  var isBusy: Bool {
    if case .busy = self { true } else { false }
  }

  /// Whether it answers what was asked for, rather than saying that something is broken or busy.
  var isAnswer: Bool {
    switch self {
    case .unknownKey, .ambiguousKey, .endedKey, .onlyKey, .takenLabel, .knownKey: true
    default: false
    }
  }

  private static func list(_ ids: [UInt32]) -> String {
    ids.map { "\($0)" }.joined(separator: ", ")
  }
}
