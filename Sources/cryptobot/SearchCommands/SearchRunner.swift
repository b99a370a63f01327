/// Runs a search to its end: keeps what is through, goes on from what was kept, shows how far it is and
/// stops when the user asks to.

import Glibc
import Research
import Store
import TradingCore

struct SearchRunner {
  let store: RunStore?
  let workers: Int?
  let isQuiet: Bool

  /// All trials in order of asking.
  /// - Throws: `CommandFailure` when the user stopped it; what is through is then kept.
  func run(_ search: inout ParameterSearch, title: String) throws -> [TrialRecord] {
    if let store { try resume(&search, from: store) }
    let progress = SearchProgress(search, title: title, isQuiet: isQuiet)
    defer { progress.finish() }
    var trials: [TrialRecord] = []
    while true {
      let generation = try keeping { try next(of: &search, progress) }
      guard !generation.isEmpty else { return trials }
      try store?.save(generation, of: search.study)
      progress.take(generation)
      trials += generation
    }
  }

  /// Does a part of the work. Where the user stops it, the error says what is kept.
  func keeping<Part>(_ part: () throws -> Part) throws -> Part {
    do { return try part() } catch {
      guard Interrupt.isRequested, store != nil else { throw error }
      throw CommandFailure(
        .interrupted,
        "interrupted; what is through is kept, and the same command goes on from there")
    }
  }

  private func resume(_ search: inout ParameterSearch, from store: RunStore) throws {
    try store.save(search.study)
    let kept = try store.trials(of: search.study.id)
    guard !kept.isEmpty else { return }
    if !isQuiet {
      Output.note("\(kept.count) trials of study \(search.study.id) are there; going on")
    }
    search.resume(from: kept)
  }

  private func next(
    of search: inout ParameterSearch, _ progress: SearchProgress
  ) throws -> [TrialRecord] {
    try search.next(
      workers: workers ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))),
      wrapping: progress.wrapping)
  }
}
