/// The Parzen estimators of the search beside those of Optuna, number by number.

import Testing
import TradingCore

@testable import Research

@Suite("Parzen estimators")
struct ParzenEstimatorTests {
  let references: SearchReferences

  init() throws { references = try SearchReferences.read() }

  @Test("logarithms of shares of the normal distribution are precise however far out")
  func shares() {
    for row in references.normal.shares {
      let ours = NormalTail.logShare(below: row[0])
      #expect((ours - row[1]).magnitude <= 1e-13 * max(1, row[1].magnitude), "below \(row[0])")
    }
    for row in references.normal.masses {
      let ours = NormalTail.logMass(from: row[0], to: row[1])
      #expect((ours - row[2]).magnitude <= 1e-13 * max(1, row[2].magnitude), "\(row): \(ours)")
    }
  }

  @Test("quantiles of truncated normal distributions are precise in both tails")
  func quantiles() {
    for row in references.normal.quantiles {
      let normal = TruncatedNormal(mean: 0, deviation: 1, low: row[1], high: row[2])
      let ours = normal.quantile(row[0])
      #expect((ours - row[3]).magnitude <= 1e-14 * max(1, row[3].magnitude), "\(row): \(ours)")
    }
  }

  @Test("a narrow piece and a wide one of the same place agree where the methods meet")
  func seam() {
    for middle in stride(from: -60.0, through: 60, by: 0.37) {
      let width = 0.01 / max(1, middle.magnitude)
      let narrow = NormalTail.logMass(from: middle, to: middle + width * 0.9999)
      let wide = NormalTail.logMass(from: middle, to: middle + width * 1.0001)
      let slope = wide - narrow
      #expect(slope > 0 && slope < 0.0003, "around \(middle)")
    }
  }

  @Test("later trials count more as Optuna's weights say")
  func recency() {
    for row in references.recency {
      #expect(agrees(ParzenEstimator.recency(row.count), row.weights), "\(row.count) trials")
    }
  }

  @Test("the same trials are good as with Optuna")
  func splits() {
    for split in references.splits {
      let trials = split.scores.enumerated().map {
        JudgedPoint(number: $0.offset, point: Point([]), score: $0.element)
      }
      let ours = TPESplit(trials)
      #expect(ours.below.map(\.number) == split.below)
      let all = Set(ours.below.map(\.number)).union(ours.above.map(\.number))
      #expect(all == Set(trials.map(\.number)) && ours.above.count + split.below.count == all.count)
    }
  }

  @Test("trials without a score are neither good nor bad")
  func unscored() {
    let trials = (0..<30).map {
      JudgedPoint(number: $0, point: Point([]), score: $0.isMultiple(of: 3) ? nil : Double($0))
    }
    let split = TPESplit(trials)
    #expect(split.below.map(\.number) == [28, 29])
    #expect(split.below.count + split.above.count == 20)
  }

  @Test("weights, means, deviations and tables are Optuna's", arguments: 0..<17)
  func shapes(number: Int) throws {
    let (below, above, reference) = try densities(number)
    check(below, reference.belowShape, "\(reference.dimensions), good")
    check(above, reference.aboveShape, "\(reference.dimensions), others")
  }

  private func check(
    _ ours: ParzenEstimator, _ theirs: SearchReferences.Shape, _ what: String
  ) {
    #expect(agrees(ours.weights, theirs.weights), "\(what)")
    #expect(ours.axes.count == theirs.axes.count)
    for (axis, reference) in zip(ours.axes, theirs.axes) {
      switch axis {
      case .words(let table):
        #expect(agrees(table.flatMap { $0 }, (reference.words ?? []).flatMap { $0 }), "\(what)")
      case .numbers(let numbers):
        #expect(agrees(numbers.kernels.map(\.mean), reference.means ?? []), "\(what)")
        #expect(agrees(numbers.kernels.map(\.deviation), reference.deviations ?? []), "\(what)")
      }
    }
  }

  @Test(
    "by the same uniform numbers the same candidates are drawn, judged and chosen",
    arguments: 0..<17)
  func candidates(number: Int) throws {
    let (below, above, reference) = try densities(number)
    var uniforms = reference.uniforms[...]
    let drawn = below.draw(24) { uniforms.removeFirst() }
    #expect(uniforms.isEmpty)
    let good = below.logDensities(at: drawn)
    let others = above.logDensities(at: drawn)
    var candidates = TPECandidates()
    for (place, values) in drawn.enumerated() {
      #expect(agrees(values, reference.candidates[place]), "\(reference.dimensions)")
      let logs = (good[place], others[place])
      #expect(agrees(logs.0, reference.belowLogs[place]), "\(reference.dimensions): \(values)")
      #expect(agrees(logs.1, reference.aboveLogs[place]), "\(reference.dimensions): \(values)")
      candidates.all.append(TPECandidate(places: [place], values: values, gain: logs.0 - logs.1))
    }
    #expect(candidates.best?.places == [reference.chosen])
  }

  private func densities(
    _ number: Int
  ) throws -> (below: ParzenEstimator, above: ParzenEstimator, SearchReferences.Estimator) {
    let reference = references.estimators[number]
    var dimensions: [Research.Dimension] = []
    for text in reference.dimensions { dimensions += try space(text).dimensions }
    func estimator(_ trials: [[Double]]) -> ParzenEstimator {
      let observed = dimensions.indices.map { place in trials.map { $0[place] } }
      return ParzenEstimator(dimensions, observations: observed)
    }
    return (estimator(reference.below), estimator(reference.above), reference)
  }
}
