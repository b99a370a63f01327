/// Faults on demand: what the exchange does wrong on purpose, how often, and how often it did.
///
/// Nothing is left to chance: a fault counts its occasions and strikes at every n-th, so a test knows
/// beforehand what it will find, and `GET /control/faults` tells afterwards.

public import TradingCore

/// What can go wrong.
public enum FaultKind: String, CaseIterable, Sendable {
  /// A message of a market stream is left out.
  case gap
  /// A connection is cut when it was to be sent a message.
  case disconnect
  /// A connection is closed as one whose client reads too slowly.
  case slow
  /// An order is taken and the answer comes late.
  case lateAck = "late-ack"
  /// An order is taken and the connection is closed instead of answering.
  case lostAck = "lost-ack"
  /// An order is taken and the answer is a 504.
  case error
  /// A report of the user data stream comes twice.
  case duplicate
  /// A report of the user data stream comes after the next one.
  case reorder
  /// The exchange's clock is off.
  case skew
  /// The address of whoever asks next is banned.
  case ban
}

/// One fault.
public struct Fault: Equatable, Sendable {
  public var kind: FaultKind
  /// It strikes at every such occasion.
  public var every: Int64 = 1
  /// How often it strikes at most.
  public var times: Int64 = .max
  /// How long, for what takes time; negative for a clock that is slow.
  public var duration = Interval.second
  /// The stream it is about; `nil` for all.
  public var stream: String?
  /// Occasions there were, and how many it struck at.
  public internal(set) var occasions: Int64 = 0
  public internal(set) var strikes: Int64 = 0

  public init(_ kind: FaultKind) { self.kind = kind }

  /// Counts an occasion.
  /// - Returns: whether it strikes.
  mutating func strike() -> Bool {
    guard strikes < times else { return false }
    occasions += 1
    guard occasions % every == 0 else { return false }
    strikes += 1
    return true
  }
}

/// All faults in force.
public struct FaultPlan: Equatable, Sendable {
  public private(set) var faults: [Fault] = []

  public init(_ faults: [Fault] = []) { self.faults = faults }

  public mutating func add(_ fault: Fault) { faults.append(fault) }

  public mutating func removeAll() { faults.removeAll() }

  /// What becomes of a message instead of being sent.
  enum MessageFault {
    case omit
    case disconnect
    case refuse
  }

  mutating func onMessage(_ stream: String) -> MessageFault? {
    guard !faults.isEmpty else { return nil }
    if strikes(.gap, stream) != nil { return .omit }
    if strikes(.disconnect, stream) != nil { return .disconnect }
    return strikes(.slow, stream) == nil ? nil : .refuse
  }

  /// Whether a fault of a kind strikes now.
  mutating func strikes(_ kind: FaultKind, _ stream: String? = nil) -> Fault? {
    for index in faults.indices where faults[index].kind == kind {
      if let wanted = faults[index].stream, wanted != stream { continue }
      if faults[index].strike() { return faults[index] }
    }
    return nil
  }

  /// How far the exchange's clock is off.
  var skew: Interval {
    faults.filter { $0.kind == .skew }.reduce(.zero) { $0 + $1.duration }
  }
}
