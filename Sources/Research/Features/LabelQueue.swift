/// Rows that wait for what follows them. A label is filled in with the quotes as they were told last by
/// the row's time and the horizon, once a later event shows that nothing else was.

import TradingCore

struct LabelQueue {
  private struct Waiting {
    var row: FeatureRow
    var market: Int
    /// The middle at the row, and how often quotes had been lost.
    var middle: Double?
    var losses: UInt64
  }

  private let labels: [FeatureLabel]
  /// By time; those before `first` are gone.
  private var rows: [Waiting] = []
  private var first = 0
  /// For each label the first row that has not got it.
  private var open: [Int]

  init(_ labels: [FeatureLabel]) {
    self.labels = labels
    open = Array(repeating: 0, count: labels.count)
  }

  var isEmpty: Bool { first == rows.count }

  /// - Throws: `FeatureError.tooManyWait`.
  mutating func append(
    _ row: FeatureRow, of market: Int, _ features: FeatureSet
  ) throws(FeatureError) {
    guard rows.count - first < FeatureTable.mostWaiting else {
      let slowest = labels.max { $0.horizon < $1.horizon }
      throw .tooManyWait(label: slowest?.name ?? "")
    }
    var waiting = Waiting(
      row: row, market: market, middle: features.middle, losses: features.quoteLosses)
    waiting.row.numbers.append(contentsOf: repeatElement(nil, count: labels.count))
    rows.append(waiting)
  }

  /// Whether some row's label can be settled before a moment.
  func isDue(before time: Timestamp) -> Bool {
    labels.indices.contains { label in
      open[label] < rows.count && rows[open[label]].row.time + labels[label].horizon < time
    }
  }

  /// Fills in every label whose horizon ended before `time`, with the markets as they are before it.
  mutating func settle(before time: Timestamp, _ market: (Int) -> FeatureSet?) {
    for label in labels.indices {
      while open[label] < rows.count,
        rows[open[label]].row.time + labels[label].horizon < time
      {
        let waiting = rows[open[label]]
        let place = waiting.row.numbers.count - labels.count + label
        rows[open[label]].row.numbers[place] = market(waiting.market).flatMap {
          change(waiting, $0)
        }
        open[label] += 1
      }
    }
  }

  private func change(_ waiting: Waiting, _ later: FeatureSet) -> Double? {
    guard later.quoteLosses == waiting.losses, let start = waiting.middle, let end = later.middle
    else { return nil }
    return end / start - 1
  }

  /// The oldest row, if it has all its labels.
  mutating func popSettled() -> FeatureRow? {
    open.allSatisfy { $0 > first } ? popFirst() : nil
  }

  /// The oldest row, whatever it has.
  mutating func popFirst() -> FeatureRow? {
    guard first < rows.count else { return nil }
    let row = rows[first].row
    first += 1
    if first >= 1_024, first * 2 > rows.count {
      rows.removeFirst(first)
      for label in open.indices { open[label] = max(0, open[label] - first) }
      first = 0
    }
    return row
  }
}
