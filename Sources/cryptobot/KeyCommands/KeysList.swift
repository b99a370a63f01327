/// `cryptobot keys list`: every key there ever was, without its secret.

import ArgumentParser
import Exchanges
import Research
import Store

struct KeysList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Show every key: fingerprint, state, age, when it is due. Never the secret.",
    discussion: """
      No passphrase is needed. Where CRYPTOBOT_PASSPHRASE or CRYPTOBOT_PASSPHRASE_FILE gives one, every \
      secret is opened and forgotten again, which finds what was altered without it.

      Examples:
        cryptobot keys list
        cryptobot keys list --json | jq '.keys[] | select(.isDue)'
      """)

  @OptionGroup var store: StoreOptions

  @OptionGroup var common: CommonFlags

  func run() throws {
    let keys = try store.open()
    let records = try keys.records()
    if let passphrase = try Passphrase.given() { try keys.unlock(passphrase).verify() }
    let now = WallClock.now
    try Output.result(
      common.json ? KeyWords.json(records, at: now).text() : KeyWords.table(records, at: now))
  }
}
