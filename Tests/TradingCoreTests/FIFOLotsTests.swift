/// Average cost and first in, first out side by side: tables worked out by hand, a queue of single
/// lots as an oracle, and what both methods must agree on.
import Testing

@testable import TradingCore

/// Fills and what both methods say after each, one line a fill, amounts in lots and ticks: `held`, then
/// cost and realised profit by average cost, then by lots, then the fees so far. A lot is 0.001 and a
/// tick 0.01, so a number here is 10⁻⁵ of the quote asset.
struct CostTable: CustomTestStringConvertible, Sendable {
  var name: String
  var text: String
  var testDescription: String { name }

  /// The fill of each line as `Ledger` reads it, and the numbers behind it.
  var rows: [(fill: String, expected: String)] {
    text.split(separator: "\n").map { line in
      let parts = line.split(separator: "|").map { part in
        part.split(separator: " ").joined(separator: " ")
      }
      return (parts[0], parts.dropFirst().joined(separator: " | "))
    }
  }

  static let all = [
    CostTable(
      name: "a long position in three steps, sold in three",
      text: """
        buy  10 @100 fee 0 of 1 |  10 |  1000     0 |  1000     0 | 0
        buy  10 @120 fee 0 of 1 |  20 |  2200     0 |  2200     0 | 0
        buy  20 @130 fee 0 of 1 |  40 |  4800     0 |  4800     0 | 0
        sell 15 @140 fee 0 of 1 |  25 |  3000   300 |  3200   500 | 0
        sell 15 @110 fee 0 of 1 |  10 |  1200   150 |  1300   250 | 0
        sell 10 @150 fee 0 of 1 |   0 |     0   450 |     0   450 | 0
        """),
    CostTable(
      name: "a short position, bought back in parts of lots",
      text: """
        sell  4 @200 fee 0 of 1 |  -4 |  -800     0 |  -800     0 | 0
        sell  4 @100 fee 0 of 1 |  -8 | -1200     0 | -1200     0 | 0
        buy   2 @110 fee 0 of 1 |  -6 |  -900    80 |  -800   180 | 0
        buy   4 @190 fee 0 of 1 |  -2 |  -300   -80 |  -200    20 | 0
        buy   2 @50  fee 0 of 1 |   0 |     0   120 |     0   120 | 0
        """),
    CostTable(
      name: "long, short and long again, each turn in one fill",
      text: """
        buy   3 @100 fee 0 of 1 |   3 |   300     0 |   300     0 | 0
        buy   3 @200 fee 0 of 1 |   6 |   900     0 |   900     0 | 0
        sell 10 @150 fee 0 of 1 |  -4 |  -600     0 |  -600     0 | 0
        sell  2 @180 fee 0 of 1 |  -6 |  -960     0 |  -960     0 | 0
        buy   9 @140 fee 0 of 1 |   3 |   420   120 |   420   120 | 0
        sell  3 @140 fee 0 of 1 |   0 |     0   120 |     0   120 | 0
        """),
    CostTable(
      name: "fees in the quote asset stay out of the cost",
      text: """
        buy  10 @100 fee 5000 of 1 |  10 |  1000    0 |  1000    0 |  5
        buy  10 @120 fee 6000 of 1 |  20 |  2200    0 |  2200    0 | 11
        sell 10 @130 fee 7000 of 1 |  10 |  1100  200 |  1200  300 | 18
        sell 10 @90  fee 4000 of 1 |   0 |     0    0 |     0    0 | 22
        """),
    CostTable(
      name: "a rebate makes fees negative",
      text: """
        buy  10 @100 fee -1000 of 1 | 10 | 1000    0 | 1000    0 | -1
        sell 10 @101 fee -2000 of 1 |  0 |    0   10 |    0   10 | -3
        """),
    CostTable(
      name: "a fee in a third asset, 2.00 each, counts at its price",
      text: """
        buy  10 @100 fee 500  of 2 | 10 | 1000    0 | 1000    0 | 1
        sell 10 @110 fee 1000 of 2 |  0 |    0  100 |    0  100 | 3
        """),
    CostTable(
      name: "a fee in the base asset: half a lot less is received, at the price of the fill",
      text: """
        buy  10 @100 fee 50000 of 0 |  9.5 |  950     0 |  950     0 |  50
        buy  10 @200 fee 50000 of 0 |   19 | 2850     0 | 2850     0 | 150
        sell  9 @200 fee 50000 of 0 |  9.5 | 1425   475 | 1900   950 | 250
        sell  9 @100 fee 50000 of 0 |    0 |    0     0 |    0     0 | 300
        """),
    CostTable(
      name: "a rebate in the base asset: half a lot more",
      text: """
        buy  10 @100 fee -50000 of 0 | 10.5 | 1050    0 | 1050    0 | -50
        sell 11 @100 fee -50000 of 0 |    0 |    0    0 |    0    0 | -100
        """),
    CostTable(
      name: "what a base fee leaves below a lot is closed by the next fill against it",
      text: """
        buy   5 @100 fee 50000 of 0 |  4.5 |  450     0 |  450     0 | 50
        sell  4 @120 fee 0     of 1 |  0.5 |   50    80 |   50    80 | 50
        sell  2 @110 fee 0     of 1 | -1.5 | -165    85 | -165    85 | 50
        """),
  ]
}

