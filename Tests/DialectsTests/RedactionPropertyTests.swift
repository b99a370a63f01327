/// Planted secrets never come out of `Redaction.clean`, whatever stands around them and in whatever form they
/// are written; text without secrets comes out as it went in.

import Dialects
import Foundation
import Testing

@Suite("Redaction")
struct RedactionPropertyTests {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_ .:%\"\\")

  private static let prose = [
    "the venue said no", "order 17 at 60043.77", "gap of 3 trades", "{\"e\":\"trade\",\"p\":\"1\"}",
    "https://api.example.com/v3/order?symbol=BTCUSDT", "", "ä ö 你好", "risk.maxPosition=0.1",
  ]

  private static func random(_ count: Int, _ dice: inout SeededNumbers) -> String {
    String((0..<count).map { _ in alphabet.randomElement(using: &dice) ?? "x" })
  }

  private func plant(_ text: String) {
    _ = text.secret
  }

  @Test(
    "a secret that was made is found anywhere, plain, in a URL, in JSON, in base64 and in hexadecimal"
  )
  func planted() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var dice = SeededNumbers(seed: seed)
    let unreserved = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~"))
    for round in 0..<60 {
      // No blank at an end: who pastes a key has none, and what is trimmed there is no part of it.
      let secret = "k" + Self.random(Int.random(in: 8...80, using: &dice), &dice) + "q"
      plant(secret)
      let json = String(decoding: try JSONEncoder().encode([secret]), as: UTF8.self)
        .replacingOccurrences(of: "\\/", with: "/")
      let forms = [
        secret, secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "",
        secret.addingPercentEncoding(withAllowedCharacters: unreserved) ?? "",
        String(json.dropFirst(2).dropLast(2)), Data(secret.utf8).base64EncodedString(),
        secret.utf8.map { String(format: "%02x", $0) }.joined(),
      ]
      for form in forms {
        let before = Self.prose.randomElement(using: &dice) ?? ""
        let after = Self.prose.randomElement(using: &dice) ?? ""
        let clean = Redaction.clean(before + form + after)
        #expect(!clean.contains(form), "seed \(seed), round \(round)")
        #expect(clean.contains(Redaction.mask), "seed \(seed), round \(round)")
      }
    }
  }

  @Test("text around a secret stays as it is")
  func around() {
    plant("correct horse battery staple")
    #expect(
      Redaction.clean("before correct horse battery staple, after")
        == "before \(Redaction.mask), after")
  }

  @Test("a short secret is found as a word of its own and not inside other words")
  func short() {
    plant("tiger")
    #expect(Redaction.clean("the tiger, here") == "the \(Redaction.mask), here")
    #expect(Redaction.clean("tigers and the bengaltiger") == "tigers and the bengaltiger")
  }

  @Test("a private key goes as a whole, and line by line where only a line of it is told")
  func keys() {
    let pem =
      "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIHplantedline\n-----END PRIVATE KEY-----\n"
    #expect(Redaction.clean("key: \(pem)rest") == "key: \(Redaction.mask)\nrest")
    let cut = "-----BEGIN RSA PRIVATE KEY-----\nMIIplanted"
    #expect(Redaction.clean("a \(cut)") == "a \(Redaction.mask)")
    plant(pem)
    #expect(!Redaction.clean("line MC4CAQAwBQYDK2VwBCIEIHplantedline").contains("planted"))
    #expect(Redaction.clean("-----BEGIN CERTIFICATE-----") == "-----BEGIN CERTIFICATE-----")
  }

  @Test(
    "what stands behind a telling name is masked, known or not",
    arguments: [
      ("GET /order?symbol=A&signature=planted&x=1", "GET /order?symbol=A&signature=[secret]&x=1"),
      ("X-MBX-APIKEY: planted", "X-MBX-APIKEY: [secret]"),
      ("Authorization: Bearer planted", "Authorization: [secret]"),
      (#"{"apiKey":"planted","b":1}"#, #"{"apiKey":"[secret]","b":1}"#),
      (#"{"api_secret" : "plan\"ted"}"#, #"{"api_secret" : "[secret]"}"#),
      (#"said \"signature\":\"planted\" so"#, #"said \"signature\":\"[secret]\" so"#),
      ("BINANCE_SECRET_KEY=planted next", "BINANCE_SECRET_KEY=[secret] next"),
      ("passphrase='plan ted'", "passphrase='[secret]'"),
      ("http://planted:plan:ted@host:1/x", "http://[secret]@host:1/x"),
      ("token eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.planted-x_y end", "token [secret] end"),
    ])
  func patterns(text: String, expected: String) {
    #expect(Redaction.clean(text) == expected)
  }

  @Test(
    "ordinary text is not touched",
    arguments: [
      "CRYPTOBOT_PASSPHRASE_FILE=/etc/passphrase", "no key: set CRYPTOBOT_API_KEY and try again",
      "the signature: it covers the query", "a token of 3", "eyJ", "eyes.open.wide", "key=7",
      "sequence=12 order=3 price=60043.77", "https://host:443/path?a=b@c", "ws://host at@once", "",
      "-----BEGIN PUBLIC KEY-----\nabc", "signature=", "the secret", "fingerprint 9f8e7d6c5b4a3928",
    ])
  func ordinary(text: String) {
    #expect(Redaction.clean(text) == text)
  }
}
