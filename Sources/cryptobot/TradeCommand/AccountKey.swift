/// The key of an account, from the environment or standard input: never from an argument, never shown.

import Dialects
import Glibc

/// A key's id and its secret, until a session takes them.
struct AccountKey: ~Copyable {
  private let apiKey: String
  private let secret: Secret

  private init(_ apiKey: String, _ secret: consuming Secret) {
    self.apiKey = apiKey
    self.secret = secret
  }

  /// What a session signs with.
  /// - Throws: `DialectError.key`.
  consuming func credentials() throws(DialectError) -> Credentials {
    try Credentials(apiKey: apiKey, signer: RequestSigner(secret))
  }

  /// Takes `CRYPTOBOT_API_KEY` and `CRYPTOBOT_API_SECRET` out of the environment.
  /// - Throws: `CommandFailure` where one is missing.
  static func fromEnvironment() throws(CommandFailure) -> AccountKey {
    guard let key = getenv("CRYPTOBOT_API_KEY"), let secret = getenv("CRYPTOBOT_API_SECRET") else {
      throw CommandFailure(
        .refused,
        "no key: set CRYPTOBOT_API_KEY and CRYPTOBOT_API_SECRET, or give both on standard input with "
          + "--credentials; --paper needs none")
    }
    var bytes = (0..<strlen(secret)).map { UInt8(bitPattern: secret[$0]) }
    memset(secret, 0, bytes.count)
    let apiKey = String(cString: key)
    unsetenv("CRYPTOBOT_API_SECRET")
    unsetenv("CRYPTOBOT_API_KEY")
    return AccountKey(apiKey, Secret(wiping: &bytes))
  }

  /// Reads the key's id from the first line and the secret from the others.
  /// - Throws: `CommandFailure` where one is missing.
  static func fromStandardInput() throws(CommandFailure) -> AccountKey {
    guard let apiKey = readLine(), !apiKey.isEmpty else {
      throw CommandFailure(.badInput, "standard input: its first line is to be the key's id")
    }
    var bytes: [UInt8] = []
    while let line = readLine(strippingNewline: false) { bytes += line.utf8 }
    while let last = bytes.last, last == 10 || last == 13 { bytes.removeLast() }
    guard !bytes.isEmpty else {
      throw CommandFailure(.badInput, "standard input: the secret is missing behind the key's id")
    }
    return AccountKey(apiKey, Secret(wiping: &bytes))
  }
}
