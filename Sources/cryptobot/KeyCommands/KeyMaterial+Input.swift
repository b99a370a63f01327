/// A venue's key as a user hands it over, and as a session takes it.

import Dialects
import Exchanges
import Glibc
import Store

extension KeyMaterial {
  /// What a session at a venue signs with.
  /// - Throws: `DialectError.key` for a secret of no known form, or of one that the venue does not take.
  func credentials(for venue: String) throws -> Credentials {
    let credentials = try Credentials(apiKey: apiKey, signer: RequestSigner(secret))
    #if Live
      try VenueRegistry.entry(venue).expectKey(credentials)
    #endif
    return credentials
  }

  /// Takes `CRYPTOBOT_API_KEY` and `CRYPTOBOT_API_SECRET` out of the environment.
  /// - Returns: `nil` where neither is set.
  /// - Throws: `CommandFailure` where one is missing, and for an id that is no text.
  static func fromEnvironment() throws(CommandFailure) -> KeyMaterial? {
    let names = (id: "CRYPTOBOT_API_KEY", secret: "CRYPTOBOT_API_SECRET")
    let id = SecretInput.environment(names.id)
    var secret = SecretInput.environment(names.secret)
    guard let id, secret != nil else {
      guard id != nil || secret != nil else { return nil }
      let (given, missing) = id == nil ? (names.secret, names.id) : names
      throw CommandFailure(
        .refused, "\(given) is set and \(missing) is not; a key needs both", .configuration)
    }
    var bytes = secret.take() ?? []
    // Taken first, so that an id that is refused leaves nothing behind.
    let kept = Secret(wiping: &bytes)
    return KeyMaterial(apiKey: try text(id, of: names.id), secret: kept)
  }

  /// Reads the key's id from the next line of standard input and the secret from all others.
  /// - Throws: `CommandFailure` where one is missing.
  static func fromStandardInput() throws(CommandFailure) -> KeyMaterial {
    guard let id = try SecretInput.line(), !id.isEmpty else {
      throw CommandFailure(.badInput, "standard input: a line with the key's id is missing")
    }
    var secret = try SecretInput.rest()
    guard !secret.isEmpty else {
      throw CommandFailure(.badInput, "standard input: the secret is missing behind the key's id")
    }
    guard secret.starts(with: "-----BEGIN".utf8) || !secret.contains(UInt8(ascii: "\n")) else {
      SecretInput.wipe(&secret)
      throw CommandFailure(
        .badInput,
        "standard input: lines follow the secret, and only a private key as PEM text has several; is the "
          + "passphrase given twice?")
    }
    let kept = Secret(wiping: &secret)
    return KeyMaterial(apiKey: try text(id, of: "standard input"), secret: kept)
  }

  /// Characters of an id; Coinbase's have about 100, others' fewer.
  private static let longestID = 512

  /// A key's id, which goes out in a header. It is not shown where it is none: it may be a secret in the wrong
  /// place.
  /// - Parameter place: where it comes from.
  /// - Throws: `CommandFailure` for an id that no venue gives.
  static func text(_ bytes: [UInt8], of place: String) throws(CommandFailure) -> String {
    guard let wrong = bytes.firstIndex(where: { $0 <= 32 || $0 >= 127 }) else {
      guard bytes.count <= longestID else {
        throw CommandFailure(
          .badInput,
          "\(place): the key's id has \(bytes.count) characters, and no venue's has more than \(longestID): copy "
            + "it from the venue again")
      }
      return String(decoding: bytes, as: UTF8.self)
    }
    let byte = bytes[wrong]
    let what = byte == 32 ? "a blank" : byte == 10 ? "a line end (\\n)" : "the byte \(byte)"
    throw CommandFailure(
      .badInput,
      "\(place): the key's id holds \(what) in place \(wrong + 1), and an id has none: copy it from the "
        + "venue again")
  }
}

extension Passphrase {
  /// Takes the passphrase from `CRYPTOBOT_PASSPHRASE`, from the file that `CRYPTOBOT_PASSPHRASE_FILE`
  /// names, or from the next line of standard input.
  /// - Parameter prefix: what stands before `PASSPHRASE` in both names.
  /// - Throws: `CommandFailure` where there is none.
  static func read(_ prefix: String = "CRYPTOBOT_") throws(CommandFailure) -> Passphrase {
    if let passphrase = try given(prefix) { return passphrase }
    guard var line = try SecretInput.line(), !line.isEmpty else {
      throw CommandFailure(
        .refused,
        "no passphrase: set \(prefix)PASSPHRASE, name a file by \(prefix)PASSPHRASE_FILE, or give it as "
          + "the first line of standard input", .configuration)
    }
    return Passphrase(Secret(wiping: &line))
  }

  /// The passphrase where the environment or a file it names has one.
  /// - Throws: `CommandFailure` where the file cannot be read.
  static func given(_ prefix: String = "CRYPTOBOT_") throws(CommandFailure) -> Passphrase? {
    if var bytes = SecretInput.environment(prefix + "PASSPHRASE") {
      return Passphrase(Secret(wiping: &bytes))
    }
    guard let file = getenv(prefix + "PASSPHRASE_FILE"), file.pointee != 0 else { return nil }
    var line = try SecretInput.firstLine(of: String(cString: file))
    return Passphrase(Secret(wiping: &line))
  }
}
