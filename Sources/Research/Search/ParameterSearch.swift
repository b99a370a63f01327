/// A search over a scenario's parameters. A sampler is asked for a generation of points, all of them run
/// over one reading of the source, their scores go back to the sampler, and so on.
///
/// What the sampler knows when it is asked are whole generations, and those do not depend on workers:
/// so any number of workers gives one search, and one that was killed goes on from the trials that
/// were kept as if nothing had happened.

public import TradingCore

/// The trials of a study, made a generation at a time.
public struct ParameterSearch: Sendable {
  public let study: StudyRecord
  public let plan: SearchPlan
  private let scenario: SearchedScenario
  private var sampler: any Sampler
  /// Trials that were kept by an earlier process, by number.
  private var kept: [Int: TrialRecord]
  private var judged: [JudgedPoint] = []
  /// The first trial of each point: a sampler may ask for one twice, and the answer is the same.
  private var known: [Point: TrialRecord] = [:]

  /// - Throws: `SearchError` for a space that the sampler cannot search.
  public init(_ scenario: SearchedScenario, _ plan: SearchPlan, build: String) throws {
    self.scenario = scenario
    self.plan = plan
    sampler = try plan.makeSampler()
    study = try StudyRecord(scenario, plan, build: build)
    kept = [:]
  }

  /// Takes over the trials that an earlier process kept of this study.
  public mutating func resume(from trials: [TrialRecord]) {
    for trial in trials { kept[trial.number] = trial }
  }

  /// How many trials there will be at most. A sampler that learns may ask for a point twice.
  public var expectedCount: Int {
    switch plan.sampler {
    case .grid, .random: min(plan.space.gridCount ?? .max, plan.trials)
    case .tpe, .tpeUnivariate: plan.trials
    }
  }

  /// Events of the source, where that is known.
  public var sourceEventCount: UInt64? { scenario.base.plan.survey.eventCount }

  /// What must be known before its trials are believed: data that is missing, points not looked at.
  public var warnings: [RunWarning] {
    let shortfall = sampler.shortfall.map { RunWarning(code: "shortSearch", text: $0) }
    return RunWarning.ofWarmUp(scenario.base.plan) + (shortfall.map { [$0] } ?? [])
  }

  /// The next generation: its trials in order of number, with those that were kept.
  /// - Parameters:
  ///   - workers: how many trials run at a time.
  ///   - wrapping: puts something between the source and the trials: progress, a stop.
  /// - Returns: nothing when the search is over.
  /// - Throws: `EngineFault` when the source cannot be read; nothing of the generation is then done.
  public mutating func next(
    workers: Int, wrapping: (any Feed) -> any Feed = { $0 }
  ) throws -> [TrialRecord] {
    let first = judged.count
    let count = min(plan.generation, plan.trials - first)
    guard count > 0 else { return [] }
    let points = sampler.ask(count, after: judged)
    try recall(points, from: first)
    let open = unknown(points)
    for (point, trial) in zip(open, try run(open, workers, wrapping)) { known[point] = trial }
    return points.enumerated().compactMap { place, point in
      guard var trial = known[point] else { return nil }
      trial.number = first + place
      judged.append(JudgedPoint(number: trial.number, point: point, score: trial.score))
      return trial
    }
  }

  /// Takes up what an earlier process kept of a generation that begins with trial `first`.
  private mutating func recall(_ points: [Point], from first: Int) throws(SearchError) {
    for (place, point) in points.enumerated() {
      guard let trial = try kept(first + place, of: point) else { continue }
      known[point] = known[point] ?? trial
    }
  }

  /// Points that no trial was made of yet, each once.
  private func unknown(_ points: [Point]) -> [Point] {
    points.indices.filter { place in
      known[points[place]] == nil && points.firstIndex(of: points[place]) == place
    }.map { points[$0] }
  }

  /// The trial that an earlier process kept under a number.
  /// - Throws: `SearchError` where it is of another point than is asked for: somebody changed it.
  private func kept(_ number: Int, of point: Point) throws(SearchError) -> TrialRecord? {
    guard let trial = kept[number] else { return nil }
    guard trial.values == point.values else {
      let asked = plan.space.settings(of: point).map(\.text).joined(separator: ", ")
      throw SearchError(
        "trial \(number) of study \(study.id) was kept with \(trial.texts.joined(separator: ", ")), "
          + "but this search tries \(asked): the database was changed, use another")
    }
    return trial
  }

  /// Runs points over one reading of the source. A point whose plan is refused is a failed trial.
  private func run(
    _ points: [Point], _ workers: Int, _ wrapping: (any Feed) -> any Feed
  ) throws -> [TrialRecord] {
    guard !points.isEmpty else { return [] }
    var trials: [TrialRecord] = []
    var sound: [(place: Int, plan: RunPlan)] = []
    for (place, point) in points.enumerated() {
      let values = plan.space.settings(of: point)
      trials.append(TrialRecord(number: 0, values: point.values, texts: values.map(\.text)))
      do throws(ScenarioError) {
        sound.append((place, try scenario.plan(setting: values)))
      } catch { trials[place].reason = "\(error)" }
    }
    let outcomes = try Sweep.run(
      sound.map(\.plan), over: wrapping(try scenario.base.openFeed()), workers: workers)
    for ((place, _), outcome) in zip(sound, outcomes) { judge(&trials[place], outcome) }
    return trials
  }

  private func judge(_ trial: inout TrialRecord, _ outcome: Result<TrialOutcome, any Error>) {
    switch outcome {
    case .failure(let error): trial.reason = "\(error)"
    case .success(let outcome):
      let score = plan.objective.score(outcome.metrics)
      (trial.score, trial.reason) = (score.value, score.reason)
      trial.figures = MetricDefinition.all.map { $0.figure(outcome.metrics) }
      trial.fingerprint = outcome.fingerprint
      trial.curveStride = outcome.curve.stride
      // A large search is not judged by its curves: they would fill the memory.
      guard plan.trials <= SearchHonesty.mostTrials else { break }
      trial.curve = [outcome.capital] + outcome.curve.points
    }
  }
}

extension StudyRecord {
  init(_ scenario: SearchedScenario, _ search: SearchPlan, build: String) throws {
    let plan = scenario.base.plan
    self.init(
      id: "", scenarioName: plan.scenario.name, scenarioText: plan.scenario.text,
      strategy: plan.strategies.members.map(\.entry.name).joined(separator: " + "),
      source: plan.survey.name, sourceChainHead: plan.survey.chainHead,
      dimensions: search.space.dimensions.map {
        StudyDimension(name: $0.name, key: $0.key, values: $0.form)
      },
      constraints: search.space.constraints.map(\.text),
      sampler: search.sampler.rawValue, seed: search.seed, generation: search.generation,
      objective: search.objective.text, metrics: MetricDefinition.all.map(\.name), build: build)
    var bytes = CanonicalBytes()
    bytes.append(bytes: try scenario.digest())
    for text in dimensions.flatMap({ [$0.name, $0.key, $0.values] }) + constraints + [
      sampler, objective, String(search.objective.minTrips),
    ] + metrics { bytes.append(bytes: text.utf8) }
    bytes.append(seed)
    bytes.append(generation)
    bytes.append(logicVersion)
    id = hexadecimal(bytes.fingerprint)
  }
}
