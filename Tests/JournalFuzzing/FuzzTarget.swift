/// What is fuzzed: each target takes any bytes and says what broke. `tools/fuzz` feeds them to libFuzzer,
/// and an ordinary test feeds them what libFuzzer found before.
///
/// A journal's checksums refuse nearly every mutation at the door. So the targets mend them (`Mender`)
/// for all or for some of their inputs: what is behind the door has to stand by itself.

/// One property over arbitrary bytes. The raw value names the folder of its corpus.
public enum FuzzTarget: String, CaseIterable, Sendable {
  /// A payload of a block whose frame, lengths and checksums are right.
  case block
  /// A segment, open or sealed, checksums mended or not.
  case segment
  /// A segment whose writer died, on a simulated disk.
  case recovery
  /// Signed notes, checkpoints, keys, and proofs over Merkle trees.
  case notes
  /// The canonical bytes of a state.
  case canonical

  /// Runs the target over one input. A trap is a finding too.
  public func run(_ input: [UInt8]) -> FuzzOutcome {
    do {
      return switch self {
      case .block: try BlockProperty.run(input)
      case .segment: try SegmentProperty.run(input)
      case .recovery: try RecoveryProperty.run(input)
      case .notes: try NotesProperty.run(input)
      case .canonical: CanonicalProperty.run(input)
      }
    } catch { return .broken("what was accepted is refused later: \(error)") }
  }
}

/// What became of one input.
public enum FuzzOutcome: Equatable, Sendable {
  /// It was refused, as most bytes have to be.
  case refused
  /// It was accepted and the property held.
  case held
  /// It was accepted and something is wrong.
  case broken(String)
}
