/// Every error of every module has a category, a remedy and the exit code that scripts rely on.

import Dialects
import ExchangeServer
import Exchanges
import Import
import Journal
import Research
import Store
import Testing
import TradingCore

@testable import cryptobot

@Suite("Errors by kind")
struct ErrorKindTests {
  private static let place = BlockPlace(segment: "s", block: 1, first: 1, last: 2)

  /// Written case by case beside the modules, with the exit codes of the design.
  private static let journal: [(any Error, ErrorCategory, Outcome, Bool)] = [
    (JournalError.io(operation: "write", path: "p", code: 28), .journal, .inputOutput, true),
    (JournalError.exists(path: "p"), .journal, .cannotCreate, false),
    (JournalError.missing(path: "p"), .journal, .noInput, false),
    (JournalError.notAJournal(path: "p", reason: "r"), .journal, .badInput, false),
    (JournalError.unsealed(segment: "s"), .journal, .badInput, false),
    (JournalError.locked(path: "p"), .journal, .cannotCreate, true),
    (JournalError.damagedHeader(segment: "s", reason: "r"), .journal, .badInput, false),
    (JournalError.misplacedSegment(segment: "s", reason: "r"), .journal, .badInput, false),
    (JournalError.damagedBlock(place, reason: "r"), .journal, .badInput, false),
    (JournalError.damagedFooter(segment: "s", reason: "r"), .journal, .badInput, false),
    (JournalError.missingSegment(path: "p", first: 1), .journal, .badInput, false),
    (JournalError.outOfOrder(expected: 1, found: 2), .internal, .internalError, false),
    (JournalError.noSuchSequence(9, last: 3), .journal, .usage, false),
    (JournalError.unusableSnapshot(snapshot: "s", reason: "r"), .journal, .badInput, false),
    (JournalError.limit("l"), .journal, .badInput, false),
    (JournalError.writerEnded, .journal, .internalError, true),
    (JournalError.falseNote(path: "p", reason: "r"), .journal, .badInput, false),
    (JournalError.key(path: "p", reason: "r"), .journal, .refused, false),
    (JournalError.stopped, .interrupted, .interrupted, true),
    (JournalError.library("l"), .internal, .internalError, false),
    (EngineFault.source("s"), .input, .badInput, false),
    (EngineFault.journal("j"), .journal, .inputOutput, true),
    (EngineFault.diverged(Divergence(at: 1, recorded: nil, made: nil)), .answer, .no, false),
    (
      AuditError.otherRules(journal: "j", version: 1, build: "b", sequence: 1), .journal, .refused,
      false
    ),
    (
      AuditError.setAnew(journal: "j", kind: "k", sequence: 1, source: nil, otherwise: "o"),
      .journal, .refused, false
    ),
    (AuditError.unknownStrategy(journal: "j", number: 1), .journal, .refused, false),
    (AuditError.unusable(journal: "j", strategy: "s", reason: "r"), .journal, .refused, false),
    (AuditError.factsOnly(journal: "j"), .journal, .badInput, false),
    (AuditError.noSuchOrder(journal: "j", "o"), .usage, .usage, false),
    (AuditError.noFork(journal: "j", reason: "r"), .usage, .usage, false),
  ]

