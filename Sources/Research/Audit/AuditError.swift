/// Why a journal cannot be run again, in a sentence that says what to do.

internal import TradingCore

public enum AuditError: Error, Equatable, CustomStringConvertible {
  /// Its rules are not those of this build, by which it comes out differently from a sequence on, where
  /// that was found out.
  case otherRules(journal: String, version: UInt32, build: String, sequence: UInt64?)
  /// It was set anew while it was under way, and that cannot be followed: by `audit whatif`, which made it from
  /// the journal `source`, or by an operator, and then `otherwise` says what can be asked.
  case setAnew(
    journal: String, kind: String, sequence: UInt64, source: String?, otherwise: String)
  /// It was made with a strategy that this build does not have.
  case unknownStrategy(journal: String, number: Int64)
  /// Its strategy does not take the parameters that it was run with.
  case unusable(journal: String, strategy: String, reason: String)
  /// Nothing was decided in it.
  case factsOnly(journal: String)
  /// What was asked about is not in it.
  case noSuchOrder(journal: String, String)
  /// It cannot fork there, or not so.
  case noFork(journal: String, reason: String)

  public var description: String {
    switch self {
    case .otherRules(let journal, let version, let build, let sequence):
      "\(journal) was made by logic version \(version), and this build goes by "
        + "\(LogicVersion.current.version)"
        + (sequence.map { ", by which it differs from sequence \($0) on" } ?? "")
        + ": ask the build that made it" + (build.isEmpty ? "" : ", \(build)")
    case .setAnew(let journal, let kind, let sequence, let source, let otherwise):
      "\(journal) was set anew under way, by the \(kind) event \(sequence), and that is not repeated "
        + "here: "
        + (source.map { "ask the journal that it was made from, id \($0), with every change" }
          ?? otherwise)
    case .unknownStrategy(let journal, let number):
      "\(journal) was run with strategy number \(number), and this build has "
        + "\(StrategyRegistry.all.count): use the build that made it, see `cryptobot journal info`"
    case .unusable(let journal, let strategy, let reason):
      "\(journal) was run with parameters that \(strategy) of this build does not take: \(reason); "
        + "use the build that made it, see `cryptobot journal info`"
    case .noSuchOrder(let journal, let reason):
      "\(journal): \(reason); `cryptobot journal cat` shows what it holds"
    case .factsOnly(let journal):
      "\(journal) holds facts only: nothing was decided in it; ask the journal of a run, which "
        + "`cryptobot replay SCENARIO -o DIR` or `cryptobot trade` makes"
    case .noFork(let journal, let reason): "\(journal) does not fork: \(reason)"
    }
  }
}
