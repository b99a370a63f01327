/// `cryptobot keys …`: the keys that sign at venues, from the first day to the last.

import ArgumentParser

struct KeysGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys",
    abstract: "Keep the keys that sign at venues: sealed, rotated, revoked.",
    discussion: """
      Secrets lie in one SQLite file that only its owner may read, sealed with AES-256-GCM under a \
      passphrase (scrypt). Every step is journalled by id and fingerprint beside it, in STORE.journal, \
      before it is taken: `cryptobot journal cat` shows it. The fingerprint is the beginning of the \
      SHA-256 of the id that the venue gave the key: `printf %s ID | sha256sum`.

      A key is active until another takes its place; then it works on for a grace period. A label names \
      an account of yours at a venue, and a key's successor has its label. `cryptobot trade` takes its \
      key from here and follows every step while it runs.

      The passphrase comes from CRYPTOBOT_PASSPHRASE, from the file that CRYPTOBOT_PASSPHRASE_FILE names, \
      or as the first line of standard input. A key comes from CRYPTOBOT_API_KEY and \
      CRYPTOBOT_API_SECRET, or as the next lines of standard input: its id, then the secret. To end a key \
      takes no passphrase: that erases its secret.

      Examples:
        cryptobot keys add binance < passphrase-and-key.txt
        cryptobot keys list
        cryptobot keys rotate binance --grace 12h < passphrase-and-key.txt
        cryptobot keys revoke 3
        cryptobot keys emergency-revoke --all
        cryptobot keys expire
      """,
    subcommands: [
      KeysAdd.self, KeysList.self, KeysRotate.self, KeysRevoke.self, KeysEmergencyRevoke.self,
      KeysExpire.self, KeysPassphrase.self,
    ])
}
