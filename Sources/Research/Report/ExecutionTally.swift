/// Counts the parent orders of a run by algorithm and quote asset: how they ended and what they cost
/// against the price at which each began.

internal import TradingCore

struct ExecutionTally {
  private(set) var records: [ExecutionRecord] = []
  /// Which record a live parent belongs to.
  private var places: [Sequence64: Int] = [:]

  mutating func take(_ parent: Parent, _ sequence: Sequence64, _ names: borrowing Names) {
    guard let definition = names.definition(parent.terms.instrument) else { return }
    let algorithm = parent.terms.algorithm
    var place = records.firstIndex {
      $0.algorithm == algorithm && $0.quote == definition.quote
    }
    if place == nil {
      place = records.count
      records.append(ExecutionRecord(algorithm: algorithm, quote: definition.quote))
    }
    guard let place else { return }
    records[place].count += 1
    places[sequence] = place
  }

  /// Counts an order when it is a parent's child.
  mutating func take(_ order: Order) {
    if let place = places[order.cause] { records[place].children += 1 }
  }

  mutating func take(_ report: ParentReport, _ names: borrowing Names) {
    guard let place = places.removeValue(forKey: report.parent.raw),
      let definition = names.definition(report.instrument)
    else { return }
    records[place].outcomes[Int(report.outcome.rawValue)] += 1
    records[place].shortfall += Money(units: Int128(report.shortfall) * Int128(powerOfTen(10)))
    let lots = Money(units: Int128(report.filled.lots) * Int128(definition.tickValue))
    records[place].arrivalValue += lots.scaled(by: Int128(report.arrivalHalfTicks), over: 2)
  }
}
