/// JSON Web Tokens in their compact form, signed with a private key: what Coinbase wants in place of a
/// signature over the request. Source: RFC 7515 (JWS), RFC 7519 (JWT), RFC 7518 section 3.4 (ES256), RFC 8037
/// (EdDSA).

import TradingCore

/// Tokens as text. A token lets its holder act in the account's name until it ends, so none is kept.
enum WebToken {
  /// `header.claims.signature`, each in base64 for URLs. The header says the algorithm and the type by
  /// itself.
  /// - Throws: `DialectError.key` for a key of another kind, `.library` when libcrypto does not sign.
  static func text(
    _ header: RequestParameters, _ claims: RequestParameters, by signer: borrowing RequestSigner
  ) throws(DialectError) -> String {
    var full = RequestParameters()
    full.add("alg", try algorithm(signer.scheme))
    full.add("typ", "JWT")
    for item in header.items { full.add(item) }
    let signed = Self.encode(Array(full.json.utf8)) + "." + Self.encode(Array(claims.json.utf8))
    return signed + "." + Self.encode(try signer.bytes(over: Array(signed.utf8)))
  }

  /// The algorithm's name.
  /// - Throws: `DialectError.key` for a key that signs no tokens.
  @discardableResult
  static func algorithm(_ scheme: SignatureScheme) throws(DialectError) -> String {
    switch scheme {
    case .ecdsa: "ES256"
    case .ed25519: "EdDSA"
    case .hmac, .rsa:
      throw .key("tokens are signed with an Ed25519 or a P-256 key, and it is neither")
    }
  }

  /// Base64 for URLs without padding (RFC 4648 section 5).
  private static func encode(_ bytes: [UInt8]) -> String {
    let text = Base64.text(bytes).utf8.compactMap { byte -> UInt8? in
      switch byte {
      case UInt8(ascii: "+"): UInt8(ascii: "-")
      case UInt8(ascii: "/"): UInt8(ascii: "_")
      case UInt8(ascii: "="): nil
      default: byte
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
