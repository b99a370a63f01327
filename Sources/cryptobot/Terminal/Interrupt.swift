/// Ctrl-C as a value: a flag that loops ask for, so that writers are undone by leaving their scope
/// and nothing half-written stays behind.

import Glibc
import Synchronization

enum Interrupt {
  private static let requested = Atomic<Bool>(false)

  /// Whether the user, or whoever runs us, asked to stop.
  static var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// Turns SIGINT and SIGTERM into the flag; a second one ends the process at once. A closed pipe
  /// becomes an error of the write instead of a silent end.
  static func install() {
    requested.store(false, ordering: .relaxed)
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { number in
      if Interrupt.requested.exchange(true, ordering: .relaxed) { _exit(128 + number) }
    }
    sigaction(SIGINT, &action, nil)
    sigaction(SIGTERM, &action, nil)
    signal(SIGPIPE, SIG_IGN)
    // So is a file that grew as large as this process may make one.
    signal(SIGXFSZ, SIG_IGN)
  }

  /// The request was carried out in order: what fails from here on is no interruption.
  static func serve() { requested.store(false, ordering: .relaxed) }

  /// - Throws: `CommandFailure.interrupted` once the user asked to stop.
  static func check() throws(CommandFailure) {
    if isRequested { throw .interrupted }
  }
}
