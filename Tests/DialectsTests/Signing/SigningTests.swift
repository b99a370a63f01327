/// Signatures against the exchange's worked examples, the RFCs' vectors and the system's `openssl`.

import Dialects
import Foundation
import Testing
import TradingCore

@Suite("Signing requests")
struct SigningTests {
  private struct Vectors: Decodable {
    struct Vector: Decodable {
      let secretKey: String
      let payload: String
      let hex: String

      private enum CodingKeys: String, CodingKey {
        case secretKey, payload
        case hex = "signature_hex"
      }
    }
    let vectors: [Vector]
  }

  @Test("the exchange's worked HMAC examples come out", .disabled(if: Shared.isMissing))
  func documented() throws {
    let data = Data(try Shared.bytes("binance-spot-api-facts/hmac_signing_vectors.json"))
    let vectors = try JSONDecoder().decode(Vectors.self, from: data).vectors
    #expect(vectors.count == 2)
    for vector in vectors {
      let signer = try RequestSigner(vector.secretKey.secret)
      let scheme = signer.scheme
      #expect(scheme == .hmac)
      let signature = try signer.signature(over: vector.payload.bytes)
      #expect(signature == vector.hex)
      let verifier = SignatureVerifier(secret: vector.secretKey.secret)
      #expect({ verifier.accepts(vector.hex, over: vector.payload.bytes) }())
      #expect({ verifier.accepts(vector.hex.uppercased(), over: vector.payload.bytes) }())
      #expect(!{ verifier.accepts(vector.hex, over: vector.payload.bytes + [32]) }())
      let cut = String(vector.hex.dropLast(2))
      #expect(!{ verifier.accepts(cut, over: vector.payload.bytes) }())
    }
  }

  /// RFC 4231, test cases 1, 2, 6.
  @Test(
    "HMAC gives the values of RFC 4231",
    arguments: [
      (
        [UInt8](repeating: 0x0b, count: 20), "Hi There",
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
          + "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"
      ),
      (
        Array("Jefe".utf8), "what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
          + "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
      ),
      (
        [UInt8](repeating: 0xaa, count: 131),
        "Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
          + "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598"
      ),
    ])
  func keyedHashes(key: [UInt8], text: String, sha256: String, sha512: String) throws {
    var copy = key
    let secret = Secret(wiping: &copy)
    #expect(copy.isEmpty)
    let codes = [
      try HMAC.code(.sha256, key: secret, text.bytes),
      try HMAC.code(.sha512, key: secret, text.bytes),
    ]
    #expect(codes == [hexBytes(sha256), hexBytes(sha512)])
  }

  @Test("what openssl's keys sign is what openssl verifies", arguments: ["ED25519", "RSA", "EC"])
  func againstOpenSSL(algorithm: String) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func path(_ name: String) -> String { folder.appending(path: name).path }
    let curve = algorithm == "EC" ? ["-pkeyopt", "ec_paramgen_curve:P-256"] : []
    _ = try Tool.run("openssl", ["genpkey", "-algorithm", algorithm, "-out", path("key")] + curve)
    _ = try Tool.run("openssl", ["pkey", "-in", path("key"), "-pubout", "-out", path("public")])
    let pem = try String(contentsOfFile: path("key"), encoding: .utf8)
    let publicPEM = [UInt8](try Data(contentsOf: URL(filePath: path("public"))))
    let signer = try RequestSigner(pem.secret)
    let verifier = try SignatureVerifier(publicKey: publicPEM)
    let scheme = signer.scheme
    #expect(scheme == ["ED25519": .ed25519, "RSA": .rsa, "EC": .ecdsa][algorithm])
    for message in ["", "timestamp=1", String(repeating: "symbol=１２３&", count: 50)] {
      let signature = try signer.signature(over: message.bytes)
      let raw = try #require(Data(base64Encoded: signature))
      try Data(message.utf8).write(to: URL(filePath: path("message")))
      if algorithm == "EC" { #expect(raw.count == 64) }
      let whole = algorithm == "EC" ? Data(derOfPair(Array(raw))) : raw
      try whole.write(to: URL(filePath: path("signature")))
      // An empty message is one the command cannot map into memory; ours must still accept it.
      if !message.isEmpty { try check(algorithm, path) }
      #expect({ verifier.accepts(signature, over: message.bytes) }())
      #expect(!{ verifier.accepts(signature, over: message.bytes + [0]) }())
      #expect(!{ verifier.accepts(String(signature.dropLast(4)), over: message.bytes) }())
    }
  }

