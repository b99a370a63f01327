/// Resampled paths: against arch and SciPy given the same draws, and by what must hold of any draw.
import Testing
import TradingCore

@testable import Research

@Suite("Bootstrap")
struct BootstrapTests {
  @Test("automatic block lengths of six series are arch's")
  func blockLengths() throws {
    for theirs in try StatisticsReferences.read().blockLengths {
      let ours = try BlockLength(theirs.returns)
      #expect(agrees(ours.stationary, theirs.stationary), "\(theirs.returns.count) returns")
      #expect(agrees(ours.circular, theirs.circular), "\(theirs.returns.count) returns")
    }
  }

  @Test("the figures of paths that arch drew are NumPy's")
  func paths() throws {
    let references = try StatisticsReferences.read()
    for path in references.paths {
      let ours = ReturnPath(path.places.map { references.returns[$0] })
      let figures = [
        ours.sharpe(periodsPerYear: 365), ours.growth(periodsPerYear: 365), ours.deepest,
      ]
      #expect(agrees(figures, path.figures))
    }
    #expect(references.paths.count == 6)
  }

  @Test("percentiles and corrected bands of a distribution that SciPy drew are SciPy's")
  func bands() throws {
    let theirs = try StatisticsReferences.read().bands
    let ours = Resampled(
      estimate: theirs.estimate, values: theirs.distribution, jackknife: theirs.jackknife)
    let (plain, corrected) = (ours.band(0.9), ours.correctedBand(0.9))
    #expect(agrees([plain.lowerBound, plain.upperBound], theirs.plain))
    #expect(agrees([corrected.lowerBound, corrected.upperBound], theirs.corrected))
  }

  /// The places of one path.
  static func places(_ blocks: BlockBootstrap, _ random: inout RandomSource) -> [Int] {
    var places: [Int] = []
    blocks.eachPlace(&random) { places.append($0) }
    return places
  }

  @Test("blocks of fixed length run on within themselves, and moving ones never past the end")
  func fixedBlocks() {
    var random = RandomSource(seed: 41, label: "blocks")
    for count in 1...12 {
      for length in 1...count {
        for scheme in [BlockScheme.moving, .circular] {
          let blocks = BlockBootstrap(scheme, length: Double(length), count: count)
          for _ in 0..<20 {
            let places = Self.places(blocks, &random)
            #expect(places.count == count)
            for row in places.indices where row % length > 0 {
              #expect(places[row] == (places[row - 1] + 1) % count)
              if scheme == .moving { #expect(places[row] > places[row - 1]) }
            }
          }
        }
      }
    }
  }

  @Test("stationary blocks are of geometric length and draw every place equally often")
  func stationaryBlocks() {
    var random = RandomSource(seed: 42, label: "blocks")
    let (count, length, paths) = (50, 4.0, 4_000)
    let blocks = BlockBootstrap(.stationary, length: length, count: count)
    var drawn = [Int](repeating: 0, count: count)
    var joints = 0
    for _ in 0..<paths {
      let places = Self.places(blocks, &random)
      for place in places { drawn[place] += 1 }
      for (before, after) in zip(places, places.dropFirst()) where after != (before + 1) % count {
        joints += 1
      }
    }
    // A new block begins with 1/4, and with 1/50 of that goes on as the old one would have.
    let expected = Double(paths * (count - 1)) / length * (1 - 1 / Double(count))
    #expect((Double(joints) - expected).magnitude < 5 * expected.squareRoot(), "seed 42: \(joints)")
    let mean = Double(paths)
    // Draws of one block go together, so a place's count varies by up to 2·length − 1 times as much.
    let slack = 5 * (mean * (2 * length - 1)).squareRoot()
    for (place, times) in drawn.enumerated() {
      #expect((Double(times) - mean).magnitude < slack, "seed 42: place \(place), \(times) times")
    }
  }

  @Test("a length out of range is brought into it, and one return is every path")
  func lengths() {
    #expect(BlockBootstrap(.circular, length: 99, count: 7).length == 7)
    #expect(BlockBootstrap(.moving, length: 0.2, count: 7).length == 1)
    #expect(BlockBootstrap(.circular, length: 2.6, count: 7).length == 3)
    #expect(BlockBootstrap(.stationary, length: 2.6, count: 7).length == 2.6)
    var random = RandomSource(seed: 43, label: "blocks")
    for scheme in BlockScheme.allCases {
      #expect(Self.places(BlockBootstrap(scheme, length: 3, count: 1), &random) == [0])
    }
  }

  @Test("the band of independent returns is as wide as the Sharpe ratio's standard error says")
  func width() throws {
    var random = RandomSource(seed: 44, label: "returns")
    let returns = (0..<600).map { _ in 0.001 + 0.01 * random.normal() }
    for scheme in BlockScheme.allCases {
      let drawn = try ReturnBootstrap(
        returns, scheme: scheme, length: 1, paths: 2_000, periodsPerYear: 1, seed: 7)
      let error = try SharpeEstimate(returns: returns).ratioError
      let band = drawn.sharpe.band(0.9)
      let width = (band.upperBound - band.lowerBound) / (2 * 1.6448536269514722 * error)
      #expect((width - 1).magnitude < 0.1, "seeds 44, 7: \(scheme) \(width)")
      #expect(band.contains(drawn.sharpe.estimate))
    }
  }

  @Test("one seed gives one result, and another seed another")
  func seeds() throws {
    let returns = try StatisticsReferences.read().returns
    let one = try ReturnBootstrap(returns, paths: 50, seed: 1)
    #expect(one == (try ReturnBootstrap(returns, paths: 50, seed: 1)))
    #expect(one.sharpe.values != (try ReturnBootstrap(returns, paths: 50, seed: 2)).sharpe.values)
    #expect(one.sharpe.values.count == 50)
  }

  @Test("what cannot be resampled is refused by name")
  func refusals() {
    func fault(_ returns: [Double]) -> StatisticFault? {
      do { _ = try ReturnBootstrap(returns, paths: 5) } catch { return error }
      return nil
    }
    #expect(fault([0.1, 0.2]) == .tooFewReturns(have: 2, need: 10))
    #expect(fault([Double](repeating: 0.1, count: 20)) == .unvarying)
    #expect(fault([-1.5] + [Double](repeating: 0.1, count: 20)) == .ruined)
    #expect(fault([.nan] + [Double](repeating: 0.1, count: 20)) == .notFinite)
    #expect(fault([1e60] + [Double](repeating: 0.1, count: 20)) == nil)
  }

  @Test("quantiles of few values are linear between them, and a band never turns round")
  func quantiles() {
    let values = Resampled(estimate: 2, values: [4, 1, 3])
    #expect(values.quantile(0) == 1)
    #expect(values.quantile(0.5) == 3)
    #expect(values.quantile(0.25) == 2)
    #expect(values.quantile(1) == 4)
    #expect(Resampled(estimate: 0, values: [5]).band() == 5...5)
    // Too steep for its cubes: corrected for bias alone.
    let steep = Resampled(estimate: 2, values: [1, 2, 3], jackknife: [1e300, 1e290, 0])
    #expect(steep.acceleration == 0 && steep.correctedBand(0.5) == 1.5...2.5)
    let whole = steep.correctedBand(0.9999999999999999)
    #expect(whole.lowerBound < 1.000000001 && whole.upperBound == 3)
    // All paths on one side: no correction is possible.
    #expect(Resampled(estimate: 9, values: [1, 2, 3]).correctedBand(0.5) == 1.5...2.5)
  }
}
