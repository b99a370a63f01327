/// `cryptobot keys revoke`, `emergency-revoke` and `expire`: how keys end. None needs the passphrase.

import ArgumentParser
import Exchanges
import Store

struct KeysRevoke: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke",
    abstract: "End a key now and erase its secret.",
    discussion: """
      The only key of an account is kept unless --force is given. Revoke it at the venue too.

      Examples:
        cryptobot keys revoke 3
        cryptobot keys revoke main --force
      """)

  @Argument(help: "The key: its id, its label, or its venue where that has one only.")
  var key: String

  @Flag(help: "Even if the account is left without a key.")
  var force = false

  @OptionGroup var store: StoreOptions

  @OptionGroup var common: CommonFlags

  func run() throws {
    let keys = try store.open()
    let id = try keys.records().meant(by: key).id
    try keys.revoke(id, isForced: force, at: WallClock.now)
    try KeyAnswer.write([id], of: keys, isJSON: common.json)
  }
}

struct KeysEmergencyRevoke: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "emergency-revoke",
    abstract: "End a key at once, wherever it is in use; erase its secret.",
    discussion: """
      Within a second no running engine signs with it any more. One that has another key of the account \
      goes on with that; one that has none halts, ends in order, says what stays open at the venue, and \
      leaves with exit code 77. Revoke the key at the venue too: that is what stops a thief.

      Nothing keeps a secret that can be erased: neither a damaged record, nor a journal that is lost or \
      another's, nor a full disk, nor a store that others may use. That is closed to them, for engines read no \
      other; where only its owner may do so, where nothing could be erased (a file system that is only read, a \
      store that was cut) or what was erased could not be told, it says so, with exit code 74.

      Examples:
        cryptobot keys emergency-revoke 3
        cryptobot keys emergency-revoke --all
      """)

  @Argument(help: "The key: its id, its label, or its venue where that has one only.")
  var key: String?

  @Flag(help: "Every key of the store.")
  var all = false

  @OptionGroup var store: StoreOptions

  @OptionGroup var common: CommonFlags

  func validate() throws {
    guard (key == nil) == all else {
      throw ValidationError("name one key, or all of them by --all")
    }
  }

  func run() throws {
    let keys = try store.open(isEmergency: true)
    let ended = try keys.revokeAtOnce(key.map { [try id($0, in: keys)] }, at: WallClock.now)
    try KeyAnswer.write(ended, of: keys, isJSON: common.json)
  }

  /// An id is taken at its word: with another record damaged, none can be looked up.
  private func id(_ name: String, in keys: KeyStore) throws(VaultError) -> UInt32 {
    if let id = UInt32(name) { return id }
    do throws(VaultError) { return try keys.records().meant(by: name).id } catch {
      guard case .damaged(let path, let reason) = error else { throw error }
      throw .nothingErased(
        path: path, venues: [],
        reason:
          "\(reason), so no name can be looked up: name the key by its id, or all of them by --all")
    }
  }
}

struct KeysExpire: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "expire",
    abstract: "End every key whose grace period is over, and name those that are due; for cron.",
    discussion: """
      A key's life is what --every said when it came in, 90 days unless told otherwise. One in force that \
      has become older has no successor: a run that trades with it would halt and leave its orders open. \
      So it is named and kept, unless --force is given: rotate it. With --json `keys` are those that ended, \
      and `due` those that were kept.

      Examples:
        cryptobot keys expire
        cryptobot keys expire --force
        17 * * * *  cryptobot keys expire --quiet --store /srv/cryptobot/keys.db
      """)

  @Flag(help: "Also keys in force that are due.")
  var force = false

  @OptionGroup var store: StoreOptions

  @OptionGroup var common: CommonFlags

  func run() throws {
    let keys = try store.open()
    let now = WallClock.now
    let ended = try keys.expire(isForced: force, at: now)
    let due = try keys.records().filter { $0.state == .active && $0.isOver(at: now) }
    for key in due { Output.warn(KeyWords.warning(of: key, at: now)) }
    if ended.isEmpty, common.quiet, !common.json { return }
    try KeyAnswer.write(ended, due: due, of: keys, isJSON: common.json)
  }
}
