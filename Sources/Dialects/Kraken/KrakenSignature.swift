/// How Kraken wants private requests signed. Source: docs.kraken.com, "Spot REST authentication".

/// The header `API-Sign`.
package enum KrakenSignature {
  /// HMAC-SHA-512 over the path and the SHA-256 of nonce and form, by the bytes that the secret is the base64
  /// text of; as base64.
  /// - Throws: `DialectError.key` for a secret that is no base64 text, `.library` when libcrypto fails.
  package static func text(
    _ path: String, _ form: String, nonce: UInt64, by signer: borrowing RequestSigner
  ) throws(DialectError) -> String {
    try signer.base64Code(over: payload(path, Array(form.utf8), nonce: nonce))
  }

  /// Whether a header was made so, over exactly the form that was sent.
  package static func accepts(
    _ text: String, _ path: String, _ form: [UInt8], nonce: UInt64,
    by verifier: borrowing SignatureVerifier
  ) -> Bool {
    guard let payload = try? payload(path, form, nonce: nonce) else { return false }
    return verifier.acceptsBase64Code(text, over: payload)
  }

  private static func payload(
    _ path: String, _ form: [UInt8], nonce: UInt64
  ) throws(DialectError) -> [UInt8] {
    Array(path.utf8) + (try Digest.sha256(Array(String(nonce).utf8) + form))
  }
}
