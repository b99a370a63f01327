/// `cryptobot journal verify`: is every byte of it as it was written, and is all of it there?

import ArgumentParser
import Journal
import Research

struct JournalVerify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check every byte and every signature of a journal.",
    discussion: """
      Two answers. Integrity: headers, blocks, index and trailer are checked against their hashes, the \
      hashes against the chain, the sequences against each other. Completeness: how the journal ends, \
      through which sequence checkpoints sign it, and whether each key was vouched for by the one \
      before it.

      Whoever can write a journal can write it anew, keys and all. So write its first key down \
      elsewhere, give it with --key, and publish a note of `journal anchor` now and then: with \
      --anchor it shows a journal that was cut or written anew since.

      Exit code 0: whole; 1: damaged, or a signature, key or published note speaks against it.

      Examples:
        cryptobot journal verify january
        cryptobot journal verify live --key "$(cat first.vkey)" --anchor yesterday.note
      """)

  @Argument(help: "The journal, a folder.", completion: .directory)
  var journal: String

  @Option(help: ArgumentHelp("Its first key, name+hash+base64.", valueName: "vkey"))
  var key: String?

  @Option(help: "A file with a note that `journal anchor` printed.", completion: .file())
  var anchor: String?

  @OptionGroup var common: CommonFlags

  func run() throws {
    do {
      let report = try verified()
      let findings = VerificationFindings(journal, report)
      try Output.result(common.json ? findings.json.text() : findings.text)
      if let reason = findings.objection { throw CommandFailure(.no, "\(journal): \(reason)") }
    } catch let error as JournalError where error.isDamage {
      if common.json {
        let members = [("isWhole", JSONValue.bool(false)), ("damage", .string("\(error)"))]
        try Output.result(JSONValue.object(members).text())
      }
      throw CommandFailure(.no, "\(error)")
    }
  }

  private func verified() throws -> VerificationReport {
    let progress = WatchedProgress("verify", unit: "events", isQuiet: common.quiet || common.json)
    defer { progress.clear() }
    return try JournalVerifier.verify(
      journal, key: try pinned(), anchor: try published(), watch: progress.watch)
  }

  private func pinned() throws -> VerifierKey? {
    guard let key else { return nil }
    guard let verifier = try VerifierKey(key) else {
      throw ValidationError("--key \(key) is no verifier key such as name+01234567+base64")
    }
    return verifier
  }

  private func published() throws -> SignedNote? {
    guard let anchor else { return nil }
    guard let note = SignedNote(String(decoding: try Files.read(anchor), as: UTF8.self)) else {
      throw CommandFailure(
        .badInput, "\(anchor): no signed note; give the whole output of `journal anchor`")
    }
    return note
  }
}

extension JournalError {
  /// Whether it answers the question if a journal is whole, rather than keeps it from being asked.
  var isDamage: Bool {
    switch self {
    case .damagedHeader, .misplacedSegment, .damagedBlock, .damagedFooter, .missingSegment,
      .unsealed:
      true
    default: false
    }
  }
}
