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

  @Test(
    "a planted bug is found within its number of seeds",
    arguments: [
      (Plant.sendBeforeSync, 20), (.trustServerError, 100), (.skipFolderSync, 20),
      (.ignoreWatermark, 100), (.retrySync, 50), (.askAgain, 150), (.forgetFill, 200),
    ])
  func planted(_ plant: Plant, within seeds: Int) throws {
    var campaign = Campaign(seed: 1, runs: seeds)
    campaign.plant = plant
    let report = try campaign.run(stopsAtFailure: true) { _ in true }
    #expect(report.failed > 0, "\(plant.rawValue) was not found within \(seeds) seeds")
  }
}
