/// What NumPy, SciPy and arch say of the honesty statistics, from the file that
/// `Tests/EndToEnd/statistics_oracle.py` writes and `statistics_test.py` keeps true.
import Foundation

struct StatisticsReferences: Decodable {
  struct Normal: Decodable {
    var points, shares, given, quantiles: [Double]
  }
  struct Sharpe: Decodable {
    var ratio, skewness, kurtosis, error, aboveZero, above, record, luck, deflated: Double
  }
  struct Overfitting: Decodable {
    var blocks: Int
    var logits, inSample, outOfSample: [Double]
    var probability, loss, slope, intercept, explained: Double
  }
  struct BlockLengths: Decodable {
    var returns: [Double]
    var stationary, circular: Double
  }
  struct Path: Decodable {
    var places: [Int]
    var figures: [Double]
  }
  struct Bands: Decodable {
    var estimate: Double
    var distribution, jackknife, plain, corrected: [Double]
  }
  struct Ranks: Decodable {
    var x, y: [Double]
    var correlation: Double
  }

  var normal: Normal
  var returns: [Double]
  var sharpe: Sharpe
  var trials: [[Double]]
  var overfitting: Overfitting
  var meanCorrelation: Double
  var blockLengths: [BlockLengths]
  var paths: [Path]
  var bands: Bands
  var ranks: [Ranks]

  static func read() throws -> StatisticsReferences {
    let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let file = here.appendingPathComponent("../EndToEnd/statistics_references.json")
    return try JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
  }
}

/// Whether two numbers are equal within 10⁻⁹ of the larger, or within 10⁻¹² of each other.
func agrees(_ ours: Double, _ theirs: Double) -> Bool {
  let distance = (ours - theirs).magnitude
  return distance <= 1e-9 * max(ours.magnitude, theirs.magnitude) || distance <= 1e-12
}

/// The same of every pair of two lists of one length.
func agrees(_ ours: [Double], _ theirs: [Double]) -> Bool {
  ours.count == theirs.count && zip(ours, theirs).allSatisfy { agrees($0, $1) }
}
