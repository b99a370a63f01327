/// The form of a journal: messages whole, decisions behind their causes and at their time, fingerprints
/// those of the state.

internal import TradingCore

struct StructureWatch: StateWatch {
  /// Whether fingerprints were made by the rules of this build.
  let knowsRules: Bool
  /// The event before, while its message is not over.
  private var open: Event?
  private var lastFact: (sequence: Sequence64, time: Timestamp)?
  /// Orders that are worked in slices: what their children name as their cause.
  private var parents: Set<Sequence64> = []

  init(knowsRules: Bool) { self.knowsRules = knowsRules }

  mutating func before(
    _ event: Event, _ sequence: Sequence64, _ state: borrowing State
  ) -> Finding? {
    guard knowsRules, case .stateHash(let hash) = event.body else { return nil }
    let fingerprint = state.fingerprint
    guard hash.state != fingerprint else { return nil }
    return Finding(
      "fingerprint",
      "the journal says \(hexadecimal(hash.state)), its facts give \(hexadecimal(fingerprint))")
  }

  mutating func after(
    _ event: Event, _ sequence: Sequence64, _ state: borrowing State
  ) -> Finding? {
    if let fault = run(event) { return fault }
    if event.isFact {
      lastFact = (sequence, event.receiveTime)
      return nil
    }
    if case .parent = event.body { parents.insert(sequence) }
    return decision(event, sequence)
  }

  // MARK: Messages

  /// A message of several events begins with the first flag, ends with the last and has no other event in
  /// it.
  private mutating func run(_ event: Event) -> Finding? {
    defer { open = event.body.isInsideRun ? event : nil }
    if let open {
      return event.continues(open)
        ? nil : Finding("message", "a message of \(open.kind.name) is broken off")
    }
    guard let flags = event.body.runFlags, !flags.contains(.first) else { return nil }
    return Finding("message", "a message of \(event.kind.name) has no beginning")
  }

  // MARK: Decisions

  private func decision(_ event: Event, _ sequence: Sequence64) -> Finding? {
    guard let cause = event.body.cause else { return nil }
    guard cause < sequence else {
      return Finding("cause", "\(event.kind.name) is caused by \(cause), which is later")
    }
    if case .alert = event.body { return nil }
    guard let lastFact else {
      return Finding("cause", "\(event.kind.name) stands before every fact")
    }
    guard cause == lastFact.sequence || parents.contains(cause) else {
      return Finding(
        "cause",
        "\(event.kind.name) is caused by \(cause), and the fact before it is \(lastFact.sequence)")
    }
    guard event.receiveTime == lastFact.time else {
      return Finding("clock", "\(event.kind.name) is not decided at the time of its fact")
    }
    return nil
  }
}

extension Event {
  /// Whether this event belongs to the same message as the one before it.
  fileprivate func continues(_ before: Event) -> Bool {
    guard kind == before.kind, receiveTime == before.receiveTime, let flags = body.runFlags,
      !flags.contains(.first)
    else { return false }
    if case (.text(let text), .text(let other)) = (body, before.body) {
      return text.subject == other.subject && text.id == other.id
    }
    return body.instrument == before.body.instrument
  }
}

extension EventBody {
  /// Where the event stands in its message; `nil` for kinds that are whole by themselves.
  var runFlags: RunFlags? {
    switch self {
    case .depth(let depth): depth.flags
    case .bookSnapshot(let level): level.flags
    case .text(let text): text.flags
    default: nil
    }
  }
}
