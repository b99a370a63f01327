/// What a connection knows its venue's names by: what may be added, and that a copy is a copy.

import Dialects
import Testing
import TradingCore

@Suite("A venue's directory")
struct DirectoryTests {
  @Test("what repeats or means nothing is refused by its right name")
  func refusals() throws {
    var directory = try fixtureDirectory()
    var definition = try fixtureDefinition("BTCUSDT")
    #expect(throws: DialectError.repeated(name: "instrument 0")) {
      try directory.add(definition, symbol: "OTHER")
    }
    definition.instrument = InstrumentID(50)
    #expect(throws: DialectError.repeated(name: "btcusdt")) {
      try directory.add(definition, symbol: "btcusdt")
    }
    for name in ["", "A B", String(repeating: "A", count: 41), "A\\B"] {
      #expect { try directory.add(definition, symbol: name) } throws: { isUnusable($0, name) }
      #expect { try directory.add(AssetDefinition(asset: AssetID(9)), code: name) } throws: {
        isUnusable($0, name)
      }
    }
    #expect(throws: DialectError.repeated(name: "usdt")) {
      try directory.add(AssetDefinition(asset: AssetID(9)), code: "usdt")
    }
    let fine = AssetDefinition(asset: AssetID(9), commissionDecimals: 19)
    #expect { try directory.add(fine, code: "XYZ") } throws: { isUnusable($0, "XYZ") }
    (definition.tickScale, definition.lotScale) = (10, 10)
    #expect { try directory.add(definition, symbol: "XYZUSDT") } throws: {
      isUnusable($0, "XYZUSDT")
    }
    #expect(directory.allSymbols == fixtureMarkets.map(\.symbol))
  }

  private func isUnusable(_ error: any Error, _ name: String) -> Bool {
    guard case .unusable(name, let reason)? = error as? DialectError else { return false }
    return !reason.isEmpty
  }

  @Test("what is added to a copy is not in the original, nor the other way round")
  func copies() throws {
    let original = try fixtureDirectory()
    var (one, other) = (original, original)
    var definition = try fixtureDefinition("BTCUSDT")
    definition.instrument = InstrumentID(50)
    try one.add(definition, symbol: "ONE")
    try other.add(definition, symbol: "OTHER")
    let found = [original, one, other].map { directory in
      ["ONE", "OTHER", "ethbtc"].map { directory.instrument($0)?.instrument.raw }
    }
    #expect(found == [[nil, nil, 2], [50, nil, 2], [nil, 50, 2]])
    let code = AssetDefinition(asset: AssetID(9))
    try one.add(code, code: "XYZ")
    try other.add(code, code: "XYZ")
  }
}
