/// Everything that can be wrong with a journal: each case says where, what, and what to do.

/// A block's place: its file, its number in the journal, the sequences it holds.
public struct BlockPlace: Equatable, Sendable, CustomStringConvertible {
  /// The segment's file.
  public var segment: String
  /// The block's number, counted through the whole journal from 0.
  public var block: UInt64
  /// The first sequence expected in the block.
  public var first: UInt64
  /// The last sequence; equal to `first` where the header that says so is itself damaged.
  public var last: UInt64

  public init(segment: String, block: UInt64, first: UInt64, last: UInt64) {
    self.segment = segment
    self.block = block
    self.first = first
    self.last = last
  }

  public var description: String {
    "\(segment), block \(block), sequences \(first)…\(last)"
  }
}

/// Why a journal could not be written, opened or read.
public enum JournalError: Error, Equatable, Sendable {
  /// The system refused an operation on a file; the code is the C `errno`.
  case io(operation: String, path: String, code: Int32)
  /// The output exists and replacing it was not asked for.
  case exists(path: String)
  /// There is nothing at this path.
  case missing(path: String)
  /// The path is not a journal, so it is neither read nor replaced.
  case notAJournal(path: String, reason: String)
  /// A segment was never sealed: its writer is still running or was stopped.
  case unsealed(segment: String)
  /// Another process writes to the journal.
  case locked(path: String)
  /// A segment's first pages do not agree with their checksum, the journal or the segment before.
  case damagedHeader(segment: String, reason: String)
  /// A file has a segment's name that is not its own: a copy beside the original, a renamed one, or
  /// another journal's.
  case misplacedSegment(segment: String, reason: String)
  /// A block does not agree with its checksums, its neighbours or the format.
  case damagedBlock(BlockPlace, reason: String)
  /// A segment's footer or trailer does not agree with its checksum or with the blocks.
  case damagedFooter(segment: String, reason: String)
  /// A segment is not there: sequences from `first` are expected in it.
  case missingSegment(path: String, first: UInt64)
  /// A batch does not follow the events written before it.
  case outOfOrder(expected: UInt64, found: UInt64)
  /// The sequence is not in the journal.
  case noSuchSequence(UInt64, last: UInt64)
  /// A snapshot is damaged, or not of this journal and these rules; the journal is as good as ever.
  case unusableSnapshot(snapshot: String, reason: String)
  /// A named capacity was reached.
  case limit(String)
  /// An earlier failure ended this writer; nothing more is taken.
  case writerEnded
  /// A signed note does not say what the blocks say, or nobody of this journal signed it.
  case falseNote(path: String, reason: String)
  /// The key that signs checkpoints cannot be used.
  case key(path: String, reason: String)
  /// Whoever waited for the work asked for its end; nothing is left half done.
  case stopped
  /// A library gave an answer that it never should.
  case library(String)
}

extension JournalError: CustomStringConvertible {
  /// What can be done about damage.
  private static let remedy =
    "mend it with `journal repair --from COPY`, or save the rest with `journal salvage`"

  /// What is wrong and where, without what to do about it.
  public var finding: String {
    switch self {
    case .damagedHeader(let segment, let reason): "\(segment), header: \(reason)"
    case .misplacedSegment(let segment, let reason): "\(segment): \(reason)"
    case .damagedBlock(let place, let reason): "\(place): \(reason)"
    case .damagedFooter(let segment, let reason): "\(segment), footer: \(reason)"
    case .missingSegment(let path, let first):
      "\(path): the segment that holds sequence \(first) is missing"
    default: description
    }
  }

  public var description: String {
    switch self {
    case .io(let operation, let path, let code):
      "\(path): \(operation) failed: \(errorText(code)) (errno \(code)); "
        + "check space, rights and the disk, then try again"
    case .exists(let path):
      "\(path): exists already; choose another name or ask to replace it"
    case .missing(let path):
      "\(path): no such journal; check the path"
    case .notAJournal(let path, let reason):
      "\(path): not a journal: \(reason); name a folder that holds .lz4 segments"
    case .unsealed(let segment):
      "\(segment): not sealed; stop its writer, or finish it with `journal seal`"
    case .locked(let path):
      "\(path): another process writes to it; stop that one, or choose another journal"
    case .damagedHeader, .damagedBlock, .damagedFooter, .missingSegment:
      "\(finding); \(Self.remedy)"
    case .misplacedSegment:
      "\(finding); move that file elsewhere, then use `journal repair --from COPY`, "
        + "or save the rest with `journal salvage`"
    case .outOfOrder(let expected, let found):
      "events from sequence \(found) do not follow those before; \(expected) is next"
    case .noSuchSequence(let sequence, let last):
      "sequence \(sequence) is not in the journal; it holds 1…\(last)"
    case .unusableSnapshot(let snapshot, let reason):
      "\(snapshot): \(reason); it is not used and may be removed"
    case .limit(let text): "\(text) is more than a journal holds; split the input"
    case .writerEnded:
      "nothing more is taken: the journal was closed, or has failed before; open it again"
    case .falseNote(let path, let reason): "\(path): \(reason); see `journal verify`"
    case .key(let path, let reason): "\(path): \(reason)"
    case .stopped: "stopped before the end, as asked; run it again for an answer"
    case .library(let text): "\(text); check the installed library"
    }
  }
}
