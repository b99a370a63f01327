/// What can go wrong in a simulation, by name.

/// Where a mishap strikes. Each seed leaves some kinds out, so that what they hide shows.
public enum MishapClass: String, CaseIterable, Sendable {
  case disk, process, transport, exchange, clock
}

/// One way for something to go wrong.
public enum Mishap: String, CaseIterable, Sendable, Hashable {
  // The disk.
  /// A dead process takes the machine with it: what was not synced is kept, lost, zeros or garbage.
  case powerCut = "power-cut"
  case syncFails = "sync-fails"
  case ioError = "io-error"
  case diskFull = "disk-full"
  /// A bit of what is durable turns while no process lives.
  case rot
  // The process.
  /// Killed between two facts.
  case kill
  /// Killed at an effect: before events go to the journal, before or after it is made durable, before
  /// orders leave.
  case killAtEffect = "kill-at-effect"
  /// Killed within a call of the disk: while opening, recovering, replaying, writing.
  case killInDisk = "kill-in-disk"
  // The transport.
  case delay
  case duplicate
  case reset
  case halfOpen = "half-open"
  case truncate
  case refuse
  /// A question over HTTP without an answer.
  case lostAnswer = "lost-answer"
  // The exchange.
  /// A message of a market stream is left out.
  case gap
  /// An order is taken and the connection ends instead of an answer.
  case lostAck = "lost-ack"
  /// An order is taken and the answer comes late.
  case lateAck = "late-ack"
  /// An order is taken and the answer is a 504.
  case serverError = "server-error"
  case duplicateReport = "duplicate-report"
  case lateReport = "late-report"
  case ban
  case maintenance
  /// A book that is asked for comes as it was before.
  case staleSnapshot = "stale-snapshot"
  /// The account is paid into or out of, beside our orders.
  case transfer
  // The clocks.
  case stepBack = "step-back"
  case leap
  case freeze
  /// The venue's clock goes wrong.
  case skew

  public var kind: MishapClass {
    switch self {
    case .powerCut, .syncFails, .ioError, .diskFull, .rot: .disk
    case .kill, .killAtEffect, .killInDisk: .process
    case .delay, .duplicate, .reset, .halfOpen, .truncate, .refuse, .lostAnswer: .transport
    case .gap, .lostAck, .lateAck, .serverError, .duplicateReport, .lateReport, .ban, .maintenance,
      .staleSnapshot, .transfer:
      .exchange
    case .stepBack, .leap, .freeze, .skew: .clock
    }
  }

  /// How likely it strikes at one of its occasions, where it strikes at all: about as often as lets a
  /// run of a minute meet a few.
  var usualRate: Double {
    switch self {
    case .powerCut: 0.5
    case .syncFails, .ioError: 0.15
    case .diskFull: 0.1
    case .rot: 0.1
    case .kill: 0.0008
    case .killAtEffect: 0.004
    case .killInDisk: 0.3
    case .delay: 0.004
    case .duplicate: 0.01
    case .reset, .halfOpen: 0.001
    case .truncate: 0.001
    case .refuse: 0.1
    case .lostAnswer: 0.05
    case .gap: 0.01
    case .lostAck, .lateAck, .serverError: 0.03
    case .duplicateReport, .lateReport: 0.05
    case .ban: 0.002
    case .maintenance: 0.01
    case .staleSnapshot: 0.2
    case .transfer: 0.005
    case .stepBack, .leap, .freeze, .skew: 0.02
    }
  }
}

/// One strike, named so that it can be asked for again: the n-th occasion of its kind.
public struct Strike: Hashable, Sendable, CustomStringConvertible {
  public var mishap: Mishap
  public var occasion: Int

  public var description: String { "\(mishap.rawValue) \(occasion)" }
}

extension Mishap {
  /// Its place among all kinds. O(1).
  var place: Int { Self.places[self] ?? 0 }

  private static let places = Dictionary(
    uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })
}
