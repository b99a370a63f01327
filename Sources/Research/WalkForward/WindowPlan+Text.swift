/// A plan's folds for people and for programs.

internal import TradingCore

extension WindowPlan {
  /// Every fold's times in UTC to the second, one line each below a header.
  public var lines: [String] {
    var table = TextTable(.right, .left, .left, .left, .left)
    table.append("fold", "in sample from", "to", "out of sample from", "to")
    for fold in folds {
      table.append(
        String(fold.number), NumberText.time(fold.inSample.lowerBound),
        NumberText.time(fold.inSample.upperBound), NumberText.time(fold.outOfSample.lowerBound),
        NumberText.time(fold.outOfSample.upperBound))
    }
    return table.lines()
  }

  /// Every fold's times, ends exclusive.
  public var json: JSONValue {
    .array(
      folds.map { fold in
        .object([
          ("fold", .count(fold.number)), ("inSample", WindowPlan.json(fold.inSample)),
          ("outOfSample", WindowPlan.json(fold.outOfSample)),
        ])
      })
  }

  private static func json(_ range: Range<Timestamp>) -> JSONValue {
    .object([
      ("from", .string(range.lowerBound.iso8601)), ("to", .string(range.upperBound.iso8601)),
    ])
  }
}
