/// JSON written in one pass into bytes: what the server sends is composed, never serialised from a
/// tree, so that the order of keys is the documents' own.

/// A JSON text in the making.
struct JSONText {
  private(set) var bytes: [UInt8] = []
  private var needsComma = false

  /// A text of one object.
  static func object(_ body: (inout JSONText) -> Void) -> [UInt8] {
    var json = JSONText()
    json.object(body)
    return json.bytes
  }

  /// A text of one array with an element for each item.
  static func array<Items: Sequence>(
    _ items: Items, _ body: (inout JSONText, Items.Element) -> Void
  ) -> [UInt8] {
    var json = JSONText()
    json.array(items, body)
    return json.bytes
  }

  static let emptyObject = Array("{}".utf8)
  static let emptyArray = Array("[]".utf8)
  static let null = Array("null".utf8)

  // MARK: Values

  mutating func object(_ body: (inout JSONText) -> Void) {
    open(UInt8(ascii: "{"))
    body(&self)
    close(UInt8(ascii: "}"))
  }

  mutating func array<Items: Sequence>(
    _ items: Items, _ body: (inout JSONText, Items.Element) -> Void
  ) {
    open(UInt8(ascii: "["))
    for item in items { body(&self, item) }
    close(UInt8(ascii: "]"))
  }

  mutating func add(_ text: String) {
    separate()
    quote(text)
  }

  mutating func add(_ number: Int64) {
    separate()
    bytes.append(contentsOf: String(number).utf8)
  }

  /// Adds text that is JSON already.
  mutating func add(raw json: [UInt8]) {
    separate()
    bytes.append(contentsOf: json)
  }

  // MARK: Members

  mutating func set(_ key: String, _ text: String) {
    name(key)
    add(text)
  }

  mutating func set(_ key: String, _ number: Int64) {
    name(key)
    add(number)
  }

  mutating func set(_ key: String, _ number: Int) { set(key, Int64(number)) }

  mutating func set(_ key: String, _ flag: Bool) {
    name(key)
    add(raw: Array((flag ? "true" : "false").utf8))
  }

  mutating func setNull(_ key: String) {
    name(key)
    add(raw: JSONText.null)
  }

  mutating func set(_ key: String, raw json: [UInt8]) {
    name(key)
    add(raw: json)
  }

  mutating func set(_ key: String, object body: (inout JSONText) -> Void) {
    name(key)
    object(body)
  }

  mutating func set<Items: Sequence>(
    _ key: String, array items: Items, _ body: (inout JSONText, Items.Element) -> Void
  ) {
    name(key)
    array(items, body)
  }

  mutating func set(_ key: String, strings: [String]) {
    set(key, array: strings) { $0.add($1) }
  }

  // MARK: Parts

  private mutating func open(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  private mutating func name(_ key: String) {
    separate()
    quote(key)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  private mutating func quote(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      } else if byte < 0x20 {
        let digits = Array("0123456789abcdef".utf8)
        bytes.append(contentsOf: Array("\\u00".utf8))
        bytes.append(digits[Int(byte >> 4)])
        bytes.append(digits[Int(byte & 15)])
      } else {
        bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