  private static let outside: [(any Error, ErrorCategory, Outcome, Bool)] = [
    (StoreError.notADatabase(path: "p"), .database, .inputOutput, false),
    (StoreError.foreign(path: "p"), .database, .inputOutput, false),
    (StoreError.newer(path: "p"), .database, .inputOutput, false),
    (StoreError.changed(path: "p", reason: "r"), .database, .badInput, false),
    (StoreError.damaged(path: "p"), .database, .badInput, false),
    (StoreError.busy(path: "p", seconds: 5), .database, .inputOutput, true),
    (StoreError.failed(path: "p", reason: "r"), .database, .inputOutput, true),
    (VaultError.missing(path: "p"), .database, .noInput, false),
    (VaultError.exposed(path: "p", mode: 0o644), .configuration, .refused, false),
    (VaultError.foreign(path: "p"), .database, .inputOutput, false),
    (VaultError.newer(path: "p"), .database, .inputOutput, false),
    (VaultError.damaged(path: "p", reason: "r"), .database, .badInput, false),
    (VaultError.altered(path: "p", id: 1), .database, .badInput, false),
    (VaultError.wrongPassphrase(path: "p"), .configuration, .refused, false),
    (VaultError.weakPassphrase(reason: "r"), .configuration, .refused, false),
    (VaultError.unknownKey("k"), .usage, .usage, false),
    (VaultError.ambiguousKey("k", among: [1, 2]), .usage, .usage, false),
    (VaultError.endedKey(id: 1, state: .expired), .configuration, .refused, false),
    (VaultError.onlyKey(id: 1, venue: "v", label: "l"), .configuration, .refused, false),
    (VaultError.takenLabel("l", venue: "v", id: 1), .usage, .usage, false),
    (VaultError.knownKey(id: 1), .configuration, .badInput, false),
    (VaultError.nothingErased(path: "p", venues: [], reason: "r"), .database, .inputOutput, false),
    (
      VaultError.nothingErased(path: "p", venues: [], reason: "r", isBusy: true), .database,
      .inputOutput, true
    ),
    (VaultError.unheard([1], path: "p"), .database, .inputOutput, false),
    (VaultError.foreignJournal(path: "p", holds: "h"), .journal, .badInput, false),
    (VaultError.busy(path: "p", seconds: 5), .database, .inputOutput, true),
    (VaultError.library("w"), .internal, .internalError, false),
    (VaultError.failed(path: "p", reason: "r"), .database, .inputOutput, true),
    (ExchangesError.unknownVenue("v"), .venue, .usage, false),
    (ExchangesError.repeatedVenue("v"), .venue, .usage, false),
    (
      VenueFailure(venue: "v", cause: ExchangesError.unreachable(address: "a", reason: "r")),
      .venue, .inputOutput, true
    ),
    (ExchangesError.tooMany("t"), .venue, .usage, false),
    (ExchangesError.noTestNetwork("v"), .venue, .usage, false),
    (ExchangesError.repeatedSymbol("s"), .venue, .usage, false),
    (ExchangesError.unknownSymbol("s"), .venue, .noInput, false),
    (ExchangesError.unknownStream("s"), .venue, .usage, false),
    (ExchangesError.noHistory("h"), .venue, .noInput, false),
    (ExchangesError.address("a"), .venue, .usage, false),
    (ExchangesError.unreachable(address: "a", reason: "r"), .venue, .inputOutput, true),
    (ExchangesError.answer("a"), .venue, .inputOutput, true),
    (ExchangesError.grid(symbol: "s", reason: "r"), .venue, .badInput, false),
    (ExchangesError.certificates(path: "p", reason: "r"), .venue, .badInput, false),
    (ExchangesError.key("k"), .venue, .refused, false),
    (ExchangesError.refused("r"), .venue, .refused, false),
    (DialectError.malformed(frame: "f", byte: 1, rule: "r"), .venue, .inputOutput, false),
    (DialectError.undefined(name: "n"), .venue, .badInput, false),
    (DialectError.repeated(name: "n"), .venue, .badInput, false),
    (DialectError.unusable(name: "n", reason: "r"), .venue, .badInput, false),
    (DialectError.inexpressible("w"), .venue, .usage, false),
    (DialectError.key("w"), .configuration, .badInput, false),
    (DialectError.library("w"), .internal, .internalError, false),
    (ExchangeServerError.account("a"), .input, .badInput, false),
    (ExchangeServerError.identity("i"), .input, .badInput, false),
    (ExchangeServerError.port(1, "t"), .output, .inputOutput, true),
    (
      ConfigurationError.unknownKey(name: "n", place: "p", hint: nil), .configuration, .badInput,
      false
    ),
    (
      ConfigurationError.outOfRange(name: "n", value: "v", source: .environment, expected: "e"),
      .configuration, .badInput, false
    ),
    (
      ConfigurationError.outOfRange(name: "n", value: "v", source: .option("--o"), expected: "e"),
      .configuration, .usage, false
    ),
    (
      ConfigurationError.malformed(file: "f", line: 1, problem: "p"), .configuration, .badInput,
      false
    ),
    (
      ConfigurationError.repeated(name: "n", file: "f", lines: [1, 2]), .configuration, .badInput,
      false
    ),
    (
      ConfigurationError.exposed(file: "f", mode: 0o644, name: "n"), .configuration, .refused, false
    ),
    (ConfigurationError.missing(file: "f"), .configuration, .noInput, false),
    (ConfigurationError.unreadable(file: "f", reason: "r"), .configuration, .inputOutput, false),
    (ConfigurationError.contradiction("c"), .usage, .usage, false),
  ]

