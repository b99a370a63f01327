/// Folds as bars over time: what each saw, what it was searched on, what it was judged by.

internal import TradingCore

struct FoldBars {
  /// The most folds drawn, the latest ones.
  static let mostFolds = 60

  let windows: WindowPlan
  let folds: [WalkForwardFold]

  var figure: String {
    let shown = folds.suffix(FoldBars.mostFolds)
    let (first, last) = (windows.period.lowerBound, windows.period.upperBound)
    guard !shown.isEmpty, first < last else { return "" }
    let height = 1 / Double(shown.count)
    let bars = shown.enumerated().flatMap { row, fold in
      parts(fold.fold).map { part in
        FoldBars.bar(part, Double(row) * height, height, first, last)
      }
    }
    let unit =
      shown.count == folds.count
      ? "UTC" : "UTC, the last \(shown.count) of \(NumberText.grouped(folds.count))"
    return ChartFrame(
      id: "folds", title: "Folds", unit: unit, height: max(60, min(420, shown.count * 26)),
      legend: [
        ("span seen", "warm-up"), ("span inside", "in sample"), ("span out", "out of sample"),
        ("span not", "not traded"),
      ], rows: rows(Array(shown)),
      columns: TimeScale.ticks(from: first, to: last).map { tick in
        let share = Plot.share(of: tick.time, first, last)
        return .init(share, share < 0.97 ? tick.label : "")
      }
    ).figure(bars.joined())
  }

  /// A number beside each fold, or beside every so many.
  private func rows(_ shown: [WalkForwardFold]) -> [ChartFrame.Tick] {
    let few = (shown.count + 11) / 12
    return stride(from: 0, to: shown.count, by: few).map { row in
      .init((Double(row) + 0.5) / Double(shown.count), "\(shown[row].fold.number)")
    }
  }

  private typealias Part = (name: String, words: String, range: Range<Timestamp>)

  private func parts(_ fold: WindowFold) -> [Part] {
    let isTraded = folds.contains { $0.fold.number == fold.number && $0.result != nil }
    let purge = fold.inSample.upperBound..<fold.outOfSample.lowerBound
    let all: [Part] = [
      ("seen", "warm-up in sample", fold.inSampleWarmUp), ("inside", "in sample", fold.inSample),
      ("purge", "purge", purge), ("seen over", "warm-up out of sample", fold.outOfSampleWarmUp),
      (isTraded ? "out" : "not", "out of sample", fold.outOfSample),
    ]
    return all.filter { !$0.range.isEmpty }.map {
      ($0.name, "fold \(fold.number), \($0.words)", $0.range)
    }
  }

  /// A warm-up that reaches into another part lies in the lower half of the bar.
  private static func bar(
    _ part: Part, _ top: Double, _ height: Double, _ first: Timestamp, _ last: Timestamp
  ) -> String {
    let left = Plot.share(of: part.range.lowerBound, first, last)
    let right = Plot.share(of: part.range.upperBound, first, last)
    let isOver = part.name == "seen over"
    let y = (top + height * (isOver ? 0.62 : 0.16)) * Plot.height
    let times = [part.range.lowerBound, part.range.upperBound].map(NumberText.time)
    return "<rect class=\"span-\(part.name.replacing(" ", with: "-"))\" "
      + "x=\"\(HTMLText.coordinate(left * Plot.width))\" y=\"\(HTMLText.coordinate(y))\" "
      + "width=\"\(HTMLText.coordinate(max(1, (right - left) * Plot.width)))\" "
      + "height=\"\(HTMLText.coordinate(height * (isOver ? 0.22 : 0.68) * Plot.height))\">"
      + "<title>\(part.words): \(times[0]) – \(times[1])</title></rect>"
  }
}