@Suite("FIFO lots and average cost")
struct FIFOLotsTests {
  /// An amount as a multiple of 10⁻⁵, or of 10⁻³ where it is of the base asset.
  private func text(_ money: Money, decimals: Int) -> String {
    Money(units: money.units * Int128(powerOfTen(decimals))).exactText
  }

  private func row(_ position: Position, _ lots: FIFOLots) -> String {
    let held = text(position.amount, decimals: 3)
    let money = [position.cost, position.realised, lots.cost, lots.realised, position.fees].map {
      text($0, decimals: 5)
    }
    return "\(held) | \(money[0]) \(money[1]) | \(money[2]) \(money[3]) | \(money[4])"
  }

  @Test("book fills as the tables say", arguments: CostTable.all)
  func tables(table: CostTable) {
    var ledger = Ledger()
    for (fill, expected) in table.rows {
      ledger.fill(fill)
      #expect(row(ledger.position, ledger.state.account.lots[0]) == expected, "\(fill)")
    }
    #expect(ledger.state.anomalies.overflows == 0)
  }

  /// Every lot of the exchange's grid on its own, oldest first: too slow for anything but the truth.
  private struct SingleLots {
    var prices: [Int64] = []
    var side = Side.buy
    var realisedTicks: Int64 = 0

    mutating func fill(_ side: Side, _ price: Int64) {
      if prices.isEmpty { self.side = side }
      if side == self.side {
        prices.append(price)
      } else {
        let entry = prices.removeFirst()
        realisedTicks += (price - entry) * (self.side == .buy ? 1 : -1)
      }
    }
  }

  @Test("first in, first out is what a queue of single lots says, until lots merge")
  func oracle() {
    for seed in UInt64(1)...30 {
      var random = RandomSource(seed: seed, label: "single lots")
      var (ledger, single) = (Ledger(), SingleLots())
      for _ in 0..<300 {
        let (side, lots) = (random.chance(0.5) ? Side.buy : .sell, random.integer(in: 1...12))
        let price = random.integer(in: 1...500)
        ledger.fill(side, lots, at: price, fee: 0, of: 1)
        for _ in 0..<lots { single.fill(side, price) }
        let lotsOpen = ledger.state.account.lots[0]
        let held = Int64(single.prices.count) * single.side.sign
        let cost = single.prices.reduce(0, +) * single.side.sign
        #expect(ledger.position.lots.lots == (single.prices.isEmpty ? 0 : held), "seed \(seed)")
        #expect(text(lotsOpen.realised, decimals: 5) == "\(single.realisedTicks)", "seed \(seed)")
        #expect(text(lotsOpen.cost, decimals: 5) == "\(cost)", "seed \(seed)")
      }
      #expect(ledger.state.account.lots[0].mergeCount == 0)
    }
  }

