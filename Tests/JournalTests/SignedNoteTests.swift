/// Signatures and notes against RFC 8032's test vectors and notes that others signed.
import Journal
import Testing
import TradingCore

/// Bytes of hex digits, spaces left out.
func unhex(_ text: String) -> [UInt8] {
  let digits = text.compactMap(\.hexDigitValue)
  return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// RFC 8032 section 7.1: seed, public key, message, signature.
private let vectors: [(seed: String, key: String, message: String, signature: String)] = [
  (
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
      + "c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
  ),
  (
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e"
      + "458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
  ),
  (
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290"
      + "ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
  ),
]

/// Notes of golang.org/x/mod/sumdb/note's and C2SP's tests: verifier key, note.
private let published = [
  (
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    """
    If you think cryptography is the answer to your problem,
    then you don't know what your problem is.

    — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=

    """
  ),
  (
    "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop",
    """
    If you think cryptography is the answer to your problem,
    then you don't know what your problem is.

    — EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=

    """
  ),
  (
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    """
    This is an example message.

    — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=

    """
  ),
]

@Suite("Ed25519")
struct Ed25519Tests {
  @Test("derives, signs and verifies as RFC 8032 shows", arguments: 0..<vectors.count)
  func standardVectors(number: Int) throws {
    let vector = vectors[number]
    let message = unhex(vector.message)
    let key = try Ed25519PrivateKey(seed: unhex(vector.seed))
    #expect(hexadecimal(key.publicKey.bytes) == vector.key)
    let signature = try key.sign(message)
    #expect(hexadecimal(signature) == vector.signature)
    #expect(key.publicKey.accepts(signature, over: message))
  }

  @Test("refuses a signature with any bit changed, and any other length")
  func everyChangedBit() throws {
    let key = try Ed25519PrivateKey()
    let message = Array("a block of the journal".utf8)
    let signature = try key.sign(message)
    #expect(key.publicKey.accepts(signature, over: message))
    for bit in 0..<512 {
      var changed = signature
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(!key.publicKey.accepts(changed, over: message))
    }
    for length in 0...70 where length != 64 {
      let other = Array((signature + signature).prefix(length))
      #expect(!key.publicKey.accepts(other, over: message))
    }
    #expect(!key.publicKey.accepts(signature, over: message + [0]))
  }

  @Test("makes another key each time")
  func newKeys() throws {
    let keys = try (0..<20).map { _ in try Ed25519PrivateKey().publicKey.bytes }
    #expect(Set(keys).count == 20)
  }
}

@Suite("Signed notes")
struct SignedNoteTests {
  @Test("of others verify by their keys alone", arguments: 0..<published.count)
  func publishedNotes(number: Int) throws {
    let note = try #require(SignedNote(published[number].1))
    for (other, (text, _)) in published.enumerated() {
      let key = try #require(try VerifierKey(text))
      #expect(key.description == text)
      #expect(note.isSigned(by: key) == (other == number))
    }
    #expect(note.description == published[number].1)
  }

  @Test("are made to the byte as golang.org/x/mod makes them")
  func sameBytes() throws {
    let text = published[0].1.split(separator: "\n\n")[0] + "\n"
    let secret = try #require(Base64.bytes("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"))
    let key = try Ed25519PrivateKey(seed: Array(secret[1...]))
    let note = try SignedNote(signing: String(text), as: "PeterNeumann", with: key)
    #expect(note.description == published[0].1)
  }

  @Test("with several signatures are read, and each key finds its own")
  func severalSignatures() throws {
    let both = published[0].1 + published[1].1.split(separator: "\n\n")[1]
    let note = try #require(SignedNote(both))
    #expect(note.signatures.map(\.name) == ["PeterNeumann", "EnochRoot"])
    for (text, _) in published[0...1] {
      let key = try #require(try VerifierKey(text))
      #expect(note.isSigned(by: key))
    }
  }

  @Test("keep empty lines in their text: the last empty line ends it")
  func emptyLines() throws {
    let poem = """
      Ognuno sta solo sul cuor della terra
      trafitto da un raggio di sole:

      ed è subito sera.

      — quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=

      """
    let note = try #require(SignedNote(poem))
    #expect(note.text.hasSuffix("sole:\n\ned è subito sera.\n"))
    #expect(note.signatures.count == 1)
    #expect(note.description == poem)
  }

  @Test("with any bit changed do not verify by the same key")
  func everyChangedBit() throws {
    let (keyText, whole) = published[2]
    let key = try #require(try VerifierKey(keyText))
    let bytes = Array(whole.utf8)
    var read = 0
    for bit in 0..<bytes.count * 8 {
      var changed = bytes
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      guard let text = String(validating: changed, as: UTF8.self), let note = SignedNote(text)
      else { continue }
      read += 1
      #expect(!note.isSigned(by: key), "bit \(bit)")
    }
    #expect(read > 100)
  }

  @Test(
    "of another form are not read",
    arguments: [
      "", "\n", "\n\n", "text\n", "text\n\n", "text\n\n\n", "text\n— a AAAAAAA=\n",
      "text\n\n— a AAAAAAA=", "text\n\n— a AAAA\n", "text\n\n— a AAAAAAB=\n",
      "text\n\n- a AAAAAAA=\n",
      "text\n\n—  AAAAAAA=\n", "text\n\n— a+b AAAAAAA=\n", "text\n\n— a  AAAAAAA=\n",
      "text\n\n— a AAAAAAA= \n", "te\txt\n\n— a AAAAAAA=\n", "text\r\n\n— a AAAAAAA=\n",
      "text\n\n— a AAAAAAA=\nmore\n", "text\n\n— a AAAAAAA=\n\n", "text\n\n— a\u{A0}b AAAAAAA=\n",
    ])
  func otherForms(text: String) {
    #expect(SignedNote(text) == nil)
    #expect(SignedNote("text\n\n— a AAAAAAA=\n") != nil)
  }

  @Test(
    "have keys whose text is read exactly",
    arguments: [
      "", "+", "++", "a+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
      "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
      "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
      "PeterNeumann+c74f20a3+AhpcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
      "PeterNeumann+c74f20a3+", " +c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ])
  func otherKeys(text: String) throws {
    #expect(try VerifierKey(text) == nil)
  }
}
