/// What an account would hold on credit, were there any here: its worth, and positions that a test has planted.
/// Source: docs.kraken.com, REST, "Get Trade Balance", "Get Open Positions".

internal import Dialects
internal import TradingCore

/// A position that was planted; nothing trades it.
struct PlantedPosition: Sendable {
  var pair: String
  var side: String
  var volume: Money
  var cost: Money
  var margin: Money
  var time: Timestamp
}

extension ExchangeDesk {
  /// Plants a position in an account: `pair`, `type` (`buy` or `sell`), `vol`, `cost`, `margin`; `apiKey` is a key
  /// of the account.
  mutating func plantPosition(
    _ parameters: RequestParameters, at now: Timestamp
  ) throws(APIError) {
    func amount(_ name: String) throws(APIError) -> Money {
      guard let number = Decimal64(try parameters.required(name))?.rescaled(to: 8), number.exact,
        number.mantissa > 0
      else { throw .invalid(name) }
      return Money(units: Int128(number.mantissa) * Int128(powerOfTen(Money.scale - 8)))
    }
    let trader = try account(ofKey: parameters["apiKey"])
    let side = try parameters.required("type")
    guard ["buy", "sell"].contains(side) else { throw .invalid("type") }
    traders[trader].positions.append(
      PlantedPosition(
        pair: try parameters.required("pair"), side: side, volume: try amount("vol"),
        cost: try amount("cost"), margin: try amount("margin"), time: now))
  }

  /// What is held, at last prices and in the quote asset of the first market; positions have won nothing.
  func krakenTradeBalance(_ trader: Int) -> [UInt8] {
    let worth = balances(trader).reduce(Money.zero) { sum, row in
      sum + value(of: row.free + row.locked, row.asset)
    }
    let used = traders[trader].positions.reduce(Money.zero) { $0 + $1.margin }
    let cost = traders[trader].positions.reduce(Money.zero) { $0 + $1.cost }
    return JSONText.object { json in
      let figures = [
        ("eb", worth), ("tb", worth), ("m", used), ("uv", .zero), ("n", .zero), ("c", cost),
        ("v", cost), ("e", worth), ("mf", worth - used),
      ]
      for (name, amount) in figures { json.set(name, amount.text(decimals: 4)) }
    }
  }

  private func value(of amount: Money, _ asset: String) -> Money {
    let open = markets.indices.compactMap { markets[$0] }
    guard let first = open.first, asset != first.quote else { return amount }
    guard let market = open.first(where: { $0.base == asset && $0.quote == first.quote }) else {
      return .zero
    }
    let price = top(market.id).bidPrice
    let lots = amount.units / market.grid.definition.lotAmount
    return market.grid.value(price, Quantity(lots: Int64(clamping: lots)))
  }

  func krakenPositions(_ trader: Int) -> [UInt8] {
    JSONText.object { json in
      for (number, position) in traders[trader].positions.enumerated() {
        let text = { (amount: Money) in amount.text(decimals: MarketGrid.decimals) }
        json.set(KrakenID.trade.text(Int64(number) + 1)) { json in
          json.set("ordertxid", KrakenID.order.text(Int64(number) + 1))
          json.set("pair", position.pair)
          json.set("time", number: decimalText(Int128(position.time.nanoseconds), scale: 9))
          json.set("type", position.side)
          json.set("ordertype", "market")
          json.set("cost", text(position.cost))
          json.set("fee", text(.zero))
          json.set("vol", text(position.volume))
          json.set("vol_closed", text(.zero))
          json.set("margin", text(position.margin))
          json.set("posstatus", "open")
        }
      }
    }
  }
}
