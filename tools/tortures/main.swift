/// Tries to lose events of a journal; `tools/torture` builds and starts it.
import Foundation

let help = """
  Tries to lose events of a journal. Exit: 0 nothing lost, 1 something lost, 64 usage.

  tools/torture crash [--states N] [--blocks N] [--part P]... [--bug B] [--page 512|4096] [--seed N]
                      [--signed yes] [--stride N]
      Runs small scripts on a simulated disk, crashes every moment of them in every way, recovers and
      compares; fails every call; turns bits; takes segments away. Ends after N crash states
      (default 700,000) or when all scripts of up to N blocks (default 4) are done.
      P: crash fail restart rot disorder (default: all, `rot` with every N-th bit and length, 101).
      B: skips-folder-sync acknowledges-early ignores-watermark retries-sync renames-before-sync;
      a planted bug must be found, so exit 1 is then the good answer.
      With `--signed yes` checkpoints are signed, and the notes that are left must hold too.

  tools/torture kill [--rounds N] [--seed N] [--folder DIR]
      Kills (SIGKILL) a process that records at full speed, at random moments; recovers, and compares
      every event that it had called written or durable. Default: 500 rounds.

  tools/torture full [--folder DIR]
      Fills a small file system (a tmpfs where it may be mounted, else a limit on file sizes) while a
      journal is written; nothing acknowledged may be lost, and the error must say what to do.

  Examples:
      tools/torture crash --states 20000 --part crash --page 512
      tools/torture crash --part rot --stride 1 --blocks 1 --states 100000000
      tools/torture crash --bug skips-folder-sync
      tools/torture kill --rounds 5 --seed 42
  """

var arguments = Array(CommandLine.arguments.dropFirst())
let verb = arguments.isEmpty ? "--help" : arguments.removeFirst()

do {
  var options = try Options(arguments)
  switch verb {
  case "crash": try CrashCommand(&options).run()
  case "kill": try KillCommand(&options).run()
  case "full": try FullCommand(&options).run()
  case "record": try recordUntilKilled(&options)
  case "--help", "-h", "help": say(help)
  default: throw Failure.usage("no such verb: \(verb)")
  }
} catch Failure.usage(let text) {
  FileHandle.standardError.write(Data("torture: \(text) (try --help)\n".utf8))
  exit(64)
} catch {
  say("LOST: \(error)")
  exit(1)
}
