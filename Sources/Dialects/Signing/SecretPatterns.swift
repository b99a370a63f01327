/// What is a secret by its surroundings, whoever made it: the value behind a telling name, a signed token, a
/// private key's text, a URL's user.

enum SecretPatterns {
  /// Names whose value nobody may see, in small letters without `-` and `_`.
  private static let names = [
    "signature", "apikey", "apisecret", "apisign", "xmbxapikey", "secretkey", "secret",
    "passphrase",
    "password", "listenkey", "token", "accesstoken", "authorization", "privatekey",
  ]
  private static let longestName = 64

  /// Where they stand. O(bytes).
  static func places(in bytes: [UInt8]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var place = 0
    while place < bytes.count {
      guard
        let range = user(at: place, bytes) ?? value(at: place, bytes) ?? token(at: place, bytes)
          ?? pem(at: place, bytes)
      else {
        place += 1
        continue
      }
      found.append(range)
      place = max(range.upperBound, place + 1)
    }
    return found
  }

  // MARK: Behind a name

  /// The value behind `name=`, `"name": "` or `Name: ` whose separator stands at `place`. A colon counts
  /// behind a quoted name and in a header, for prose has colons too.
  private static func value(at place: Int, _ bytes: [UInt8]) -> Range<Int>? {
    let separator = bytes[place]
    guard separator == UInt8(ascii: "=") || separator == UInt8(ascii: ":") else { return nil }
    var end = place
    while end > 0, bytes[end - 1] == UInt8(ascii: " ") { end -= 1 }
    let isQuoted = end > 0 && (bytes[end - 1] == 34 || bytes[end - 1] == 39)
    if isQuoted { end -= 1 }
    // JSON inside JSON.
    if isQuoted, end > 0, bytes[end - 1] == 92 { end -= 1 }
    var start = end
    while start > 0, end - start < longestName, bytes[start - 1].isOfName { start -= 1 }
    let name = bytes[start..<end].filter { $0 != 45 && $0 != 95 }.map { $0 | 0x20 }
    let word = String(decoding: name, as: UTF8.self)
    guard names.contains(where: { word == $0 || (separator == 61 && word.hasSuffix($0)) }) else {
      return nil
    }
    let isHeader = bytes[start..<end].contains(45) || word == "authorization"
    guard separator == UInt8(ascii: "=") || isQuoted || isHeader else { return nil }
    return value(behind: place + 1, bytes, isHeader: isHeader)
  }

  private static func value(
    behind place: Int, _ bytes: [UInt8], isHeader: Bool
  ) -> Range<Int>? {
    var start = place
    while start < bytes.count, bytes[start] == UInt8(ascii: " ") { start += 1 }
    guard start < bytes.count else { return nil }
    if bytes[start] == 92, start + 1 < bytes.count {
      let end = bytes[(start + 2)...].firstIndex { $0 == 92 || $0 == 34 } ?? bytes.count
      return nonEmpty(start + 2, end)
    }
    let quote = bytes[start]
    if quote == 34 || quote == 39 {
      start += 1
      var end = start
      while end < bytes.count, bytes[end] != quote { end += bytes[end] == 92 ? 2 : 1 }
      return nonEmpty(start, min(end, bytes.count))
    }
    var end = start
    while end < bytes.count, !endsValue(bytes[end], isHeader: isHeader) { end += 1 }
    return nonEmpty(start, end)
  }

  /// A header's value may be of two words, `Bearer …`.
  private static func endsValue(_ byte: UInt8, isHeader: Bool) -> Bool {
    if byte < 32 { return true }
    if byte == UInt8(ascii: " ") { return !isHeader }
    return Array("&,;\"')}]".utf8).contains(byte)
  }

  private static func nonEmpty(_ start: Int, _ end: Int) -> Range<Int>? {
    start < end ? start..<end : nil
  }

  // MARK: By its own look

  /// What stands between `://` and `@` of a URL: a user's name and password (RFC 3986 section 3.2.1).
  private static func user(at place: Int, _ bytes: [UInt8]) -> Range<Int>? {
    guard bytes[place...].starts(with: "://".utf8) else { return nil }
    let start = place + 3
    let end = bytes[start...].firstIndex {
      $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: "/") || $0 <= 32 || $0 == 34 || $0 == 39
    }
    return end.flatMap { bytes[$0] == UInt8(ascii: "@") ? nonEmpty(start, $0) : nil }
  }

  /// A JSON Web Token: three parts of base64url, the first that of an object (RFC 7519).
  private static func token(at place: Int, _ bytes: [UInt8]) -> Range<Int>? {
    guard bytes[place...].starts(with: "eyJ".utf8), place == 0 || !bytes[place - 1].isOfWord else {
      return nil
    }
    var end = place
    var dots = 0
    while end < bytes.count, bytes[end].isOfWord || bytes[end] == 45 || bytes[end] == 46 {
      if bytes[end] == 46 { dots += 1 }
      end += 1
    }
    return dots >= 1 && end - place >= 16 ? place..<end : nil
  }

  /// A private key's PEM text up to its last line, or to the end where that is missing.
  private static func pem(at place: Int, _ bytes: [UInt8]) -> Range<Int>? {
    guard bytes[place...].starts(with: "-----BEGIN ".utf8) else { return nil }
    let head = bytes[place..<min(place + 64, bytes.count)]
    guard let title = position(of: Array("PRIVATE KEY-----".utf8), in: head) else { return nil }
    let rest = bytes[title...]
    guard let tail = position(of: Array("-----END ".utf8), in: rest) else {
      return place..<bytes.count
    }
    let close = position(of: Array("KEY-----".utf8), in: bytes[tail...])
    return place..<(close.map { $0 + 8 } ?? bytes.count)
  }

  private static func position(of word: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
    guard bytes.count >= word.count else { return nil }
    return (bytes.startIndex...(bytes.endIndex - word.count)).first {
      bytes[$0...].starts(with: word)
    }
  }
}

extension UInt8 {
  /// Whether the byte may stand in the name of a header, a variable or a JSON member.
  fileprivate var isOfName: Bool { isOfWord || self == UInt8(ascii: "-") }
}
