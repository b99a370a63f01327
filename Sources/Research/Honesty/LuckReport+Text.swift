/// The report for people and for programs.

internal import TradingCore

extension LuckReport {
  /// A table of all figures with their bands, and what each means.
  /// - Parameter name: of the run, as it was given.
  public func text(of name: String) -> String {
    let trips = tripCount.map { ", " + NumberText.counted($0, "round trip") } ?? ""
    var lines = [
      "\(printable(name)): \(NumberText.counted(dayCount, "day"))\(trips), "
        + "\(NumberText.counted(settings.paths, "path")), seed \(settings.seed)"
    ]
    for (title, group) in groups {
      lines += ["", title] + table(group)
    }
    lines += ["", "What they mean"]
    for line in groups.flatMap(\.1) {
      lines += TextTable.wrap("\(line.label): \(line.meaning)", width: TerminalReport.width - 2)
        .enumerated().map { ($0.offset == 0 ? "  " : "    ") + $0.element }
    }
    return lines.joined(separator: "\n")
  }

  private var groups: [(String, [LuckLine])] {
    let blocks = blockDays.map { ", in blocks of \(NumberText.fixed($0, 1)) days" } ?? ""
    return [
      ("The Sharpe ratio", sharpe), ("Days drawn again\(blocks)", paths), ("Round trips", trips),
    ]
  }

  private func table(_ group: [LuckLine]) -> [String] {
    var table = TextTable(.left, .right, .left, .left)
    for line in group {
      guard let value = line.figure.value else {
        table.append("  " + line.label, "n/a", line.figure.reason, "")
        continue
      }
      func text(_ band: ClosedRange<Double>?, _ words: String) -> String {
        band.map {
          "\(words)\(NumberText.metric($0.lowerBound, line.unit)) … "
            + NumberText.metric($0.upperBound, line.unit)
        } ?? ""
      }
      let share = NumberText.share(settings.confidence)
      table.append(
        "  " + line.label, NumberText.metric(value, line.unit), text(line.band, "\(share) in "),
        text(line.correctedBand, "corrected "))
    }
    return table.lines()
  }

  /// The report with stable keys; a figure that means nothing is `null`, its reason beside it.
  public var json: JSONValue {
    .object([
      ("days", .count(dayCount)), ("roundTrips", tripCount.map { .count($0) } ?? .null),
      ("trials", .number(settings.trials)), ("benchmark", .number(settings.benchmark)),
      ("confidence", .number(settings.confidence)), ("paths", .count(settings.paths)),
      ("scheme", .string(settings.scheme.rawValue)), ("blockDays", .optional(blockDays)),
      ("ruinLevel", .number(settings.ruinLevel)), ("seed", .count(settings.seed)),
      ("figures", .object(groups.flatMap(\.1).map { ($0.name, LuckReport.json($0)) })),
    ])
  }

  private static func json(_ line: LuckLine) -> JSONValue {
    func ends(_ band: ClosedRange<Double>?) -> JSONValue {
      band.map { .array([.number($0.lowerBound), .number($0.upperBound)]) } ?? .null
    }
    return .object([
      ("value", .optional(line.figure.value)), ("band", ends(line.band)),
      ("correctedBand", ends(line.correctedBand)), ("unit", .string(line.unit.rawValue)),
      ("notAvailable", line.figure.value == nil ? .string(line.figure.reason) : .null),
      ("meaning", .string(line.meaning)),
    ])
  }
}

extension NumberText {
  /// A share that somebody chose: `90 %`, `99.5 %`.
  static func share(_ fraction: Double) -> String {
    let text = percent(fraction)
    return text.hasSuffix(".00 %") ? text.dropLast(5) + " %" : text
  }
}
