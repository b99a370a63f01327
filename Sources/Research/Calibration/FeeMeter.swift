/// Measures what a venue charged: fees against values, by instrument, liquidity and paying asset.

public import TradingCore

/// A fee rate that was fitted.
public struct FeeFit: Equatable, Sendable {
  public var instrument: InstrumentID
  public var liquidity: Liquidity
  public var asset: AssetID
  /// In 10⁻⁸ of the value; after any discount.
  public var rate: Int64
  public var count: Int
  /// Fills whose fee the rate gives to the last digit.
  public var exact: Int
  /// Root of the mean squared difference, in the paying asset.
  public var error: Double
}

struct FeeMeter {
  private struct Key: Hashable {
    var instrument: UInt16
    var liquidity: UInt8
    var asset: UInt16
  }

  private struct Charge {
    /// What the rate is a part of, in the paying asset.
    var base: Money
    var fee: Money
  }

  /// The most fills kept of a key; rates do not need more.
  private static let capacity = 100_000
  private var charges: [Key: [Charge]] = [:]
  private var last: [InstrumentID: Price] = [:]
  /// Fills whose paying asset had no price yet.
  private(set) var unpriced = 0

  mutating func observe(_ event: Event, _ names: Names) {
    switch event.body {
    case .trade(let trade): last[trade.instrument] = trade.price
    case .candle(let candle): last[candle.instrument] = candle.close
    case .fill(let fill): take(fill, names)
    default: break
    }
  }

  private mutating func take(_ fill: Fill, _ names: Names) {
    guard let definition = names.definition(fill.instrument), definition.isExact,
      definition.canValue(fill.price, fill.quantity)
    else { return }
    guard let base = charged(fill, definition, names) else {
      unpriced += 1
      return
    }
    let key = Key(
      instrument: fill.instrument.raw, liquidity: fill.liquidity.rawValue,
      asset: fill.feeAsset.raw)
    guard charges[key, default: []].count < FeeMeter.capacity else { return }
    let unit = Int128(powerOfTen(Money.scale - names.commissionDecimals(fill.feeAsset)))
    charges[key, default: []].append(
      Charge(base: base, fee: Money(units: Int128(fill.fee) * unit)))
  }

  /// The value of a fill in the asset that paid its fee; `nil` where nothing says what that is worth.
  private func charged(
    _ fill: Fill, _ definition: InstrumentDefinition, _ names: Names
  ) -> Money? {
    let value = definition.notional(fill.price, fill.quantity)
    if fill.feeAsset == definition.quote { return value }
    if fill.feeAsset == definition.base {
      return Money(units: Int128(fill.quantity.lots) * definition.lotAmount)
    }
    for case let market? in names.instruments
    where market.base == fill.feeAsset && market.quote == definition.quote && market.isExact {
      guard let price = last[market.instrument], let unit = market.value(of: .one, at: price),
        unit.units > 0
      else { continue }
      return value.scaled(by: Money.one.units, over: unit.units)
    }
    return nil
  }

  /// One fit for each instrument, liquidity and asset, in that order.
  func fits(_ names: Names) -> [FeeFit] {
    charges.sorted {
      ($0.key.instrument, $0.key.liquidity, $0.key.asset)
        < ($1.key.instrument, $1.key.liquidity, $1.key.asset)
    }.map { key, charges in
      FeeMeter.fit(
        charges, InstrumentID(key.instrument), Liquidity(rawValue: key.liquidity) ?? .taker,
        AssetID(key.asset), decimals: names.commissionDecimals(AssetID(key.asset)))
    }
  }

  /// The rate is fees ÷ values. A rounder one that gives more fees to the last digit is taken instead:
  /// venues charge whole hundredths of basis points, and rounding blurs the quotient.
  private static func fit(
    _ charges: [Charge], _ instrument: InstrumentID, _ liquidity: Liquidity, _ asset: AssetID,
    decimals: Int
  ) -> FeeFit {
    let fees = charges.reduce(0.0) { $0 + $1.fee.approximate }
    let bases = charges.reduce(0.0) { $0 + $1.base.approximate }
    let quotient = bases > 0 ? fees / bases * 1e8 : 0
    var best: FeeFit?
    for grain in [10_000.0, 1_000, 100, 10, 1] {
      let rate = Int64((quotient / grain).rounded() * grain)
      let differences = charges.map { charge in
        let step = Int128(powerOfTen(Money.scale - decimals))
        let fee = charge.base.scaled(by: Int128(rate), over: 100_000_000 * step)
        return (Money(units: fee.units * step) - charge.fee).approximate
      }
      let exact = differences.count { $0 == 0 }
      if let best, best.exact >= exact { continue }
      let squares = differences.reduce(0.0) { $0 + $1 * $1 }
      best = FeeFit(
        instrument: instrument, liquidity: liquidity, asset: asset, rate: rate,
        count: charges.count, exact: exact,
        error: (squares / Double(max(1, charges.count))).squareRoot())
      if exact == charges.count { break }
    }
    return best
      ?? FeeFit(
        instrument: instrument, liquidity: liquidity, asset: asset, rate: 0, count: 0, exact: 0,
        error: 0)
  }
}
