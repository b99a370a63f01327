/// What a writer is made to do before it dies: a few blocks of one to three pages, each followed by
/// nothing, a sync, a heartbeat or a roll. Small enough to try all of them.

/// One block of a script.
package struct ScriptStep: Sendable, Equatable {
  /// What follows the block.
  package enum After: String, Sendable, CaseIterable {
    /// Handed to the system, not synced.
    case written
    /// Synced, and acknowledged.
    case synced
    /// Synced, then a heartbeat, itself synced.
    case vouched
    /// Synced, then the segment is sealed and the next one begins.
    case rolled
    /// Synced and sealed; a new process goes on.
    case restarted
  }
  /// Pages of 4,096 bytes that the block needs, 1…3.
  package var pages: Int
  package var after: After

  package init(pages: Int, after: After) {
    self.pages = pages
    self.after = after
  }
}

/// A script; written as `1 written, 2 synced`.
package struct Script: Sendable, CustomStringConvertible {
  package var steps: [ScriptStep]

  package init(_ steps: [ScriptStep]) { self.steps = steps }

  package var description: String {
    steps.map { "\($0.pages) \($0.after.rawValue)" }.joined(separator: ", ")
  }

  /// Every script of exactly `blocks` blocks, the first step varying slowest. 15 to the `blocks`.
  package static func all(blocks: Int, pages: ClosedRange<Int> = 1...3) -> [Script] {
    var scripts = [Script([])]
    for _ in 0..<blocks {
      scripts = scripts.flatMap { script in
        pages.flatMap { pages in
          ScriptStep.After.allCases.map { after in
            Script(script.steps + [ScriptStep(pages: pages, after: after)])
          }
        }
      }
    }
    return scripts
  }
}
