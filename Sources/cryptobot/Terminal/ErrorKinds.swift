/// The kind of every error that the modules below throw. No switch here has a default: a new case has to
/// be given its kind before anything compiles.

import Dialects
import ExchangeServer
import Exchanges
import Import
import Journal
import Research
import Simulator
import Store
import TradingCore

extension ErrorKind {
  /// The kind of a module's error; `nil` for errors of none of ours.
  init?(_ error: any Error) {
    switch error {
    case let error as JournalError: self.init(error)
    case let error as StoreError: self.init(error)
    case let error as VaultError: self.init(error)
    case let error as ExchangesError: self.init(error)
    case let error as VenueFailure: self.init(error.cause)
    case let error as DialectError: self.init(error)
    case let error as ConfigurationError: self.init(error)
    case let error as ExchangeServerError: self.init(error)
    case let error as ImportError: self.init(error)
    case let error as ReportError: self.init(error)
    case let error as EngineFault: self.init(error)
    case let error as AuditError: self.init(error)
    default: self.init(ofInput: error)
    }
  }

  private init(_ error: JournalError) {
    switch error {
    case .io: self.init(.journal, "check space, rights and the disk", isRetryable: true)
    case .exists: self.init(.journal, "choose another name or ask to replace it")
    case .missing: self.init(.journal, "check the path")
    case .notAJournal: self.init(.journal, "name a folder that holds .lz4 segments")
    case .unsealed: self.init(.journal, "stop its writer, or finish it with `journal seal`")
    case .locked:
      self.init(.journal, "stop the other writer, or choose another journal", isRetryable: true)
    case .damagedHeader, .misplacedSegment, .damagedBlock, .damagedFooter, .missingSegment:
      self.init(
        .journal,
        "mend it with `journal repair --from COPY`, or save the rest with `journal salvage`")
    case .noSuchSequence: self.init(.journal, "see `journal info` for what it holds", isSaid: false)
    case .unusableSnapshot: self.init(.journal, "remove the snapshot, or make it anew")
    case .limit: self.init(.journal, "split the input")
    case .writerEnded: self.init(.journal, "open the journal again", isRetryable: true)
    case .falseNote: self.init(.journal, "see `journal verify`")
    case .key:
      self.init(
        .journal, "check the folder that CRYPTOBOT_KEYS names, and its rights", isSaid: false)
    case .stopped: self.init(.interrupted, "run it again for an answer", isRetryable: true)
    case .outOfOrder:
      self.init(.internal, "report it, with the command and its version", isSaid: false)
    case .library: self.init(.internal, "check the installed library")
    }
  }

  private init(_ error: StoreError) {
    switch error {
    case .notADatabase, .foreign: self.init(.database, "choose another file")
    case .newer: self.init(.database, "use the build that wrote it, or a newer one")
    case .changed, .damaged: self.init(.database, "take a copy from before that, or another file")
    case .busy: self.init(.database, "wait for the other process's end", isRetryable: true)
    case .failed:
      self.init(
        .database, "check space and rights of the file and its folder", isRetryable: true,
        isSaid: false)
    }
  }

  private init(_ error: VaultError) {
    switch error {
    case .missing: self.init(.database, "make one with `cryptobot keys add`")
    case .exposed: self.init(.configuration, "chmod 600 the file, and see who could read it")
    case .foreign: self.init(.database, "choose another file")
    case .newer: self.init(.database, "use the build that wrote it, or a newer one")
    case .damaged, .altered: self.init(.database, "take a copy from before the damage")
    case .wrongPassphrase:
      self.init(.configuration, "give the passphrase it was made with", isSaid: false)
    case .weakPassphrase: self.init(.configuration, "choose a longer passphrase", isSaid: false)
    case .unknownKey, .ambiguousKey: self.init(.usage, "see `cryptobot keys list`")
    case .endedKey: self.init(.configuration, "add a new key")
    case .onlyKey: self.init(.configuration, "rotate it, or add --force")
    case .takenLabel: self.init(.usage, "rotate that key, or choose another --label")
    case .knownKey: self.init(.configuration, "make a new key at the venue")
    case .erased:
      self.init(
        .database, "revoke the keys at the venue too, then mend what is named", isSaid: false)
    case .unheard: self.init(.database, "revoke the keys at the venue")
    case .nothingErased(_, _, _, let isBusy):
      self.init(.database, "revoke the key at the venue", isRetryable: isBusy)
    case .foreignJournal: self.init(.journal, "put the store's own journal in its place, or none")
    case .busy: self.init(.database, "wait for the other process's end", isRetryable: true)
    case .library: self.init(.internal, "check the installed OpenSSL", isSaid: false)
    case .failed:
      self.init(
        .database, "check space and rights of the file and its folder", isRetryable: true,
        isSaid: false)
    }
  }

