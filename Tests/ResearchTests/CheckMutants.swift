/// Strategies with one thing wrong each, for properties to find.
@testable import TradingCore

/// A moving average that is centred on its bar, as a computation over a whole column makes it by mistake:
/// it knows the bar that is still to come.
struct CentredAverage: Decider {
  private let closes: [Int64]
  private var count = 0
  private var stance = Stance()

  /// - Parameter facts: all facts of the run, the future among them.
  init(of facts: [Event]) {
    closes = facts.compactMap { fact in
      if case .candle(let candle) = fact.body { candle.close.ticks } else { nil }
    }
  }

  var warmUpBars: Int { 0 }

  mutating func decide(_ event: Event, _ state: borrowing State, _ decisions: inout Decisions) {
    guard case .candle(let candle) = event.body else { return }
    count += 1
    let window = closes[max(0, count - 2)..<min(closes.count, count + 1)]
    guard !window.isEmpty else { return }
    let average = Double(window.reduce(0, +)) / Double(window.count)
    stance.take(average > Double(candle.close.ticks) ? 1 : -1, in: InstrumentID(0), &decisions)
  }

  func encode(into bytes: inout CanonicalBytes) {
    bytes.append(count)
    stance.encode(into: &bytes)
  }
}

/// Decides by how many facts it has seen, whatever they say.
struct CountingFacts: Decider {
  private var count = 0
  private var stance = Stance()
  var warmUpBars: Int { 0 }

  mutating func decide(_ event: Event, _ state: borrowing State, _ decisions: inout Decisions) {
    count += 1
    guard count % 7 == 0, state.markets.first?.mark != nil else { return }
    stance.take(count % 14 == 0 ? 1 : -1, in: InstrumentID(0), &decisions)
  }

  func encode(into bytes: inout CanonicalBytes) {
    bytes.append(count)
    stance.encode(into: &bytes)
  }
}

/// Buys below a price that somebody wrote into the code.
struct FixedPrice: Decider {
  private var stance = Stance()
  var warmUpBars: Int { 0 }

  mutating func decide(_ event: Event, _ state: borrowing State, _ decisions: inout Decisions) {
    guard let close = state.closedClose(InstrumentID(0)) else { return }
    stance.take(close < 10_000 ? 1 : -1, in: InstrumentID(0), &decisions)
  }

  func encode(into bytes: inout CanonicalBytes) { stance.encode(into: &bytes) }
}

/// Changes its mind at every third bar since it began.
struct EveryThirdBar: Decider {
  private var count = 0
  private var stance = Stance()
  var warmUpBars: Int { 1 }

  mutating func decide(_ event: Event, _ state: borrowing State, _ decisions: inout Decisions) {
    guard state.closedClose(InstrumentID(0)) != nil else { return }
    count += 1
    stance.take(count % 3 == 0 ? 1 : 0, in: InstrumentID(0), &decisions)
  }

  func encode(into bytes: inout CanonicalBytes) {
    bytes.append(count)
    stance.encode(into: &bytes)
  }
}