  @Test("beyond its room the two oldest lots become one, and no cost is lost")
  func merging() {
    var ledger = Ledger()
    let count = Int64(FIFOLots.capacity)
    for index in 1...count + 2 { ledger.fill(.buy, 1, at: index, fee: 0, of: 1) }
    let full = ledger.state.account.lots[0]
    #expect(full.count == FIFOLots.capacity && full.mergeCount == 2)
    let oldest = full.open[0]
    #expect(text(oldest.amount, decimals: 3) == "3" && text(oldest.cost, decimals: 5) == "6")
    #expect(full.cost == ledger.position.cost)
    // The merged lot costs 2 on average; a lot of it is sold at 10.
    ledger.fill(.sell, 1, at: 10, fee: 0, of: 1)
    #expect(text(ledger.state.account.lots[0].realised, decimals: 5) == "8")
    ledger.fill(.sell, count + 1, at: 10, fee: 0, of: 1)
    #expect(ledger.state.account.lots[0].count == 0)
    #expect(ledger.state.account.lots[0].realised == ledger.position.realised)
  }

  @Test(
    "each closed lot names its entry, its exit and its profit, and they sum to what is realised")
  func closings() {
    var lots = FIFOLots()
    var closed: [ClosedLot] = []
    let seconds = { (time: Int64) in Timestamp(nanoseconds: time * Interval.second.nanoseconds) }
    func move(_ lots: Int64, _ ticks: Int64) -> BaseMove {
      let definition = InstrumentDefinition(
        instrument: InstrumentID(0), base: AssetID(0), quote: AssetID(1),
        tick: Decimal64(mantissa: 1, scale: 0), lot: Decimal64(mantissa: 1, scale: 0))
      let fill = Fill(
        order: OrderID(1), instrument: InstrumentID(0), side: lots > 0 ? .buy : .sell,
        price: Price(ticks: ticks), quantity: Quantity(lots: abs(lots)), fee: 0,
        feeAsset: AssetID(1), tradeID: 0, liquidity: .taker)
      return BaseMove(fill, fee: .zero, baseFee: .zero, definition)
    }
    lots.apply(move(2, 10), at: seconds(1))
    lots.apply(move(3, 20), at: seconds(2))
    lots.apply(move(-4, 30), at: seconds(3)) { closed.append($0) }
    lots.apply(move(-3, 40), at: seconds(4)) { closed.append($0) }
    let rows = closed.map { lot in
      let times = [lot.entryTime, lot.exitTime].map { "\($0.nanoseconds / 1_000_000_000)" }
      let money = [lot.amount, lot.cost, lot.exit, lot.profit].map(\.exactText)
      return (times + money).joined(separator: " ")
    }
    #expect(rows == ["1 3 2 20 60 40", "2 3 2 40 60 20", "2 4 1 20 40 20"])
    #expect(lots.realised.exactText == "80" && lots.cost.exactText == "-80" && lots.count == 1)
  }

  @Test("both methods end with the same profit when flat, and agree on the whole at every mark")
  func whenFlat() throws {
    var flatCount = 0
    for seed in UInt64(1)...24 {
      var random = RandomSource(seed: seed, label: "flat")
      var ledger = Ledger(decimals: seed % 2 == 0 ? 8 : 18)
      let definition = try #require(ledger.state.instruments[0])
      ledger.trade(100)
      for step in 0..<500 {
        let fee = random.integer(in: -50_000...900_000)
        // A fee in the base asset leaves less than a lot behind, and then nothing is flat for long.
        let asset = seed % 3 == 0 ? 0 : UInt16(1 + random.below(2))
        let held = ledger.position.lots.lots
        if step % 7 == 6, held != 0 {
          let (side, lots) = (held > 0 ? Side.sell : .buy, Int64(held.magnitude))
          ledger.fill(side, lots, at: random.integer(in: 50...150), fee: 0, of: 1)
        } else {
          ledger.fill(
            random.chance(0.5) ? .buy : .sell, random.integer(in: 1...60),
            at: random.integer(in: 50...150), fee: fee, of: asset)
        }
        let mark = Price(ticks: random.integer(in: 1...200))
        let (position, lots) = (ledger.position, ledger.state.account.lots[0])
        let average = try #require(position.unrealised(at: mark, definition))
        let fifo = try #require(lots.unrealised(of: position.amount, at: mark, definition))
        #expect(position.realised + average == lots.realised + fifo, "seed \(seed)")
        guard position.amount == .zero else { continue }
        flatCount += 1
        #expect(position.realised == lots.realised && lots.count == 0, "seed \(seed)")
      }
    }
    #expect(flatCount > 100)
  }
}
