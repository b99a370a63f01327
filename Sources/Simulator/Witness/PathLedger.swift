/// Which rare paths a campaign has reached, and how often: a harness that never gets somewhere proves
/// nothing about it.

internal import Exchanges
public import TradingCore

/// Something that must have happened at least once in a long campaign.
public enum RarePath: Hashable, Sendable {
  case mishap(Mishap)
  /// A live order stood there.
  case order(OrderStatus)
  case account(AccountStep)
  case recovery(RecoveryBranch)
  case outcome(LifeOutcome)

  /// Every path, in the order of reports.
  public static let all: [RarePath] =
    Mishap.allCases.map { .mishap($0) }
    + [OrderStatus.pending, .working, .canceling, .unknown].map { .order($0) }
    + AccountStep.allCases.map { .account($0) } + RecoveryBranch.allCases.map { .recovery($0) }
    + LifeOutcome.allCases.map { .outcome($0) }

  /// What it belongs to, and what it is called.
  public var words: (group: String, name: String) {
    switch self {
    case .mishap(let mishap): (mishap.kind.rawValue, mishap.rawValue)
    case .order(let status): ("order", "\(status)")
    case .account(let step): ("account", step.rawValue)
    case .recovery(let branch): ("recovery", branch.rawValue)
    case .outcome(let outcome): ("outcome", outcome.rawValue)
    }
  }
}

/// How far an account's session has come.
public enum AccountStep: String, CaseIterable, Sendable {
  case waiting, ready, blocked, halted
  case lookingUp = "looking-up"
  case counting
}

extension AccountStep {
  init(_ phase: AccountPhase?) {
    self =
      switch phase {
      case .lookingUp: .lookingUp
      case .counting: .counting
      case .ready: .ready
      case .blocked: .blocked
      case .halted, .keyless: .halted
      case .waiting, nil: .waiting
      }
  }
}

/// What opening a journal found.
public enum RecoveryBranch: String, CaseIterable, Sendable {
  /// There was none.
  case new
  /// It was sealed.
  case sealed
  /// It was whole, and only not sealed.
  case whole
  /// What stood behind its whole blocks was cut.
  case torn
  /// The process died again while it was opened, once; and twice or more in a row.
  case died
  case diedAgain = "died-again"
  /// It died while what the journal holds was replayed.
  case diedInReplay = "died-in-replay"
}

/// How a process ended.
public enum LifeOutcome: String, CaseIterable, Sendable {
  /// In order, as it was told.
  case ended
  case killed
  /// The disk failed: orders were taken back, and a new process begins.
  case journalFailed = "journal-failed"
  /// What was durable has changed: it says so and does nothing, and a person puts a copy in its place.
  case corrupt
  /// The venue was not there when it began.
  case unreachable
  /// A person has to look: what the venue holds differs; or trading was halted.
  case blocked, halted
}

/// Counts of rare paths.
public struct PathLedger: Equatable, Sendable {
  private var counts: [RarePath: UInt64] = [:]

  public init() {}

  public subscript(path: RarePath) -> UInt64 { counts[path] ?? 0 }

  mutating func count(_ path: RarePath) { counts[path, default: 0] += 1 }

  /// Adds what another one counted.
  public mutating func add(_ other: PathLedger) {
    for path in RarePath.all where other[path] > 0 { counts[path, default: 0] += other[path] }
  }

  /// Paths that were never reached.
  public var missing: [RarePath] { RarePath.all.filter { self[$0] == 0 } }
}
