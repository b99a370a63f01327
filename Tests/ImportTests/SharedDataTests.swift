/// Imports of the shared recordings against the counts and books that an independent reader made.

import Import
import Testing
import TradingCore

@Suite("Shared recordings", .enabled(if: sharedFolder != nil, "CRYPTOBOT_SHARED is not set"))
struct SharedDataTests {
  @Test("probe")
  func probe() throws {
    let folder = try #require(sharedFolder) + "/data/binance-spot-raw-20240808/"
    let request = ImportRequest(format: .binanceRaw, files: [folder + "btcusdt_20240808.gz"])
    let importer = try Importer(request)
    var batch = EventBatch()
    var n = 0
    while try importer.next(into: &batch) { n += batch.events.count }
    print(importer.counts, n, importer.instruments)
  }
}
