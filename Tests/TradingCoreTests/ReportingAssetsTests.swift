/// The same money at two venues: it is one in value and two in what can be paid with it.

import Testing

@testable import TradingCore

@Suite("What equity is counted in")
struct ReportingAssetsTests {
  // One venue's dollars and bitcoin, then the other's.
  private let dollars = AssetID(0)
  private let bitcoin = AssetID(1)
  private let otherDollars = AssetID(2)
  private let otherBitcoin = AssetID(3)

  private func market(_ id: UInt16, _ base: AssetID, _ quote: AssetID) -> EventBody {
    .instrument(
      InstrumentDefinition(
        instrument: InstrumentID(id), base: base, quote: quote,
        tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 5)))
  }

  private func trade(_ id: UInt16, at dollars: Int64) -> EventBody {
    .trade(
      Trade(
        instrument: InstrumentID(id), price: Price(ticks: dollars * 100),
        quantity: Quantity(lots: 100_000), aggressor: .buy, id: 0))
  }

  private func balance(_ asset: AssetID, _ whole: Int128) -> EventBody {
    .balance(AssetAmount(asset: asset, amount: Money(units: whole * Money.one.units)))
  }

  /// Holdings at both venues, with the second's dollars told as the first's or not.
  private func state(hasTwin: Bool) -> State {
    let twin = Configure(.reportingTwin, value: Int64(otherDollars.raw))
    return reduced(
      [
        market(0, bitcoin, dollars), market(1, otherBitcoin, otherDollars),
        .configure(Configure(.reportingAsset, value: Int64(dollars.raw))),
      ] + (hasTwin ? [.configure(twin)] : []) + [
        balance(dollars, 1_000), balance(bitcoin, 2), balance(otherDollars, 500),
        balance(otherBitcoin, 3), trade(0, at: 100), trade(1, at: 110),
      ])
  }

  private func reduced(_ bodies: [EventBody]) -> State {
    var state = State()
    for (index, body) in bodies.enumerated() {
      reduce(&state, Event(receiveTime: Timestamp(nanoseconds: Int64(index)), body))
    }
    return state
  }

  @Test("each venue's assets are valued by its own prices, and its dollars are dollars")
  func value() {
    #expect(state(hasTwin: true).account.equity == Money(units: 2_030 * Money.one.units))
    #expect(state(hasTwin: true).unvaluedAssets.isEmpty)
    #expect(state(hasTwin: false).account.equity == Money(units: 1_200 * Money.one.units))
    #expect(state(hasTwin: false).unvaluedAssets == [otherDollars, otherBitcoin])
  }

  @Test("a new price at one venue moves what is held there and nothing else")
  func moves() {
    var state = state(hasTwin: true)
    reduce(&state, Event(receiveTime: Timestamp(nanoseconds: 100), trade(1, at: 210)))
    #expect(state.account.equity == Money(units: 2_330 * Money.one.units))
    reduce(&state, Event(receiveTime: Timestamp(nanoseconds: 101), trade(0, at: 50)))
    #expect(state.account.equity == Money(units: 2_230 * Money.one.units))
  }

  @Test("a state with twins is read back from its bytes as it was")
  func bytes() throws {
    let state = state(hasTwin: true)
    var bytes = CanonicalBytes()
    state.encode(into: &bytes)
    var reader = CanonicalReader(bytes.bytes)
    let again = try State(canonical: &reader)
    #expect(again == state)
    #expect(again.settings.reporting.others == [otherDollars])
  }

  @Test("the reporting asset set anew has no twins, one twice is one, and a ninth is not taken")
  func limits() {
    var assets = ReportingAssets(AssetID(0))
    let taken = [1, 2, 3, 4, 5, 6, 7, 8, 3, 0, 9].map { assets.add(AssetID($0)) }
    #expect(taken == Array(repeating: true, count: 10) + [false])
    #expect(assets.others.count == ReportingAssets.mostTwins)
    #expect(!ReportingAssets(AssetID(0)).contains(.none))
    let twin = EventBody.configure(Configure(.reportingTwin, value: 2))
    let anew = EventBody.configure(Configure(.reportingAsset, value: 1))
    #expect(reduced([twin, anew]).settings.reporting.others.isEmpty)
    let beyond = EventBody.configure(Configure(.reportingTwin, value: Int64(AssetID.capacity)))
    #expect(reduced([beyond]).anomalies.unknownSettings == 1)
  }
}
