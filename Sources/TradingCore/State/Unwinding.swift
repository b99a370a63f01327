/// What a halt and a `flatten` set going: first orders are taken back, then positions are closed, again
/// and again until nothing is held or it has failed too often. Where it stands is state, so that a
/// replay, and a restart in the middle of it, goes on with it.

/// Where trading stands.
public enum HaltPhase: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  case running = 0
  /// Halted, and orders are being taken back.
  case halting = 1
  /// Positions are being closed, after a halt or at a `flatten`.
  case flattening = 2
  /// Halted, and done: only a `resume` command goes on from here.
  case halted = 3
}

public struct Unwinding: Equatable, Sendable, CanonicallyDecodable {
  /// Attempts at closing without any fill after which it is given up.
  public static let mostAttempts: Int64 = 16
  /// The pause after the first attempt without a fill; each further one doubles it.
  public static let firstPause = Interval.second
  public static let longestPause = Interval.minute

  /// Whether all orders are being taken back.
  public private(set) var isCanceling = false
  /// The instruments whose positions are being closed, by id.
  public private(set) var closing: ContiguousArray<InstrumentID> = []
  /// Attempts since the last fill.
  public private(set) var attempts: Int64 = 0
  /// From when on the next attempt may be made.
  public private(set) var nextAttempt = Timestamp.distantPast
  /// Instruments that still held something when closing last ended.
  public private(set) var leftCount: Int64 = 0
  /// The sequence at which closing last ended.
  public private(set) var endSequence: Sequence64 = 0

  public init() {}

  /// Whether there is something to do.
  public var isBusy: Bool { isCanceling || !closing.isEmpty }

  public func isClosing(_ instrument: InstrumentID) -> Bool { closing.contains(instrument) }

  /// Whether a closing order may be tried.
  func isDue(at time: Timestamp) -> Bool {
    !isCanceling && time >= nextAttempt && attempts < Unwinding.mostAttempts
  }

  mutating func cancelAll() { isCanceling = true }
  mutating func haveCanceled() { isCanceling = false }

  /// Goes on, or begins, with closing an instrument.
  mutating func close(_ instrument: InstrumentID) {
    attempts = 0
    nextAttempt = .distantPast
    guard !closing.contains(instrument) else { return }
    let place = closing.firstIndex { $0 > instrument } ?? closing.count
    closing.insert(instrument, at: place)
  }

  /// Notes that closing was tried; orders of the same moment are one attempt.
  mutating func noteAttempt(at time: Timestamp) {
    guard time >= nextAttempt else { return }
    let pause = Unwinding.firstPause.nanoseconds << min(attempts, 16)
    let wait = min(pause, Unwinding.longestPause.nanoseconds)
    nextAttempt = time + Interval(nanoseconds: wait)
    attempts += 1
  }

  /// A fill is progress.
  mutating func noteFill() {
    attempts = 0
    nextAttempt = .distantPast
  }

  /// Closing has come to its end, with so many instruments not closed.
  mutating func end(left: Int64, at sequence: Sequence64) {
    closing.removeAll()
    leftCount = left
    endSequence = sequence
  }

  /// Trading goes on: what is not yet done is left as it is.
  mutating func abandon() {
    isCanceling = false
    closing.removeAll()
  }

  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(isCanceling)
    bytes.append(closing.count)
    for id in closing { bytes.append(id.raw) }
    bytes.append(attempts)
    bytes.append(nextAttempt)
    bytes.append(leftCount)
    bytes.append(endSequence)
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    isCanceling = try reader.take()
    for _ in 0..<(try reader.takeCount(atMost: InstrumentID.capacity)) {
      closing.append(try reader.take())
    }
    let isSorted = zip(closing, closing.dropFirst()).allSatisfy { $0 < $1 }
    try reader.expect(isSorted, "closing instruments out of order")
    attempts = try reader.takeTally()
    nextAttempt = try reader.take()
    leftCount = try reader.takeTally()
    endSequence = try reader.take()
  }
}

extension State {
  /// Begins to close an instrument's position, or every instrument's where it is `.none`.
  mutating func close(_ command: Flatten) {
    if command.instrument != .none {
      if command.instrument.index < instruments.count { risk.unwinding.close(command.instrument) }
    } else {
      for index in instruments.indices where instruments[index] != nil {
        risk.unwinding.close(InstrumentID(UInt16(index)))
      }
    }
  }

  /// Goes from one step to the next where the last is done. After events that change orders or
  /// positions, while there is something to unwind. O(live orders + instruments).
  mutating func unwind() {
    if risk.unwinding.isCanceling, orders.live.isEmpty {
      risk.unwinding.haveCanceled()
      if risk.halt != nil, risk[.flattenOnHalt] ?? 0 > 0 { close(Flatten(instrument: .none)) }
    }
    guard !risk.unwinding.isCanceling, !risk.unwinding.closing.isEmpty else { return }
    let closing = risk.unwinding.closing
    let isWorking = orders.live.contains { closing.contains($0.terms.instrument) }
    let left = closing.count { position($0).lots != 0 }
    guard !isWorking, left == 0 || risk.unwinding.attempts >= Unwinding.mostAttempts else { return }
    risk.unwinding.end(left: Int64(left), at: sequence)
  }

  /// Where trading stands.
  public var haltPhase: HaltPhase {
    if risk.unwinding.isCanceling { return .halting }
    if !risk.unwinding.closing.isEmpty { return .flattening }
    return risk.halt == nil ? .running : .halted
  }
}
