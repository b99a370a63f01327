/// How Kraken wants private requests signed. Source: docs.kraken.com, "Spot REST authentication".

/// The header `API-Sign`.
package enum KrakenSignature {
  /// HMAC-SHA-512 over the path and the SHA-256 of nonce and form, by the bytes that the secret is the base64
  /// text of; as base64.
  /// - Throws: `DialectError.key` for a secret that is no base64 text, `.library` when libcrypto fails.
  package static func text(
    _ path: String, _ form: String, nonce: UInt64, by signer: borrowing RequestSigner
  ) throws(DialectError) -> String {
    let digest = try Digest.sha256(Array("\(nonce)\(form)".utf8))
    return try signer.base64Code(over: Array(path.utf8) + digest)
  }
}
