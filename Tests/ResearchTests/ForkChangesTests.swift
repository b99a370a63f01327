/// The words of a change: how keys may be written, and how a recorded scenario comes apart again.

import Testing

@testable import Research

struct ForkChangesTests {
  @Test(arguments: [
    ("risk.max_position=5%", "risk.maxPosition=5%"),
    ("risk.maxPosition=5%", "risk.maxPosition=5%"),
    ("risk.BTC_USDT.max_order=5%", "risk.BTC_USDT.maxOrder=5%"),
    ("fills.self_trade=expire_maker", "fills.selfTrade=expire_maker"),
    ("latency=5ms", "latency=5ms"), ("nonsense", "nonsense"), ("a_=b=c_d", "a=b=c_d"),
  ])
  func keysMayBeWrittenWithUnderscores(written: String, meant: String) {
    #expect(ForkChange(set: written).text == meant)
  }

  @Test func aScenarioComesApartFromWhatWasSetWhenItWasRun() {
    let (yaml, changes) = ForkChanges.split(
      "name: x\n# --set in the text\nfees: y\n# --set a=1\n# --set b.c=2")
    #expect(yaml == "name: x\n# --set in the text\nfees: y")
    #expect(changes == ["a=1", "b.c=2"])
    #expect(ForkChanges.split("name: x").changes.isEmpty)
  }
}
