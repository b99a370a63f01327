/// What a strategy's book, or the whole account, made of its fills: by average cost and lot by lot.

/// Profits of a book at the end of a run, in the reporting asset at the last marks. `nil` where no
/// price connects what was earned with the reporting asset.
public struct BookRecord: Equatable, Sendable {
  /// `.all` for the account.
  public var book: BookID
  /// What the scenario calls it.
  public var name: String
  public var fillCount: UInt64
  public var tripCount: UInt64
  /// Profit of what was closed, before fees, by average cost.
  public var realised: Money?
  /// The same first in, first out.
  public var realisedByLots: Money?
  /// Profit of what is held, before fees, by average cost.
  public var unrealised: Money?
  /// The same first in, first out.
  public var unrealisedByLots: Money?
  public var fees: Money?
  /// Value of all positions, shorts counted as positive.
  public var exposure: Money?

  /// Realised and unrealised profit less fees: the same by either method.
  public var profit: Money? {
    guard let realised, let unrealised, let fees else { return nil }
    return realised + unrealised - fees
  }

  init(_ book: BookID, name: String, fillCount: UInt64, tripCount: UInt64) {
    self.book = book
    self.name = name
    self.fillCount = fillCount
    self.tripCount = tripCount
    realised = .zero
    realisedByLots = .zero
    unrealised = .zero
    unrealisedByLots = .zero
    fees = .zero
    exposure = .zero
  }
}

extension BookRecord {
  /// The whole account. O(instruments).
  public init(accountOf state: borrowing State) {
    self.init(
      .all, name: "account", fillCount: state.metrics.fillCount,
      tripCount: UInt64(clamping: state.metrics.trips.count))
    for index in state.account.positions.indices {
      add(state.account.positions[index], state.account.lots[index], index, state)
    }
  }

  /// One book. O(instruments).
  public init(_ book: BookID, _ held: Book, name: String, in state: borrowing State) {
    self.init(book, name: name, fillCount: held.fillCount, tripCount: held.tripCount)
    for index in held.positions.indices {
      add(held.positions[index], held.lots[index], index, state)
    }
  }

  private mutating func add(
    _ position: Position, _ lots: FIFOLots, _ index: Int, _ state: borrowing State
  ) {
    guard index < state.instruments.count, let definition = state.instruments[index] else { return }
    let value = state.markets[index].mark.flatMap {
      definition.value(of: position.amount, at: $0)
    }
    let worth = position.amount == .zero ? .zero : value
    sum(&realised, position.realised, definition, state)
    sum(&realisedByLots, lots.realised, definition, state)
    sum(&fees, position.fees, definition, state)
    sum(&exposure, worth?.magnitude, definition, state)
    sum(&unrealised, worth.map { $0 - position.cost }, definition, state)
    sum(&unrealisedByLots, worth.map { $0 - lots.cost }, definition, state)
  }

  /// Adds an amount of an instrument's quote asset; one without a value leaves the sum without one.
  private func sum(
    _ total: inout Money?, _ amount: Money?, _ definition: InstrumentDefinition,
    _ state: borrowing State
  ) {
    guard let before = total else { return }
    if amount == .zero { return }
    total = amount.flatMap { state.value(of: $0, in: definition.quote) }.map { before + $0 }
  }
}
