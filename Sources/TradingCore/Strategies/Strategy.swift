/// What turns events into wishes. A strategy is a fold over facts, like the state: it sees each fact
/// once, in order, and may not know anything else.

/// What the engine asks after each fact: a strategy on one instrument, on several, or several
/// strategies. Everything it remembers must be in its canonical bytes.
public protocol Decider: Sendable, CanonicallyEncodable {
  /// Bars it must see before it can decide; 0 when it needs none.
  var warmUpBars: Int { get }
  /// Why it can never decide again: bars that what the market sends cannot be made into.
  var fault: BarError? { get }

  /// Looks at a fact and says what it wants, or nothing.
  mutating func decide(_ event: Event, _ state: borrowing State, _ decisions: inout Decisions)

  /// Says why it decides on a fact what it decides: each member that looks at the fact by itself. Asked
  /// of a copy as it was before the fact, in place of `decide`; by default it says nothing.
  mutating func account(
    of event: Event, _ state: borrowing State, for book: BookID
  ) -> [StrategyAccount]
}

extension Decider {
  public var fault: BarError? { nil }

  public mutating func account(
    of event: Event, _ state: borrowing State, for book: BookID
  ) -> [StrategyAccount] { [] }
}

/// A strategy for one instrument.
///
/// `decide` is called once per fact, for a run only at its last event, never for engine events. At
/// that moment the state already holds the fact. Weights and prices are judgement and may use
/// `Double` with + − × ÷ √; sizing to lots and all money are the engine's. What it holds it asks of its
/// own book, `decisions.book`: other strategies may trade the same instrument.
public protocol Strategy: Decider {
  /// The name in scenarios and commands: lower case, words joined by hyphens.
  static var name: String { get }
  /// One sentence on what it does.
  static var summary: String { get }
  /// The parameters, in the order they are journalled.
  static var parameters: [Parameter] { get }
  /// Whether all it asks for are target weights: then an ensemble can count it.
  static var asksForWeights: Bool { get }

  /// - Throws: `ParameterError.conflict` when values do not go together.
  init(_ values: ParameterValues, _ instrument: InstrumentID) throws(ParameterError)
}

extension Strategy {
  public static var asksForWeights: Bool { true }
}
