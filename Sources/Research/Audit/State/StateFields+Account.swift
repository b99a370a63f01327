/// Fields of what is held: balances, positions, lots, books, and the account as a whole.

internal import TradingCore

extension StateFields {
  static let core = FieldFamily(
    "",
    [
      FieldDefinition("sequence", .none, "Events so far.") { state, _, _ in .count(state.sequence)
      },
      FieldDefinition("time", .none, "The latest receive time seen.") { state, _, _ in
        moment(state.time)
      },
      FieldDefinition("logicVersion", .none, "The rules that the journal was made by.") {
        state, _, _ in .count(state.logicVersion)
      },
      FieldDefinition("equity", .reporting, "Everything held, at its marks.") { state, _, _ in
        amount(state.account.equity)
      },
      .fingerprint("fingerprint") { state, _ in copy state },
      .fingerprint("account.fingerprint") { state, _ in state.account },
    ])

  static let balances = FieldFamily(
    "balances", of: "ASSET",
    at: { state, names in
      let shared = SharedNames(names, .asset)
      return state.account.balances.indices.map { index in
        let asset = AssetID(UInt16(index))
        return StatePlace(
          number: UInt64(index), key: shared.key(names.code(asset), asset.raw))
      }
    },
    [
      FieldDefinition("amount", .asset, "What is held.") { state, place, _ in
        held(state, place).map { amount(state.account.balances[$0]) } ?? .null
      },
      FieldDefinition("commissionDecimals", .none, "Decimals of a fee in it.") { state, place, _ in
        held(state, place).map { .count(state.account.commissionDecimals[$0]) } ?? .null
      },
      FieldDefinition("market", .asset, "What those we traded with hold of it.") {
        state, place, _ in
        held(state, place).map { amount(state.account.counters[$0].market) } ?? .null
      },
      FieldDefinition("fees", .asset, "What the venue took of it.") { state, place, _ in
        held(state, place).map { amount(state.account.counters[$0].fees) } ?? .null
      },
      FieldDefinition("deposits", .asset, "What was taken out, less what was put in.") {
        state, place, _ in
        held(state, place).map { amount(state.account.counters[$0].deposits) } ?? .null
      },
    ])

  static let positions = FieldFamily(
    "positions", of: "SYMBOL", at: instrumentPlaces,
    positionFields { state, place in
      place < state.account.positions.count ? state.account.positions[Int(place)] : nil
    })

  static let lots = FieldFamily(
    "lots", of: "SYMBOL", at: instrumentPlaces,
    [
      FieldDefinition("count", .none, "Open lots, first in, first out.") { state, place, _ in
        queue(state, place).map { .count($0.count) } ?? .null
      },
      FieldDefinition("cost", .quote, "What the open lots cost.") { state, place, _ in
        queue(state, place).map { amount($0.cost) } ?? .null
      },
      FieldDefinition("realised", .quote, "Profit of what was closed, before fees.") {
        state, place, _ in queue(state, place).map { amount($0.realised) } ?? .null
      },
      .fingerprint("fingerprint") { state, place in queue(state, UInt64(place)) },
    ])

  static let books = FieldFamily(
    "books", of: "BOOK",
    at: { state, _ in
      state.books.all.indices.map { StatePlace(number: UInt64($0), key: "\($0)") }
    },
    [
      FieldDefinition("fillCount", .none, "Fills of the book's orders.") { state, place, _ in
        state.books[BookID(UInt8(place))].map { .count($0.fillCount) } ?? .null
      },
      FieldDefinition("tripCount", .none, "Round trips of the book.") { state, place, _ in
        state.books[BookID(UInt8(place))].map { .count($0.tripCount) } ?? .null
      },
      FieldDefinition("winCount", .none, "Round trips with a profit.") { state, place, _ in
        state.books[BookID(UInt8(place))].map { .count($0.winCount) } ?? .null
      },
      FieldDefinition("sizing", .none, "How its targets become lots.") { state, place, _ in
        state.books[BookID(UInt8(place))]?.sizing
          .map { .string("\($0.mode) \($0.value)") } ?? .null
      },
    ])

