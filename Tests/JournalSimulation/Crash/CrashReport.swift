/// What a crash search is told, what it counts, and what it finds.
import DiskSimulation
import Journal

/// How far a search goes.
package struct CrashLimits: Sendable {
  /// Outcomes tried at one moment: all when there are no more, else as many drawn at random.
  package var outcomes: UInt64 = 4_096
  /// Outcomes of a power cut tried after each failed call.
  package var faultOutcomes: UInt64 = 16
  /// Of how many outcomes at one moment the restart is crashed too.
  package var nestedPerMoment: UInt64 = 4
  /// Outcomes tried at each moment of a restart.
  package var nestedOutcomes: UInt64 = 8
  /// Of how many disks after a crashed restart the next restart is crashed again: one in so many.
  package var deepStride: UInt64 = 400

  package init() {}
}

/// What a search has covered.
package struct CrashTally: Sendable, CustomStringConvertible {
  package var scripts = 0
  /// Moments of the scripts at which the machine was crashed.
  package var moments = 0
  /// Those of which all outcomes were tried.
  package var exhausted = 0
  /// Different disks that were recovered, those after a crash within recovery included.
  package var states = 0
  /// Those after one crashed restart, and after two or more in a row.
  package var nested = 0
  package var deep = 0
  /// Outcomes left out because the same disk had been tried with the same promises.
  package var repeated = 0
  /// Events that were acknowledged, summed over all states, and found.
  package var acknowledged: UInt64 = 0
  /// States in which something that was not acknowledged was lost.
  package var cut = 0
  /// Runs in which a call failed, and those in which the writer got over it.
  package var faults = 0
  package var overcome = 0
  /// Damages planted below what was known durable, all reported; and others.
  package var reported = 0
  package var harmless = 0

  package init() {}

  package var description: String {
    """
    \(scripts) runs, \(moments) moments (\(exhausted) exhausted), \(states) crash states \
    (\(nested) in a restart, \(deep) deeper, \(repeated) repeats left out), \
    \(cut) with a tail lost that nobody was promised, \(faults) failed calls (\(overcome) overcome), \
    \(reported) damages reported, \(harmless) harmless
    """
  }
}

/// A way to lose events, as small as the search makes it.
package struct CounterExample: Error, Sendable, CustomStringConvertible {
  package var script: String
  package var pageBytes: Int
  /// Before which call the machine crashed, and the number of the outcome, or nil when
  /// only the process was killed; then the same for each
  /// recovery that was crashed.
  package var crashes: [(operation: Int, outcome: UInt64?)]
  package var reason: String
  /// What was planted, if anything.
  package var fault = ""
  /// The calls up to the last crash.
  package var trace: [String] = []

  package var description: String {
    let path = crashes.map { crash in
      "before call \(crash.operation), " + (crash.outcome.map { "outcome \($0)" } ?? "only killed")
    }
    return """
      \(reason)
        script: \(script)
        pages of \(pageBytes) bytes
        planted: \(fault.isEmpty ? "nothing" : fault)
        crash: \(path.isEmpty ? "none" : path.joined(separator: "; then in the restart "))
        \(trace.joined(separator: "\n    "))
      """
  }
}
