/// An account's key: its public id and what signs for it.

/// What a dialect asks in an account's name with. It cannot be copied or shown.
public struct Credentials: ~Copyable {
  /// The id the venue gave the key.
  let apiKey: String
  let signer: RequestSigner

  /// - Throws: `DialectError.key` for an id that cannot stand in a header.
  public init(apiKey: String, signer: consuming RequestSigner) throws(DialectError) {
    guard !apiKey.isEmpty, apiKey.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
      throw .key("its id is empty or holds a space")
    }
    Redaction.learn(Array(apiKey.utf8))
    self.apiKey = apiKey
    self.signer = signer
  }
}
