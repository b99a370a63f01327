/// What one check of `doctor` found: the verdict, the figures it rests on, and what to do.

import Research

struct DoctorFinding: Sendable {
  enum Verdict: String, Sendable { case pass, warn, fail }

  /// What was looked at, with the place where there are several.
  let check: String
  let verdict: Verdict
  /// In figures.
  let found: String
  /// What to do; `nil` where nothing is to be done.
  let advice: String?

  static func pass(_ check: String, _ found: String) -> DoctorFinding {
    DoctorFinding(check: check, verdict: .pass, found: found, advice: nil)
  }

  static func warn(_ check: String, _ found: String, _ advice: String) -> DoctorFinding {
    DoctorFinding(check: check, verdict: .warn, found: found, advice: advice)
  }

  static func fail(_ check: String, _ found: String, _ advice: String) -> DoctorFinding {
    DoctorFinding(check: check, verdict: .fail, found: found, advice: advice)
  }

  /// What an error means as a finding.
  static func fail(_ check: String, _ error: any Error) -> DoctorFinding {
    let failure = CommandFailure(error) ?? CommandFailure(.internalError, "\(error)")
    return fail(check, failure.description, failure.kind.suggestion)
  }

  var json: JSONValue {
    .object([
      ("check", .string(check)), ("verdict", .string(verdict.rawValue)), ("found", .string(found)),
      ("advice", advice.map(JSONValue.string) ?? .null),
    ])
  }
}

extension [DoctorFinding] {
  /// A table, with the advice below each row that has one.
  var text: String {
    var table = TextTable(.left, .left, .left)
    for finding in self { table.append(finding.verdict.rawValue, finding.check, finding.found) }
    let rows = zip(table.lines(width: .max), self).flatMap { line, finding in
      [line] + (finding.advice.map { ["      do: \($0)"] } ?? [])
    }
    return (rows.map { printable($0) } + [summary]).joined(separator: "\n")
  }

  private var summary: String {
    let counts = [DoctorFinding.Verdict.pass, .warn, .fail].map { verdict in
      "\(filter { $0.verdict == verdict }.count) \(verdict.rawValue)"
    }
    return counts.joined(separator: ", ")
  }

  /// Whether anything fails.
  var hasFailed: Bool { contains { $0.verdict == .fail } }
}
