/// `cryptobot journal …`: files in and out.

import ArgumentParser

struct JournalGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "journal",
    abstract: "Make, read and check journals.",
    discussion: """
      A journal is a folder of segments; a segment is an ordinary .lz4 file of blocks, each under a \
      checksum and all under one hash chain.
      """,
    subcommands: [
      JournalImport.self, JournalInfo.self, JournalCat.self, JournalExport.self,
      JournalVerify.self, JournalSnapshot.self, JournalProve.self, JournalAnchor.self,
      JournalSeal.self, JournalRepair.self, JournalSalvage.self,
    ])
}
