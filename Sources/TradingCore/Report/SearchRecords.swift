/// A parameter search as it is kept: what was searched, and a row for each trial. It stands on the
/// lowest floor for the reason that `RunReport` does: renderers and database share a floor.

/// What was searched, and how: trials of one study can be compared with each other.
public struct StudyRecord: Equatable, Sendable {
  /// 16 hex digits that differ whenever anything does that could change a trial: the scenario but for what
  /// its comments say, the source, the space, sampler, seed, generation, objective, logic version.
  public var id: String
  public var scenarioName: String
  /// The scenario as YAML text, as every trial begins with it.
  public var scenarioText: String
  public var strategy: String
  /// What fed the trials, and its chain head; empty for a generator.
  public var source: String
  public var sourceChainHead: String
  public var dimensions: [StudyDimension]
  public var constraints: [String]
  public var sampler: String
  public var seed: UInt64
  /// Trials asked for at a time; see `ParameterSearch`.
  public var generation: Int
  public var objective: String
  /// The keys of a trial's figures, in their order.
  public var metrics: [String]
  public var build: String
  public var logicVersion: UInt32

  public init(
    id: String, scenarioName: String, scenarioText: String, strategy: String, source: String,
    sourceChainHead: String, dimensions: [StudyDimension], constraints: [String],
    sampler: String, seed: UInt64, generation: Int, objective: String, metrics: [String],
    build: String, logicVersion: UInt32 = LogicVersion.current.version
  ) {
    self.id = id
    self.scenarioName = scenarioName
    self.scenarioText = scenarioText
    self.strategy = strategy
    self.source = source
    self.sourceChainHead = sourceChainHead
    self.dimensions = dimensions
    self.constraints = constraints
    self.sampler = sampler
    self.seed = seed
    self.generation = generation
    self.objective = objective
    self.metrics = metrics
    self.build = build
    self.logicVersion = logicVersion
  }
}

/// One dimension of the space, as people wrote it.
public struct StudyDimension: Equatable, Sendable {
  public var name: String
  /// The key of the scenario it sets.
  public var key: String
  /// Its values: `2..20`, `log:0.001..0.1`, `book|quote`.
  public var values: String

  public init(name: String, key: String, values: String) {
    self.name = name
    self.key = key
    self.values = values
  }
}

/// One trial of a study.
public struct TrialRecord: Equatable, Sendable {
  /// Its place in the order of asking, from 0.
  public var number: Int
  /// A value for each dimension: a number, or the index of a choice from 0.
  public var values: [Double]
  /// The same as `--set` takes them.
  public var texts: [String]
  /// Higher is better; `nil` where the trial failed or its objective means nothing.
  public var score: Double?
  /// Why there is no score; empty where there is one.
  public var reason: String
  /// The study's figures; empty where the trial failed.
  public var figures: [Figure]
  /// Hash of the state at the end, the one `replay` gives for these values; `nil` for a failed one.
  public var fingerprint: UInt64?
  /// Equity before the first event and at equal intervals, for judgement; see `curveStride`.
  public var curve: [Double]
  /// The run's sample intervals between two points of the curve.
  public var curveStride: Int

  public init(
    number: Int, values: [Double], texts: [String], score: Double? = nil, reason: String = "",
    figures: [Figure] = [], fingerprint: UInt64? = nil, curve: [Double] = [], curveStride: Int = 1
  ) {
    self.number = number
    self.values = values
    self.texts = texts
    self.score = score
    self.reason = reason
    self.figures = figures
    self.fingerprint = fingerprint
    self.curve = curve
    self.curveStride = curveStride
  }

  /// The fingerprint as 16 hex digits.
  public var fingerprintText: String? { fingerprint.map { hexadecimal($0) } }
}

extension [TrialRecord] {
  /// Best first; equal scores in the order of asking, trials without a score last. O(n log n).
  public var ranked: [TrialRecord] {
    sorted { left, right in
      switch (left.score, right.score) {
      case (let one?, let other?) where one != other: one > other
      case (_?, nil): true
      case (nil, _?): false
      default: left.number < right.number
      }
    }
  }

  /// One number for all trials: equal for two searches when every trial is, to the last bit. O(n).
  public var fingerprint: UInt64 {
    var bytes = CanonicalBytes()
    for trial in self {
      bytes.append(trial.number)
      for value in trial.values { bytes.append(value) }
      bytes.append(trial.score ?? .nan)
      bytes.append(trial.fingerprint ?? 0)
    }
    return bytes.fingerprint
  }
}
