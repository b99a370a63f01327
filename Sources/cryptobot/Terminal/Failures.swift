/// The errors of the modules below as failures of the command: each gets its exit code here and
/// nowhere else.

import Dialects
import ExchangeServer
import Exchanges
import Import
import Journal
import Research
import Store
import TradingCore

extension CommandFailure {
  /// The failure that an error thrown by any module means; `nil` for ArgumentParser's own.
  init?(_ error: any Error) {
    switch error {
    case let failure as CommandFailure: self = failure
    case let error as JournalError: self.init(error)
    case let error as ImportError: self.init(error)
    case let error as ReportError: self.init(error)
    case let error as ScenarioError:
      self.init(
        error.isMissing ? .noInput : error.isOfCommand ? .usage : .badInput, "\(error)")
    case let error as SearchError: self.init(.badInput, "\(error)")
    case let error as WindowFault: self.init(.badInput, "\(error)")
    case let error as AuditError: self.init(error)
    case let error as ShrinkError: self.init(.badInput, "\(error)")
    case let error as RegressionError: self.init(.badInput, "\(error)")
    case let error as FeatureError: self.init(error.isUsage ? .usage : .badInput, "\(error)")
    case let error as TableFault: self.init(.badInput, "\(error)")
    case let error as StoreError: self.init(error)
    case let error as VaultError: self.init(error)
    case let error as EngineFault: self.init(error)
    case let error as ParameterError: self.init(.badInput, "\(error)")
    case let error as BarError: self.init(.badInput, "\(error)")
    case let error as IndicatorTableError: self.init(error)
    case let error as ExchangesError: self.init(error)
    case let error as DialectError: self.init(error)
    case let error as VenueFailure:
      guard let cause = CommandFailure(error.cause) else { return nil }
      self = cause
      if outcome != .interrupted { description = "\(error.venue): \(cause.description)" }
    case let error as ExchangeServerError: self.init(error)
    case let error as ConfigurationError: self.init(error)
    default: return nil
    }
    kind = ErrorKind(error) ?? kind
    // What says itself that it was interrupted also says what is left.
    if Interrupt.isRequested, outcome != .interrupted { self = .interrupted }
  }

  private init(_ error: JournalError) {
    let outcome: Outcome =
      switch error {
      case .exists, .locked: .cannotCreate
      case .missing: .noInput
      case .io: .inputOutput
      case .outOfOrder, .writerEnded, .library: .internalError
      case .noSuchSequence: .usage
      case .key: .refused
      case .stopped: .interrupted
      case .notAJournal, .falseNote, .unsealed, .damagedHeader, .misplacedSegment, .damagedBlock,
        .damagedFooter, .missingSegment, .unusableSnapshot, .limit:
        .badInput
      }
    self.init(outcome, "\(error)")
  }

  private init(_ error: ImportError) {
    let outcome: Outcome =
      switch error {
      case .notFound: .noInput
      case .unreadable: .inputOutput
      case .damaged, .empty, .malformed, .undefined: .badInput
      case .stopped: .interrupted
      case .usage: .usage
      }
    self.init(outcome, "\(error)")
  }

  private init(_ error: ExchangesError) {
    let outcome: Outcome =
      switch error {
      case .unknownVenue, .repeatedVenue, .repeatedSymbol, .tooMany, .noTestNetwork, .unknownStream,
        .address:
        .usage
      case .unknownSymbol, .noHistory: .noInput
      case .unreachable, .answer: .inputOutput
      case .grid, .certificates: .badInput
      case .key, .refused: .refused
      }
    self.init(outcome, "\(error)")
  }

  private init(_ error: DialectError) {
    let outcome: Outcome =
      switch error {
      case .malformed, .unnamed: .inputOutput
      case .undefined, .repeated, .unusable, .key: .badInput
      case .inexpressible: .usage
      case .library: .internalError
      }
    self.init(outcome, "\(error)")
  }

  private init(_ error: ExchangeServerError) {
    switch error {
    case .account, .identity: self.init(.badInput, "\(error)")
    case .port: self.init(.inputOutput, "\(error)")
    }
  }

  private init(_ error: ConfigurationError) {
    let outcome: Outcome =
      switch error {
      case _ where error.isUsage: .usage
      case .missing: .noInput
      case .unreadable: .inputOutput
      case .exposed: .refused
      case .unknownKey, .outOfRange, .malformed, .repeated, .contradiction: .badInput
      }
    self.init(outcome, "\(error)")
  }

  private init(_ error: StoreError) {
    switch error {
    case .changed, .damaged: self.init(.badInput, "\(error)")
    case .notADatabase, .foreign, .newer, .busy, .failed: self.init(.inputOutput, "\(error)")
    }
  }

  private init(_ error: VaultError) {
    let outcome: Outcome =
      switch error {
      case .missing: .noInput
      case .exposed, .wrongPassphrase, .weakPassphrase, .onlyKey, .endedKey: .refused
      case .damaged, .altered, .knownKey, .foreignJournal: .badInput
      case .unknownKey, .ambiguousKey, .takenLabel: .usage
      case .foreign, .newer, .busy, .failed, .erased, .unheard, .nothingErased: .inputOutput
      case .library: .internalError
      }
    self.init(outcome, "\(error)")
  }

  private init(_ error: AuditError) {
    switch error {
    case .otherRules, .setAnew, .unknownStrategy, .unusable: self.init(.refused, "\(error)")
    case .factsOnly: self.init(.badInput, "\(error)")
    case .noSuchOrder, .noFork: self.init(.usage, "\(error)")
    }
  }

  private init(_ error: IndicatorTableError) {
    switch error {
    case .repeated, .needsBenchmark: self.init(.usage, "\(error)")
    case .mixedCandles, .newGrid, .undefined: self.init(.badInput, "\(error)")
    }
  }

  private init(_ error: ReportError) {
    switch error {
    case .exists, .cannotCreate: self.init(.cannotCreate, "\(error)")
    case .cannotWrite: self.init(.inputOutput, "\(error)")
    }
  }

  private init(_ fault: EngineFault) {
    switch fault {
    case .source(let text): self.init(.badInput, text)
    case .journal(let text): self.init(.inputOutput, text)
    case .diverged(let divergence):
      self.init(
        .no,
        "what is decided again at event \(divergence.sequence) is not what the journal holds there; "
          + "see `cryptobot audit verify`")
    }
  }
}
