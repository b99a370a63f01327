/// All cases of all properties of a journal, on several threads: which thread takes which case changes
/// nothing of the answer.

internal import Foundation
internal import Journal
internal import Synchronization
internal import TradingCore

/// What became of a property.
public struct PropertyResult: Equatable, Sendable {
  public enum Verdict: Equatable, Sendable {
    case holds
    /// It fails in a case, the first by number of those that fail.
    case fails(PropertyFailure, inCase: Int)
    /// Nothing can be said of this journal, and why.
    case notApplicable(String)
  }

  public var name: String
  public var summary: String
  public var verdict: Verdict
  /// Cases that were tried, up to and with the first that fails; 0 where none can be.
  public var cases: Int
}

public struct CheckRun: Sendable {
  private let subject: CheckSubject
  private let properties: [any Property]
  private let seed: UInt64
  private let cases: Int
  private let jobs: Int

  /// - Parameters:
  ///   - cases: how many cases a random property is tried in.
  ///   - jobs: how many threads take part.
  public init(
    _ subject: CheckSubject, _ properties: [any Property], seed: UInt64, cases: Int, jobs: Int
  ) {
    (self.subject, self.properties, self.seed) = (subject, properties, seed)
    (self.cases, self.jobs) = (max(1, cases), max(1, jobs))
  }

  /// A case of a property, by their places.
  private struct Job: Sendable {
    var property: Int
    var test: CheckCase
  }

  private struct Progress: Sendable {
    var working = 0
    var next = 0
    var done = 0
    var isStopped = false
    var failures: [(index: Int, failure: PropertyFailure)?]
    var error: (any Error)?
  }

  /// Progress that all threads see.
  private final class Shared: Sendable {
    private let progress: Mutex<Progress>
    init(_ progress: sending Progress) { self.progress = Mutex(progress) }

    func withLock<Value: Sendable>(_ body: (inout sending Progress) -> sending Value) -> Value {
      progress.withLock { body(&$0) }
    }
  }

  /// Seconds between two looks at the threads.
  private static let lookInterval = 0.01
  /// Bytes of a thread's stack: a state with its fixed tables is some hundred kilobytes.
  private static let stackSize = 8 << 20

  /// Runs every case.
  /// - Parameter watch: told how many cases are done and how many there are, some times a second; false
  ///   stops the check.
  /// - Throws: what a property throws; `JournalError.stopped` once `watch` said so.
  public func run(watch: (UInt64, UInt64) -> Bool = { _, _ in true }) throws -> [PropertyResult] {
    let objections = properties.map { $0.objection(to: subject) }
    let work = jobs(objections)
    let progress = Shared(Progress(failures: properties.map { _ in nil }))
    startThreads(min(jobs, max(1, work.count)), work, progress)
    while progress.withLock({ $0.working > 0 }) {
      Thread.sleep(forTimeInterval: CheckRun.lookInterval)
      let done = progress.withLock { $0.done }
      if !watch(UInt64(done), UInt64(work.count)) { progress.withLock { $0.isStopped = true } }
    }
    let (failures, error, isStopped) = progress.withLock { ($0.failures, $0.error, $0.isStopped) }
    if let error { throw error }
    if isStopped { throw JournalError.stopped }
    return results(objections, failures)
  }

  private func startThreads(_ count: Int, _ work: [Job], _ progress: Shared) {
    progress.withLock { $0.working = count }
    for _ in 0..<count {
      let thread = Thread {
        take(work, progress)
        progress.withLock { $0.working -= 1 }
      }
      thread.stackSize = CheckRun.stackSize
      thread.start()
    }
  }

  private func jobs(_ objections: [String?]) -> [Job] {
    properties.indices.filter { objections[$0] == nil }.flatMap { property in
      let count = properties[property].isRandom ? cases : 1
      return (0..<count).map {
        Job(property: property, test: CheckCase(seed: seed, index: $0, count: count))
      }
    }
  }

  /// Takes jobs until there are no more. A case behind one that fails is passed over.
  private func take(_ work: [Job], _ progress: Shared) {
    while true {
      let job = progress.withLock { state -> Job? in
        while state.next < work.count, !state.isStopped, state.error == nil {
          defer { state.next += 1 }
          let job = work[state.next]
          if let known = state.failures[job.property], known.index < job.test.index {
            state.done += 1
            continue
          }
          return job
        }
        return nil
      }
      guard let job else { return }
      let answer = Result { try properties[job.property].answer(subject, job.test) }
      progress.withLock { note(answer, of: job, in: &$0) }
    }
  }

  private func note(
    _ answer: Result<PropertyFailure?, any Error>, of job: Job, in state: inout Progress
  ) {
    state.done += 1
    switch answer {
    case .failure(let error): state.error = state.error ?? error
    case .success(nil): break
    case .success(let failure?):
      if let known = state.failures[job.property], known.index < job.test.index { return }
      state.failures[job.property] = (job.test.index, failure)
    }
  }

  private func results(
    _ objections: [String?], _ failures: [(index: Int, failure: PropertyFailure)?]
  ) -> [PropertyResult] {
    properties.indices.map { index in
      let property = properties[index]
      let count = property.isRandom ? cases : 1
      var result = PropertyResult(
        name: property.name, summary: property.summary, verdict: .holds, cases: count)
      if let objection = objections[index] {
        (result.verdict, result.cases) = (.notApplicable(objection), 0)
      } else if let (place, failure) = failures[index] {
        (result.verdict, result.cases) = (.fails(failure, inCase: place), place + 1)
      }
      return result
    }
  }
}
