/// What Optuna and mpmath say of the estimators, from the file that `Tests/EndToEnd/search_oracle.py`
/// writes and `search_test.py` keeps true.
import Foundation

struct SearchReferences: Decodable {
  struct Normal: Decodable {
    var shares, masses, quantiles: [[Double]]
  }
  struct Split: Decodable {
    var scores: [Double]
    var below: [Int]
  }
  struct Axis: Decodable {
    var words: [[Double]]?
    var means, deviations: [Double]?
  }
  struct Shape: Decodable {
    var weights: [Double]
    var axes: [Axis]
  }
  struct Estimator: Decodable {
    var dimensions: [String]
    var below, above: [[Double]]
    var belowShape, aboveShape: Shape
    var uniforms: [Double]
    var candidates: [[Double]]
    var belowLogs, aboveLogs: [Double]
    var chosen: Int
  }
  struct Recency: Decodable {
    var count: Int
    var weights: [Double]

    init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      count = try list.decode(Int.self)
      weights = try list.decode([Double].self)
    }
  }
  struct Studies: Decodable {
    var branin, rosenbrock, mixed: [Double]
  }

  var normal: Normal
  var recency: [Recency]
  var splits: [Split]
  var estimators: [Estimator]
  var studies: Studies

  static func read() throws -> SearchReferences {
    let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let file = here.appendingPathComponent("../../EndToEnd/search_references.json")
    return try JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
  }
}
