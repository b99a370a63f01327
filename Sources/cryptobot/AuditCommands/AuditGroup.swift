/// `cryptobot audit …`: what was decided, again.

import ArgumentParser

struct AuditGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Prove, compare and explain past decisions.",
    discussion: """
      A run's journal holds the facts it saw and what it decided. The same engine, fed the facts \
      again, must decide the same; whatever differs is named with its cause.

      Examples:
        cryptobot audit verify runs/btc/journal
        cryptobot audit explain runs/btc/journal 2024-08-08T12:03
        cryptobot audit state runs/btc/journal --watch positions.BTCUSDT.lots
        cryptobot audit diff runs/a/journal runs/b/journal
        cryptobot audit whatif runs/btc/journal --at 5000 --set risk.maxPosition=20%
        cryptobot audit gaps january
      """,
    subcommands: [
      AuditVerify.self,
      AuditDiff.self,
      AuditExplain.self,
      AuditState.self,
      AuditWhatIf.self,
      AuditGaps.self,
    ])
}
