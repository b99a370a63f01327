/// Faults on demand: what the exchange does wrong on purpose, how often, and how often it did.
///
/// A fault strikes at every n-th of its occasions, or at each with a probability, drawn from a seed: either
/// way the same requests meet the same faults, and `GET /control/faults` tells how many there were.

public import TradingCore

/// What can go wrong.
public enum FaultKind: String, CaseIterable, Sendable {
  /// A message of a market stream is left out.
  case gap
  /// A connection is cut when it was to be sent a message.
  case disconnect
  /// A connection is closed as one whose client reads too slowly.
  case slow
  /// A message of a book has a checksum that is not the book's; only Kraken's language has one.
  case checksum
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
  public let kind: FaultKind
  /// It strikes at every such occasion.
  var every: Int64 = 1
  /// In millionths, how likely it strikes at an occasion; then `every` is without meaning.
  var probability: UInt64?
  /// What its draws are made of, together with its place in the plan.
  var seed: UInt64 = 0
  /// How often it strikes at most.
  var times: Int64 = .max
  /// How long, for what takes time; negative for a clock that is slow.
  var duration = Interval.second
  /// The stream it is about; `nil` for all.
  var stream: String?
  /// Occasions there were, and how many it struck at.
  private(set) var occasions: Int64 = 0
  private(set) var strikes: Int64 = 0
  private var random = RandomSource(seed: 0, label: "")

  init(_ kind: FaultKind) { self.kind = kind }

  /// The fault as the n-th of a plan.
  fileprivate func placed(_ number: Int) -> Fault {
    var fault = self
    fault.random = RandomSource(seed: seed, label: "\(number) \(kind.rawValue)")
    return fault
  }

  /// Counts an occasion.
  /// - Returns: whether it strikes.
  fileprivate mutating func strike() -> Bool {
    guard strikes < times else { return false }
    occasions += 1
    let isStruck = probability.map { random.below(1_000_000) < $0 } ?? (occasions % every == 0)
    if isStruck { strikes += 1 }
    return isStruck
  }
}

/// All faults in force.
public struct FaultPlan: Equatable, Sendable {
  private(set) var faults: [Fault] = []

  public init(_ faults: [Fault] = []) {
    for fault in faults { add(fault) }
  }

  mutating func add(_ fault: Fault) { faults.append(fault.placed(faults.count)) }

  mutating func removeAll() { faults.removeAll() }

  /// What becomes of a message instead of being sent.
  enum MessageFault {
    case omit
    /// Its connection ends with this code.
    case close(UInt16)
  }

  mutating func onMessage(_ stream: String) -> MessageFault? {
    guard !faults.isEmpty else { return nil }
    if strikes(.gap, stream) != nil { return .omit }
    if strikes(.disconnect, stream) != nil { return .close(1001) }
    return strikes(.slow, stream) == nil ? nil : .close(1008)
  }

  /// What becomes of the answer to something that was done.
  struct AnswerFault {
    var delay = Interval.zero
    /// Whether the connection ends instead.
    var isLost = false
    /// Whether the answer is that nothing is known.
    var isTimeout = false
  }

  mutating func onAnswer() -> AnswerFault {
    AnswerFault(
      delay: strikes(.lateAck)?.duration ?? .zero, isLost: strikes(.lostAck) != nil,
      isTimeout: strikes(.error) != nil)
  }

  /// Whether a fault of a kind strikes now.
  mutating func strikes(_ kind: FaultKind, _ stream: String? = nil) -> Fault? {
    for index in faults.indices where faults[index].kind == kind {
      if let wanted = faults[index].stream, wanted != stream { continue }
      if faults[index].strike() { return faults[index] }
    }
    return nil
  }

  /// How far the exchange's clock is off. Whoever reads the clock for it adds this.
  public var skew: Interval {
    faults.filter { $0.kind == .skew }.reduce(.zero) { $0 + $1.duration }
  }
}