  private static let input: [(any Error, ErrorCategory, Outcome, Bool)] = [
    (ImportError.notFound(file: "f"), .input, .noInput, false),
    (ImportError.unreadable(file: "f", reason: "r"), .input, .inputOutput, true),
    (ImportError.damaged(file: "f", reason: "r"), .input, .badInput, false),
    (ImportError.empty(file: "f"), .input, .badInput, false),
    (ImportError.malformed(file: "f", line: 1, rule: "r"), .input, .badInput, false),
    (ImportError.undefined(instrument: "i", reason: "r"), .input, .badInput, false),
    (ImportError.stopped, .interrupted, .interrupted, true),
    (ImportError.usage("u"), .usage, .usage, false),
    (ReportError.exists(path: "p"), .output, .cannotCreate, false),
    (ReportError.cannotCreate(path: "p", reason: "r"), .output, .cannotCreate, false),
    (ReportError.cannotWrite(path: "p", reason: "r"), .output, .inputOutput, true),
    (ScenarioError(file: "f.yaml", line: 1, "m"), .input, .badInput, false),
    (ScenarioError(file: "--set", "m"), .usage, .usage, false),
    (SearchError("m"), .input, .badInput, false),
    (WindowFault.tooFewFolds(1), .input, .badInput, false),
    (ShrinkError.holds(property: "p", reason: "r"), .input, .badInput, false),
    (ShrinkError.passing(property: "p"), .input, .badInput, false),
    (ShrinkError.fingerprint(property: "p", sequence: 1), .input, .badInput, false),
    (ParameterError.unknown(name: "n", nearest: nil), .input, .badInput, false),
    (ParameterError.noIndicator("n", nearest: nil), .input, .badInput, false),
    (
      ParameterError.outOfRange(name: "n", value: 1, minimum: 2, maximum: 3), .input, .badInput,
      false
    ),
    (ParameterError.notWhole(name: "n", value: 1), .input, .badInput, false),
    (ParameterError.conflict("c"), .input, .badInput, false),
    (BarError.unknown("b", nearest: nil), .input, .badInput, false),
    (BarError.malformed("b", "r"), .input, .badInput, false),
    (BarError.needsTrades(.time(.hour)), .input, .badInput, false),
    (BarError.unevenCandles(.minute, .time(.hour)), .input, .badInput, false),
    (BarError.inexactGrid(.time(.hour)), .input, .badInput, false),
    (FeatureError.spelling("s", reason: "r"), .usage, .usage, false),
    (FeatureError.twice("t"), .usage, .usage, false),
    (FeatureError.noSuchMarket("m", known: []), .input, .badInput, false),
    (FeatureError.noMarket, .input, .badInput, false),
    (FeatureError.tooManyWait(label: "l"), .input, .badInput, false),
    (FeatureError.undefined("m", at: 1), .input, .badInput, false),
    (FeatureError.newGrid("m", at: 1), .input, .badInput, false),
    (IndicatorTableError.repeated("r"), .usage, .usage, false),
    (IndicatorTableError.needsBenchmark("n"), .usage, .usage, false),
    (IndicatorTableError.mixedCandles(.minute, .hour), .input, .badInput, false),
    (IndicatorTableError.newGrid("s"), .input, .badInput, false),
    (IndicatorTableError.undefined("s"), .input, .badInput, false),
  ]

  @Test("every error has the category, the exit code and the retry that the table says")
  func table() throws {
    for (error, category, outcome, isRetryable) in Self.journal + Self.outside + Self.input {
      let failure = try #require(CommandFailure(error), "\(error)")
      #expect(failure.kind.category == category, "\(error)")
      #expect(failure.outcome == outcome, "\(error)")
      #expect(failure.kind.isRetryable == isRetryable, "\(error)")
    }
  }

  @Test("every suggestion is a sentence of its own, and no message is followed by what it said")
  func suggestions() throws {
    for (error, _, _, _) in Self.journal + Self.outside + Self.input {
      let failure = try #require(CommandFailure(error), "\(error)")
      let words = failure.kind.suggestion
      #expect(words.split(separator: " ").count >= 2, "\(error)")
      #expect(words.first?.isLowercase == true && words.last != ".", "\(error)")
      #expect(
        !words.contains("try"), "what to do is told, not that something may be tried: \(error)")
      if !failure.kind.isSaid { #expect(!failure.description.contains(words), "\(error)") }
    }
  }

  @Test("a failure of the command itself has a kind for each exit code")
  func outcomes() {
    let outcomes: [Outcome] = [
      .no, .usage, .badInput, .noInput, .internalError, .cannotCreate, .inputOutput, .refused,
      .interrupted,
    ]
    let categories = outcomes.map { CommandFailure($0, "text").kind.category }
    #expect(
      categories == [
        .answer, .usage, .input, .input, .internal, .output, .output, .risk, .interrupted,
      ])
    #expect(CommandFailure(.refused, "no key", .configuration).kind.category == .configuration)
    #expect(CommandFailure(.inputOutput, "text").kind.suggestion.contains("disk"))
    #expect(!CommandFailure(.inputOutput, "text", .venue).kind.suggestion.contains("disk"))
  }

  @Test(
    "with --json an error is one line of JSON with stable keys, and without it a line with a remedy"
  )
  func forms() throws {
    let asked = try Command.run("journal", "info", "absent", "--json")
    #expect(asked.status == 66 && asked.output.isEmpty)
    #expect(
      asked.errors == """
        {"error":"absent: no such journal; check the path","category":"journal","retryable":false,\
        "suggestion":"check the path","exit":66}

        """)
    let plain = try Command.run("journal", "import", "binance-trades", "absent.csv", "-o", "out")
    #expect(plain.status == 66)
    #expect(plain.errors == "cryptobot: error: absent.csv: no such file\n  try: check the path\n")
  }
}
