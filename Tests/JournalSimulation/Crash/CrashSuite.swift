/// The whole suite over a set of scripts, which the journal must pass and every planted bug must not.

package struct CrashSuite: Sendable {
  package enum Part: String, Sendable, CaseIterable {
    /// Every crash of every moment, and of restarts.
    case crash
    /// Every call failed.
    case fail
    /// Every call of restarts failed.
    case restart
    /// Every bit, length and page of what is left.
    case rot
    /// Every segment missing, foreign, doubled and swapped.
    case disorder
  }
  package var parts: [Part]
  package var scripts: [Script]
  package var limits = CrashLimits()
  /// Every n-th bit and length of `rot`.
  package var stride = 1
  package var seed: UInt64 = 1

  package init(_ parts: [Part] = Part.allCases, _ scripts: [Script]) {
    self.parts = parts
    self.scripts = scripts
  }

  /// Runs the suite until `isEnough` or its end.
  /// - Throws: the first way to lose events.
  package func run(
    on journal: JournalUnderTest, until isEnough: (CrashTally) -> Bool = { _ in false }
  ) throws(CounterExample) -> CrashTally {
    var search = CrashSearch(journal, limits: limits, seed: seed)
    for script in scripts {
      for part in parts {
        switch part {
        case .crash: try search.crash(script)
        case .fail: try search.fail(script)
        case .restart: try search.failRestarts(script)
        case .rot: try search.rot(script, stride: stride)
        case .disorder: try search.disorder(script)
        }
        if isEnough(search.tally) { return search.tally }
      }
    }
    return search.tally
  }
}

extension PlantedBug {
  /// The part of the suite that notices the bug.
  package var noticedBy: CrashSuite.Part {
    switch self {
    case .skipsFolderSync, .acknowledgesEarly, .renamesBeforeSync: .crash
    case .retriesSync: .fail
    case .ignoresWatermark: .rot
    }
  }
}
