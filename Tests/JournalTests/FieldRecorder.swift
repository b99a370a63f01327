/// Asks the code which fields a kind of event stores, in which order, under which names and types: the
/// row's own field list is visited, and each field is changed once to see which property it is.
import Foundation
import TradingCore

@testable import Journal

/// A stored field as the format pages describe one.
struct StoredField: Equatable, CustomStringConvertible {
  var name: String
  var type: String
  var description: String { "\(name) \(type)" }
}

/// Notes the primitive of every field and changes the one at `target`.
private struct FieldRecorder: FieldCoder {
  typealias Failure = Never
  var primitives: [String] = []
  var enumerations: [String: [String]] = [:]
  var target: Int?

  private mutating func note(_ primitive: String) -> Bool {
    primitives.append(primitive)
    return primitives.count - 1 == target
  }

  mutating func signed(_ value: inout Int64) { if note("i64") { value ^= 1 } }
  mutating func unsigned<Word: FixedWidthInteger & UnsignedInteger>(_ value: inout Word) {
    if note("u\(Word.bitWidth)") { value ^= 1 }
  }
  mutating func bits(_ value: inout UInt64) { if note("bits") { value ^= 1 } }
  mutating func flag(_ value: inout Bool) { if note("flag") { value.toggle() } }
  mutating func small(_ value: inout UInt8, most: UInt8) {
    if note("byte≤\(most)") { value ^= 1 }
  }
  mutating func choice<Choice: RawRepresentable<UInt8>>(_ value: inout Choice) {
    let known = (0...255).compactMap { Choice(rawValue: $0) }
    enumerations["\(Choice.self)"] = known.map { "\($0.rawValue) \($0)" }
    let other = known.first { $0.rawValue != value.rawValue }
    if note("\(Choice.self)"), let other { value = other }
  }
}

/// What the code stores for one kind of event.
struct StoredKind {
  var fields: [StoredField] = []
  /// The enumerations among the fields: value and name of every case.
  var enumerations: [String: [String]] = [:]

  init(_ kind: EventKind) throws {
    var numbers = Numbers(seed: UInt64(kind.rawValue))
    let body =
      kind == .text
      ? .text(Text(subject: .note, id: 1, utf8: [UInt8](1...40)[...], flags: []))
      : anyBody(kind, &numbers)
    guard let payload = Mirror(reflecting: body).children.first?.value as? any EventFields else {
      preconditionFailure("StoredKind: \(kind) has no list of fields")
    }
    var recorder = FieldRecorder()
    Self.visit(payload, &recorder)
    enumerations = recorder.enumerations
    for (place, primitive) in recorder.primitives.enumerated() {
      let leaf = Self.changed(payload, place)
      let type = Self.typeName(primitive, leaf)
      let field = StoredField(name: leaf?.name ?? "words", type: type)
      if field == fields.last, type == "i128" { continue }
      fields.append(field)
    }
  }

  @discardableResult
  private static func visit<Payload: EventFields>(
    _ payload: Payload, _ recorder: inout FieldRecorder
  ) -> Payload {
    var copy = payload
    copy.visit(&recorder)
    return copy
  }

  private static func typeName(_ primitive: String, _ leaf: Leaf?) -> String {
    switch (primitive, leaf?.type) {
    case ("u32", "Int32"): "i32"
    case ("u64", "Int128"): "i128"
    case ("bits", "Double"): "f64"
    default: primitive
    }
  }

  /// The property that changes when the stored field at `place` does.
  private static func changed(_ payload: any EventFields, _ place: Int) -> Leaf? {
    var recorder = FieldRecorder(target: place)
    let other: Any = visit(payload, &recorder)
    return zip(leaves(payload), leaves(other)).first { $0.text != $1.text }?.0
  }

  private struct Leaf {
    var name: String
    var type: String
    var text: String
  }

  /// The parts of values that only wrap one number have no name of their own.
  private static let wrappers: Set = ["ticks", "lots", "raw", "units", "nanoseconds", "rawValue"]

  private static func leaves(_ value: Any, named name: String = "") -> [Leaf] {
    let children = Mirror(reflecting: value).children
    guard !children.isEmpty else {
      let text = (value as? Double).map { "\($0.bitPattern)" } ?? "\(value)"
      return [Leaf(name: name, type: "\(type(of: value))", text: text)]
    }
    return children.flatMap { child in
      let label = child.label ?? ""
      let isName = !label.hasPrefix(".") && !wrappers.contains(label)
      return leaves(child.value, named: isName ? label : name)
    }
  }
}
