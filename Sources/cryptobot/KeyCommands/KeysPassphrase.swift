/// `cryptobot keys passphrase`: another passphrase for the same secrets.

import ArgumentParser
import Exchanges
import Research
import Store

struct KeysPassphrase: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "passphrase",
    abstract: "Seal the store under another passphrase.",
    discussion: """
      The new one comes from CRYPTOBOT_NEW_PASSPHRASE, from the file that CRYPTOBOT_NEW_PASSPHRASE_FILE \
      names, or as the next line of standard input. Engines that run go on. Copies of the store keep the \
      old one.

      Example:
        cryptobot keys passphrase < old-and-new.txt
      """)

  @OptionGroup var store: StoreOptions

  @OptionGroup var common: CommonFlags

  func run() throws {
    let keys = try store.open()
    let unlocked = try keys.unlock(Passphrase.read())
    try keys.reseal(Passphrase.read("CRYPTOBOT_NEW_"), with: unlocked, at: WallClock.now)
    let now = WallClock.now
    let records = try keys.records()
    try Output.result(
      common.json
        ? KeyWords.json(records, at: now).text() : "\(keys.path) has its new passphrase")
  }
}