  private init(_ error: ExchangesError) {
    switch error {
    case .unknownVenue: self.init(.venue, "take one of the venues that are named")
    case .repeatedVenue: self.init(.venue, "name its symbols together")
    case .repeatedSymbol: self.init(.venue, "name it once")
    case .tooMany: self.init(.venue, "record them in several journals")
    case .noTestNetwork: self.init(.venue, "trade on paper there, or at another venue")
    case .unknownSymbol: self.init(.venue, "spell the symbol as the venue does", isSaid: false)
    case .unknownStream:
      self.init(.venue, "see `cryptobot venues show` for its streams", isSaid: false)
    case .noHistory: self.init(.venue, "name a span that the venue has")
    case .address:
      self.init(.venue, "write a whole address, such as https://host:port", isSaid: true)
    case .unreachable: self.init(.venue, "check the address and the network", isRetryable: true)
    case .answer:
      self.init(
        .venue, "ask `cryptobot doctor` about the way to it", isRetryable: true, isSaid: false)
    case .grid: self.init(.venue, "leave the symbol out", isSaid: false)
    case .certificates: self.init(.venue, "check the file")
    case .key:
      self.init(
        .venue,
        "check id and secret, and at the venue the key's rights and the addresses it is good for",
        isSaid: false)
    case .refused: self.init(.venue, "see `cryptobot venues show` for what it takes", isSaid: false)
    }
  }

  private init(_ error: DialectError) {
    switch error {
    case .malformed:
      self.init(.venue, "record it with --raw and report the frame", isSaid: false)
    case .undefined, .repeated, .unusable:
      self.init(.venue, "name only symbols that the venue lists", isSaid: false)
    case .inexpressible, .unnamed:
      self.init(.venue, "see `cryptobot venues show` for what it takes", isSaid: false)
    case .key: self.init(.configuration, "check the key's id and secret", isSaid: false)
    case .library: self.init(.internal, "check the installed OpenSSL", isSaid: false)
    }
  }

  private init(_ error: ConfigurationError) {
    switch error {
    case .unknownKey: self.init(.configuration, "see `cryptobot config keys`")
    case .outOfRange: self.init(.configuration, "see `cryptobot config keys` for what it takes")
    case .malformed: self.init(.configuration, "see `cryptobot config template` for the form")
    case .repeated: self.init(.configuration, "leave one of the lines")
    case .exposed: self.init(.configuration, "chmod 600 the file")
    case .missing: self.init(.configuration, "check the path")
    case .unreadable: self.init(.configuration, "check the file and its rights", isSaid: false)
    case .contradiction: self.init(.usage, "give one of the options")
    }
  }

  private init(_ error: ExchangeServerError) {
    switch error {
    case .account: self.init(.input, "see `cryptobot exchange --help` for the form", isSaid: false)
    case .identity: self.init(.input, "check certificate and key", isSaid: false)
    case .port:
      self.init(.output, "choose another --port, or 0 for any", isRetryable: true, isSaid: false)
    }
  }

  private init(_ error: ImportError) {
    switch error {
    case .notFound: self.init(.input, "check the path", isSaid: false)
    case .unreadable:
      self.init(.input, "check the file and its rights", isRetryable: true, isSaid: false)
    case .damaged: self.init(.input, "fetch the file again", isSaid: false)
    case .empty: self.init(.input, "fetch or record more", isSaid: false)
    case .malformed: self.init(.input, "mend the line, or name the format it has", isSaid: false)
    case .undefined: self.init(.input, "define it with --instruments", isSaid: false)
    case .stopped: self.init(.interrupted, "run it again", isRetryable: true, isSaid: false)
    case .usage: self.init(.usage, "see `cryptobot journal import --help`")
    }
  }

  private init(_ error: ReportError) {
    switch error {
    case .exists: self.init(.output, "choose another name or add --force")
    case .cannotCreate: self.init(.output, "choose a folder that can be written", isSaid: false)
    case .cannotWrite:
      self.init(.output, "check space and the disk", isRetryable: true, isSaid: false)
    }
  }

  private init(_ fault: EngineFault) {
    switch fault {
    case .source: self.init(.input, "see `cryptobot journal verify`", isSaid: false)
    case .journal:
      self.init(.journal, "check space, rights and the disk", isRetryable: true, isSaid: false)
    case .diverged: self.init(.answer, "see `cryptobot audit verify`")
    }
  }

  private init(_ error: AuditError) {
    switch error {
    case .otherRules, .unknownStrategy, .unusable: self.init(.journal, "use the build that made it")
    case .setAnew: self.init(.journal, "ask the journal that it was made from")
    case .factsOnly: self.init(.journal, "ask the journal of a run")
    case .noSuchOrder, .noFork:
      self.init(.usage, "see `cryptobot journal cat` for what the journal holds")
    }
  }
}
