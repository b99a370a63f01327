/// What every report on a study says of it, in a line and as JSON.

internal import TradingCore

extension StudyRecord {
  /// The scenario, its strategy and its source in a line.
  var runText: String { "\(scenarioName): \(strategy) on \(source)" }

  /// The space in a line: `fast 2..20, slow 20..200:10 where fast < slow`.
  var spaceText: String {
    let space = dimensions.map { "\($0.name) \($0.values)" }.joined(separator: ", ")
    return space + (constraints.isEmpty ? "" : " where " + constraints.joined(separator: ", "))
  }

  /// The first members of a report's JSON.
  /// - Parameter fingerprint: of all that was done.
  func json(fingerprint: UInt64) -> [(String, JSONValue)] {
    [
      ("study", .string(id)), ("fingerprint", .string(hexadecimal(fingerprint))),
      ("scenario", .string(scenarioName)), ("strategy", .string(strategy)),
      ("source", .string(source)), ("sourceChainHead", .string(sourceChainHead)),
      ("sampler", .string(sampler)), ("seed", .count(seed)), ("objective", .string(objective)),
      ("space", .object(dimensions.map { ($0.key, .string($0.values)) })),
      ("where", .array(constraints.map { .string($0) })), ("build", .string(build)),
      ("logicVersion", .count(logicVersion)),
    ]
  }
}
