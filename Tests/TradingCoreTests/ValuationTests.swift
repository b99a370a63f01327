/// What holdings are worth in the reporting asset: through one instrument, through two, or not at all.
import Testing

@testable import TradingCore

/// Assets by letter, instruments as `base/quote`, all with ticks of 0.01 and lots of 0.001.
private struct Market {
  static let assets = ["U", "B", "E", "X", "Y"]
  var state = State()

  init(_ pairs: String, reporting: String = "U") {
    for (id, pair) in pairs.split(separator: " ").enumerated() {
      let sides = pair.split(separator: "/").map { Market.id(String($0)) }
      take(
        .instrument(
          InstrumentDefinition(
            instrument: InstrumentID(UInt16(id)), base: sides[0], quote: sides[1],
            tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 3))))
    }
    take(.configure(Configure(.reportingAsset, value: Int64(Market.id(reporting).raw))))
  }

  static func id(_ name: String) -> AssetID {
    AssetID(UInt16(assets.firstIndex(of: name) ?? 0))
  }

  mutating func take(_ body: EventBody) {
    reduce(&state, Event(receiveTime: Timestamp(nanoseconds: Int64(state.sequence)), body))
  }

  mutating func hold(_ whole: Int64, _ asset: String) {
    take(.balance(AssetAmount(asset: Market.id(asset), amount: Money(whole: whole))))
  }

  mutating func price(_ instrument: UInt16, _ ticks: Int64) {
    take(
      .trade(
        Trade(
          instrument: InstrumentID(instrument), price: Price(ticks: ticks),
          quantity: Quantity(lots: 1), aggressor: .buy, id: 0)))
  }

  var equity: String { state.account.equity.exactText }
  var unvalued: [String] { state.unvaluedAssets.map { Market.assets[$0.index] } }
}

@Suite("Valuation")
struct ValuationTests {
  @Test("an asset without a pair of its own is valued through one between, in any direction")
  func oneBetween() {
    // Pairs, prices in ticks, what ten of X are worth in U.
    let rows: [(String, [Int64], String)] = [
      ("X/E E/U", [300, 2_000], "600"),
      ("E/X E/U", [400, 2_000], "50"),
      ("X/E U/E", [300, 25], "120"),
      ("E/X U/E", [400, 50], "5"),
      ("E/U X/E", [2_000, 300], "600"),
    ]
    for (pairs, prices, worth) in rows {
      var market = Market(pairs)
      market.hold(10, "X")
      #expect(market.unvalued == ["X"] && market.equity == "0")
      market.price(0, prices[0])
      #expect(market.unvalued == ["X"] && market.equity == "0")
      market.price(1, prices[1])
      #expect(market.equity == worth && market.unvalued.isEmpty, "\(pairs)")
    }
  }

  @Test("equity follows both marks on the way, and the balance")
  func follows() {
    var market = Market("X/E E/U")
    market.price(0, 300)
    market.price(1, 2_000)
    market.hold(10, "X")
    market.hold(1, "E")
    #expect(market.equity == "620")
    market.price(0, 400)
    #expect(market.equity == "820")
    market.price(1, 1_000)
    #expect(market.equity == "410")
    market.hold(0, "X")
    market.price(0, 900)
    #expect(market.equity == "10" && market.state.account.indirect.isEmpty)
  }

  @Test("a pair of its own comes first, whatever its id, as soon as it has a price")
  func direct() {
    var market = Market("X/E E/U X/U")
    market.hold(10, "X")
    market.price(0, 300)
    market.price(1, 2_000)
    #expect(market.equity == "600")
    market.price(2, 5_000)
    #expect(market.equity == "500")
    market.price(0, 900)
    #expect(market.equity == "500" && market.state.account.indirect.isEmpty)
  }

  @Test("of several ways the lowest ids are taken, and again when one of them gets its first price")
  func choice() {
    // Instruments 0 and 1 lead through B, 2 and 3 through E.
    var market = Market("X/B B/U X/E E/U")
    market.hold(10, "X")
    market.price(2, 300)
    market.price(3, 100)
    #expect(market.equity == "30")
    market.price(1, 100)
    #expect(market.equity == "30", "no price of X in B yet")
    market.price(0, 700)
    #expect(market.equity == "70")
  }

  @Test("two assets between are one too many, and the report's list names what has no value")
  func tooFar() {
    var market = Market("X/E E/B B/U")
    market.hold(10, "X")
    market.hold(3, "Y")
    for instrument in UInt16(0)..<3 { market.price(instrument, 100) }
    #expect(market.unvalued == ["X", "Y"] && market.equity == "0")
    #expect(market.state.value(of: .one, in: Market.id("E")) == .one)
  }

  @Test("a way whose price falls to zero values nothing until the price is back")
  func worthless() {
    var market = Market("E/X E/U")
    market.price(0, 400)
    market.price(1, 2_000)
    market.hold(10, "X")
    market.price(0, 0)
    #expect(market.equity == "0" && market.unvalued == ["X"])
    market.price(0, 200)
    #expect(market.equity == "100")
    #expect(market.state.anomalies.overflows == 0)
  }

  @Test("a new grid on the way loses its price, another reporting asset turns the way around")
  func changes() {
    var market = Market("X/E E/U")
    market.hold(10, "X")
    market.price(0, 300)
    market.price(1, 2_000)
    guard var definition = market.state.instruments[1] else { return }
    definition.lotScale = 4
    market.take(.instrument(definition))
    #expect(market.equity == "0" && market.unvalued == ["X"])
    market.price(1, 1_000)
    #expect(market.equity == "300")
    market.take(.configure(Configure(.reportingAsset, value: Int64(Market.id("X").raw))))
    market.hold(300, "U")
    #expect(market.equity == "20")
  }

  @Test("a decoded state values alike and goes on alike")
  func decoded() throws {
    var market = Market("X/E E/U X/B B/U")
    for asset in ["X", "E", "Y"] { market.hold(10, asset) }
    for (instrument, ticks) in [(2, 500), (3, 300), (0, 100), (1, 200)] as [(UInt16, Int64)] {
      market.price(instrument, ticks)
      var bytes = CanonicalBytes()
      market.state.encode(into: &bytes)
      #expect(try State(canonicalBytes: bytes.bytes) == market.state)
    }
  }
}
