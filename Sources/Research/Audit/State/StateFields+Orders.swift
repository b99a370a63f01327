/// Fields of live orders and parent orders, of the last round trip, and of what has no words of its own.

internal import TradingCore

extension StateFields {
  static let orders = FieldFamily(
    "orders", of: "ID",
    at: { state, _ in
      state.orders.live.map { StatePlace(number: $0.id.raw, key: "\($0.id.raw)") }
    },
    [
      orderField("status", "What is known of it.") { order, _ in .string("\(order.status)") },
      orderField("side", "Which side it is on.") { order, _ in .string("\(order.terms.side)") },
      orderField("type", "What kind of order it is.") { order, _ in .string("\(order.terms.type)")
      },
      orderField("price", "Its limit.") { order, grid in .string(grid.text(order.terms.price)) },
      orderField("quantity", "What was asked for.") { order, grid in
        .string(grid.text(order.terms.quantity))
      },
      orderField("open", "What of it is not filled.") { order, grid in
        .string(grid.text(order.open))
      },
      orderField("book", "The strategy's book it trades for.") { order, _ in
        .count(order.terms.book.raw)
      },
      orderField("parent", "The parent order it is a slice of; 0 for none.") { order, _ in
        .count(order.parent.raw)
      },
      FieldDefinition("fingerprint", .none, "Fingerprint of all terms.") { state, place, _ in
        state.orders[OrderID(place)].map { .string(hexadecimal($0.fingerprint)) } ?? .null
      },
    ])

  private static func orderField(
    _ name: String, _ meaning: String,
    _ read: @escaping @Sendable (LiveOrder, InstrumentDefinition) -> JSONValue
  ) -> FieldDefinition {
    FieldDefinition(name, .none, meaning) { state, place, _ in
      guard let order = state.orders[OrderID(place)],
        let grid = definition(state, UInt64(order.terms.instrument.raw))
      else { return .null }
      return read(order, grid)
    }
  }

  static let parents = FieldFamily(
    "parents", of: "ID",
    at: { state, _ in
      state.parents.live.map { StatePlace(number: $0.id.raw, key: "\($0.id.raw)") }
    },
    [
      parentField("algorithm", .none, "How it is worked.") { .string("\($0.terms.algorithm)") },
      parentField("side", .none, "Which side it is on.") { .string("\($0.terms.side)") },
      parentField("amount", .none, "What it is for, of the base asset.") { amount($0.amount) },
      parentField("filled", .none, "What of it is filled.") { amount($0.filled) },
      parentField("children", .none, "Orders placed for it.") { .count($0.children) },
      parentField("failures", .none, "Orders refused or rejected in a row.") {
        .count($0.failures)
      },
      parentField("ending", .none, "Why it is ending; none while it is not.") {
        $0.ending.map { .string("\($0)") } ?? .null
      },
      parentField("fingerprint", .none, "Fingerprint of all that is known of it.") {
        .string(hexadecimal($0.fingerprint))
      },
    ])

  private static func parentField(
    _ name: String, _ unit: FieldUnit, _ meaning: String,
    _ read: @escaping @Sendable (LiveParent) -> JSONValue
  ) -> FieldDefinition {
    FieldDefinition(name, unit, meaning) { state, place, _ in
      state.parents[OrderID(place)].map(read) ?? .null
    }
  }

  static let lastTrip = FieldFamily(
    "lastTrip",
    [
      FieldDefinition("symbol", .none, "What the last round trip was in.") { state, _, names in
        state.lastRoundTrip.flatMap { names.symbol($0.instrument) }.map(JSONValue.string) ?? .null
      },
      FieldDefinition("side", .none, "Which way it went.") { state, _, _ in
        state.lastRoundTrip.map { .string("\($0.side)") } ?? .null
      },
      FieldDefinition("entryTime", .none, "When it began.") { state, _, _ in
        state.lastRoundTrip.map { moment($0.entryTime) } ?? .null
      },
      FieldDefinition("exitTime", .none, "When it ended.") { state, _, _ in
        state.lastRoundTrip.map { moment($0.exitTime) } ?? .null
      },
      FieldDefinition("profit", .none, "What it earned after fees, in its quote asset.") {
        state, _, _ in state.lastRoundTrip.map { amount($0.profit) } ?? .null
      },
      .fingerprint("fingerprint") { state, _ in state.lastRoundTrip },
    ])

  /// Counts of what there is, and what only a fingerprint can tell apart.
  static let rest = FieldFamily(
    "",
    [
      FieldDefinition("orders.live", .none, "Live orders.") { state, _, _ in
        .count(state.orders.live.count)
      },
      FieldDefinition("parents.live", .none, "Live parent orders.") { state, _, _ in
        .count(state.parents.count)
      },
      FieldDefinition("markets.count", .none, "Instruments there is room for.") { state, _, _ in
        .count(state.markets.count)
      },
      .fingerprint("instruments.fingerprint") { state, _ in Defined(state.instruments) },
      .fingerprint("markets.fingerprint") { state, _ in Listed(state.markets) },
      .fingerprint("orders.fingerprint") { state, _ in state.orders },
      .fingerprint("parents.fingerprint") { state, _ in state.parents },
      .fingerprint("books.fingerprint") { state, _ in state.books },
      .fingerprint("recentFills.fingerprint") { state, _ in state.recentFills },
      .fingerprint("volumeProfile.fingerprint") { state, _ in state.volumeProfile },
    ])
}

/// Canonical bytes of several things of a kind.
private struct Listed<Element: CanonicallyEncodable>: CanonicallyEncodable {
  let elements: ContiguousArray<Element>

  init(_ elements: ContiguousArray<Element>) { self.elements = elements }

  func encode(into bytes: inout CanonicalBytes) {
    bytes.append(elements.count)
    for element in elements { element.encode(into: &bytes) }
  }
}

/// Canonical bytes of definitions, some of which are missing.
private struct Defined: CanonicallyEncodable {
  let definitions: ContiguousArray<InstrumentDefinition?>

  init(_ definitions: ContiguousArray<InstrumentDefinition?>) { self.definitions = definitions }

  func encode(into bytes: inout CanonicalBytes) {
    bytes.append(definitions.count)
    for definition in definitions {
      bytes.append(definition != nil)
      definition?.encode(into: &bytes)
    }
  }
}