  /// Two numbers of 32 bytes as DER writes them: without leading zeros, never negative (X.690, 8.3).
  private func derOfPair(_ pair: [UInt8]) -> [UInt8] {
    let numbers = [pair[..<32], pair[32...]].flatMap { half -> [UInt8] in
      let digits = Array(half.drop { $0 == 0 })
      let number = (digits.first ?? 0x80) >= 0x80 ? [0] + digits : digits
      return [2, UInt8(number.count)] + number
    }
    return [0x30, UInt8(numbers.count)] + numbers
  }

  @Test("a P-256 key is taken in the older form too, and keys on other curves are not")
  func ellipticKeys() throws {
    func key(_ curve: String) throws -> String {
      let arguments = ["ecparam", "-genkey", "-noout", "-name", curve]
      return String(decoding: try Tool.run("openssl", arguments), as: UTF8.self)
    }
    let pem = try key("prime256v1")
    #expect(pem.hasPrefix("-----BEGIN EC PRIVATE KEY-----"))
    let signer = try RequestSigner(pem.secret)
    #expect({ signer.scheme == .ecdsa }())
    let first = try signer.signature(over: "a".bytes)
    #expect(try { try signer.signature(over: "a".bytes) != first }())
    for other in ["secp256k1", "secp384r1"] {
      let text = try key(other)
      #expect(throws: DialectError.key("it is neither an Ed25519 nor an RSA nor a P-256 key")) {
        _ = try RequestSigner(text.secret)
      }
    }
  }

  @Test("an Ed25519 key is taken as base64 of its two halves, and other secrets are shared ones")
  func seedAndPublic() throws {
    // RFC 8032, section 7.1, test 1.
    let seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
    let open = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    let bytes = try #require(hexBytes(seed + open))
    let text = Data(bytes).base64EncodedString()
    let signer = try RequestSigner((text + "\n").secret)
    #expect({ signer.scheme == .ed25519 }())
    #expect(
      try { try signer.signature(over: []) }()
        == Data(
          hexBytes(
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b"
              + "46bd25bf5f0595bbe24655141438e7a100b") ?? []
        ).base64EncodedString())
    var wrong = bytes
    wrong[63] ^= 1
    for other in [Data(wrong), Data(bytes.prefix(32)), Data(bytes + [0])] {
      let signer = try RequestSigner(other.base64EncodedString().secret)
      #expect({ signer.scheme == .hmac }())
    }
  }

  private func check(_ algorithm: String, _ path: (String) -> String) throws {
    let common = ["-inkey", path("public"), "-pubin", "-sigfile", path("signature")]
    let hash = algorithm == "ED25519" ? ["-rawin"] : ["-rawin", "-digest", "sha256"]
    let verdict = try Tool.run(
      "openssl", ["pkeyutl", "-verify", "-in", path("message")] + common + hash)
    #expect(String(decoding: verdict, as: UTF8.self).contains("Verified Successfully"))
  }

  @Test("a key that cannot sign is refused without a byte of it in the error")
  func badKeys() throws {
    let notes = "-----BEGIN PRIVATE KEY-----\nhunter2hunter2\n-----END PRIVATE KEY-----\n"
    for text in ["", notes] {
      do {
        _ = try RequestSigner(text.secret)
        Issue.record("the key \(text.count) bytes long was taken")
      } catch {
        #expect(!"\(error)".contains("hunter2"))
      }
    }
    #expect(throws: DialectError.self) { _ = try SignatureVerifier(publicKey: "no key".bytes) }
  }

  @Test("percent-encoding keeps RFC 3986's unreserved characters and reads itself back")
  func percentEncoding() {
    let plain = "abcXYZ019-._~"
    let unreserved = CharacterSet(
      charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
    #expect(PercentEncoding.encode(plain) == plain)
    #expect(PercentEncoding.encode("１ +/=&%") == "%EF%BC%91%20%2B%2F%3D%26%25")
    for scalar in UInt32(0)...0x2000 {
      let text = UnicodeScalar(scalar).map(String.init) ?? ""
      let encoded = PercentEncoding.encode(text)
      #expect(encoded == text.addingPercentEncoding(withAllowedCharacters: unreserved), "\(scalar)")
      #expect(PercentEncoding.decode(encoded.utf8) == Array(text.utf8), "\(scalar)")
    }
    for byte in UInt8.min ... .max {
      #expect(PercentEncoding.decode("%\(hexadecimal([byte]))".utf8) == [byte])
    }
    #expect(PercentEncoding.decode("a+b%2b".utf8, plusIsSpace: true) == "a b+".bytes)
    for wrong in ["%", "%1", "%g1", "%1g", "abc%"] {
      #expect(PercentEncoding.decode(wrong.utf8) == nil, "\(wrong)")
    }
  }
}
