/// The simulation itself: clean seeds are clean, the same seed is the same run, and bugs are found.

import Testing
import TradingCore

@testable import Simulator

@Suite("Simulations of the whole live loop")
struct CampaignTests {
  @Test("every invariant holds in the first seeds, each run twice alike")
  func clean() throws {
    let report = try Campaign(seed: 1, runs: 12).run { _ in true }
    #expect(report.failures.map(\.seed) == [])
    #expect(report.seeds == 12)
    #expect(report.fills > 0)
    #expect(report.strikes > 0)
  }

  @Test("the answer is the same for any number of threads")
  func jobs() throws {
    var campaign = Campaign(seed: 100, runs: 6)
    let alone = try campaign.run { _ in true }
    campaign.jobs = 3
    #expect(try campaign.run { _ in true } == alone)
  }

  @Test("a run leaves nothing behind in memory", arguments: [1, 2, 3] as [UInt64])
  func leavesNothing(seed: UInt64) throws {
    weak var venue: VenueSide?
    weak var timeline: Timeline?
    func runOnce() throws {
      let run = try SimulationRun(RunOrder(seed: seed))
      (venue, timeline) = (run.venue, run.stage.timeline)
      _ = try run.go()
    }
    try runOnce()
    #expect(venue == nil && timeline == nil)
  }

  /// The end-to-end test looks from seed 1 on; this one begins shortly before the seed that finds it.
  @Test(
    "a planted bug is found within a few seeds",
    arguments: [
      (Plant.sendBeforeSync, 1), (.trustServerError, 1), (.skipFolderSync, 1), (.retrySync, 8),
      (.ignoreWatermark, 142), (.askAgain, 45), (.forgetFill, 78),
    ])
  func planted(_ plant: Plant, from seed: Int) throws {
    var campaign = Campaign(seed: UInt64(seed), runs: 8)
    campaign.plant = plant
    let report = try campaign.run(stopsAtFailure: true) { _ in true }
    #expect(report.failed > 0, "\(plant.rawValue) was not found from seed \(seed) on")
  }
}
