/// What a check found, as a table for people and as JSON for scripts.

public struct CheckReport: Sendable {
  private let journal: String
  private let subject: CheckSubject
  private let results: [PropertyResult]
  private let kept: [PropertyResult]
  private let seed: UInt64

  /// - Parameters:
  ///   - results: of every property but the canary, which is nobody's business.
  ///   - kept: of journals that failed once, by the folders they are kept in.
  public init(
    _ journal: String, _ subject: CheckSubject, _ results: [PropertyResult],
    kept: [PropertyResult] = [], seed: UInt64
  ) {
    (self.journal, self.subject, self.results, self.seed) = (journal, subject, results, seed)
    self.kept = kept
  }

  /// Those that fail, in order.
  public var failures: [(name: String, failure: PropertyFailure)] {
    (results + kept).compactMap { result in
      if case .fails(let failure, _) = result.verdict { (result.name, failure) } else { nil }
    }
  }

  /// A line for each property, then what failed and what to do.
  public var text: String {
    var table = TextTable(.left, .left, .right, .left)
    table.append("property", "verdict", "cases", "")
    for result in results + kept {
      switch result.verdict {
      case .holds: table.append(result.name, "holds", "\(result.cases)", "")
      case .fails(let failure, _):
        table.append(
          result.name, "FAILS", "\(result.cases)", "\(failure.kind) at sequence \(failure.sequence)"
        )
      case .notApplicable(let reason): table.append(result.name, "n/a", "", reason)
      }
    }
    return ([head] + table.lines() + failures.flatMap(story)).joined(separator: "\n")
  }

  private var head: String {
    let count = NumberText.grouped(UInt64(subject.events.count))
    let part =
      subject.isWhole
      ? "\(count) events" : "the first \(count) of \(NumberText.grouped(subject.total)) events"
    let lost = subject.lost.map { ", \($0.text)" } ?? ""
    return "\(journal): \(subject.origin.rawValue), \(part)\(lost), seed \(seed)"
  }

  private func story(_ name: String, _ failure: PropertyFailure) -> [String] {
    let lines = ["", "\(name) fails at sequence \(failure.sequence): \(failure.detail)"]
    if kept.contains(where: { $0.name == name }) {
      return lines + ["  cryptobot journal cat \(name)/journal"]
    }
    return lines + ["  cryptobot check shrink \(journal) --property \(name) --seed \(seed)"]
  }

  /// The same with stable keys.
  public var json: JSONValue {
    .object([
      ("journal", .string(journal)), ("origin", .string(subject.origin.rawValue)),
      ("events", .count(subject.events.count)), ("totalEvents", .count(subject.total)),
      ("lostEvents", .count(subject.lost?.count ?? 0)),
      ("seed", .count(seed)), ("holds", .bool(failures.isEmpty)),
      ("properties", .array(results.map(CheckReport.json))),
      ("regressions", .array(kept.map(CheckReport.json))),
    ])
  }

  private static func json(_ result: PropertyResult) -> JSONValue {
    var members: [(String, JSONValue)] = [("name", .string(result.name))]
    switch result.verdict {
    case .holds:
      members += [("verdict", .string("holds")), ("cases", .count(result.cases))]
    case .fails(let failure, let place):
      members += [
        ("verdict", .string("fails")), ("cases", .count(result.cases)), ("case", .count(place)),
        ("sequence", .count(failure.sequence)), ("kind", .string(failure.kind)),
        ("about", .string(failure.about)), ("detail", .string(failure.detail)),
      ]
    case .notApplicable(let reason):
      members += [("verdict", .string("notApplicable")), ("reason", .string(reason))]
    }
    return .object(members)
  }
}