  static let bookPositions = FieldFamily(
    "books", of: "BOOK.SYMBOL",
    at: { state, names in
      var places: [StatePlace] = []
      let shared = SharedNames(names, .instrument)
      for book in state.books.all.indices {
        for instrument in state.books.all[book].positions.indices {
          let id = InstrumentID(UInt16(instrument))
          places.append(
            StatePlace(
              number: UInt64(book) << 16 | UInt64(instrument),
              key: "\(book)." + shared.key(names.symbol(id), id.raw)))
        }
      }
      return places
    },
    positionFields { state, place in
      let book = state.books[BookID(UInt8(place >> 16))]
      return book?.position(InstrumentID(UInt16(truncatingIfNeeded: place)))
    })

  /// The fields of a position, wherever it stands.
  private static func positionFields(
    _ position: @escaping @Sendable (borrowing State, UInt64) -> Position?
  ) -> [FieldDefinition] {
    [
      FieldDefinition("lots", .named("lots"), "Whole lots held, negative when short.") {
        state, place, _ in position(state, place).map { .count($0.lots.lots) } ?? .null
      },
      FieldDefinition("amount", .base, "What is held, negative when short.") { state, place, _ in
        position(state, place).map { amount($0.amount) } ?? .null
      },
      FieldDefinition("cost", .quote, "What it cost, negative when short.") { state, place, _ in
        position(state, place).map { amount($0.cost) } ?? .null
      },
      FieldDefinition("averagePrice", .quote, "Cost of one unit; none when flat.") {
        state, place, _ in .optional(position(state, place)?.averagePrice)
      },
      FieldDefinition("realised", .quote, "Profit of what was closed, before fees.") {
        state, place, _ in position(state, place).map { amount($0.realised) } ?? .null
      },
      FieldDefinition("fees", .quote, "Fees paid.") { state, place, _ in
        position(state, place).map { amount($0.fees) } ?? .null
      },
      FieldDefinition("fingerprint", .none, "Fingerprint of the position and its open trip.") {
        state, place, _ in
        position(state, place).map { .string(hexadecimal($0.fingerprint)) } ?? .null
      },
    ]
  }

  private static func held(_ state: borrowing State, _ place: UInt64) -> Int? {
    place < state.account.balances.count ? Int(place) : nil
  }

  private static func queue(_ state: borrowing State, _ place: UInt64) -> FIFOLots? {
    place < state.account.lots.count ? state.account.lots[Int(place)] : nil
  }
}

/// What the tables have in common.
extension StateFields {
  static let instrumentPlaces: @Sendable (borrowing State, Names) -> [StatePlace] = {
    state, names in
    var places: [StatePlace] = []
    let shared = SharedNames(names, .instrument)
    for index in state.instruments.indices where state.instruments[index] != nil {
      let id = InstrumentID(UInt16(index))
      places.append(
        StatePlace(
          number: UInt64(index), key: shared.key(names.symbol(id), id.raw)))
    }
    return places
  }

  static func amount(_ money: Money) -> JSONValue { .string(money.exactText) }

  /// A moment by its text; `null` before the first and for none.
  static func moment(_ time: Timestamp) -> JSONValue {
    time.isNone || time <= .distantPast || time.nanoseconds == .max
      ? .null : .string(time.iso8601)
  }
}

/// The names that several things of a kind have.
private struct SharedNames {
  private let shared: Set<String>

  /// O(names of the kind).
  init(_ names: Names, _ subject: TextSubject) {
    var (seen, shared): (Set<String>, Set<String>) = ([], [])
    for name in names.texts(subject) where !seen.insert(name).inserted { shared.insert(name) }
    self.shared = shared
  }

  /// A name as a key, followed by its number where another thing of the kind has the same name.
  func key(_ name: String?, _ number: UInt16) -> String {
    guard let name else { return "#\(number)" }
    return shared.contains(name) ? "\(name)#\(number)" : name
  }
}
