/// The fields of every payload in the order they are stored: market and venue. The order is the
/// format; fields may be appended with a new minor version, never moved or removed.
internal import TradingCore

/// A payload that lists its fields for a row.
protocol EventFields {
  /// Any value; reading overwrites every field of it.
  static var blank: Self { get }
  /// Hands each field to the coder, which takes or replaces it.
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure)
}

extension Trade: EventFields {
  static var blank: Self {
    Trade(instrument: .none, price: .zero, quantity: .zero, aggressor: .buy, id: 0)
  }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.instrument(&instrument)
    try coder.price(&price)
    try coder.quantity(&quantity)
    try coder.signed(&id)
    try coder.signed(&firstID)
    try coder.unsigned(&count)
    try coder.choice(&aggressor)
    try coder.flag(&isAggregate)
  }
}

extension Quote: EventFields {
  static var blank: Self {
    Quote(
      instrument: .none, bidPrice: .zero, bidQuantity: .zero, askPrice: .zero, askQuantity: .zero,
      updateID: 0)
  }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.instrument(&instrument)
    try coder.price(&bidPrice)
    try coder.quantity(&bidQuantity)
    try coder.price(&askPrice)
    try coder.quantity(&askQuantity)
    try coder.signed(&updateID)
  }
}

extension Depth: EventFields {
  static var blank: Self {
    Depth(
      instrument: .none, side: .buy, price: .zero, quantity: .zero, lastUpdateID: 0, updateSpan: 0,
      flags: [])
  }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.instrument(&instrument)
    try coder.choice(&side)
    try coder.price(&price)
    try coder.quantity(&quantity)
    try coder.signed(&lastUpdateID)
    try coder.unsigned(&updateSpan)
    try coder.run(&flags)
  }
}

extension BookSnapshot: EventFields {
  static var blank: Self {
    BookSnapshot(
      instrument: .none, side: .buy, price: .zero, quantity: .zero, updateID: 0, flags: [])
  }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.instrument(&instrument)
    try coder.choice(&side)
    try coder.price(&price)
    try coder.quantity(&quantity)
    try coder.signed(&updateID)
    try coder.run(&flags)
  }
}

extension Candle: EventFields {
  static var blank: Self {
    Candle(
      instrument: .none, intervalSeconds: 0, open: .zero, high: .zero, low: .zero, close: .zero,
      volume: .zero)
  }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.instrument(&instrument)
    try coder.unsigned(&intervalSeconds)
    try coder.price(&open)
    try coder.price(&high)
    try coder.price(&low)
    try coder.price(&close)
    try coder.quantity(&volume)
  }
}

extension Funding: EventFields {
  static var blank: Self { Funding(instrument: .none, rate: 0, nextTime: .none) }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.instrument(&instrument)
    try coder.signed(&rate)
    try coder.signed(&nextTime.nanoseconds)
  }
}

extension Reading: EventFields {
  static var blank: Self { Reading(instrument: .none, feature: 0, value: 0) }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.instrument(&instrument)
    try coder.unsigned(&feature)
    var pattern = value.bitPattern
    try coder.bits(&pattern)
    value = Double(bitPattern: pattern)
  }
}

extension OrderReport: EventFields {
  static var blank: Self { OrderReport(order: .none, instrument: .none) }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.order(&order)
    try coder.signed(&venueOrderID)
    try coder.instrument(&instrument)
    try coder.choice(&reason)
  }
}

extension Amended: EventFields {
  static var blank: Self {
    Amended(order: .none, price: .zero, quantity: .zero, instrument: .none)
  }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.order(&order)
    try coder.price(&price)
    try coder.quantity(&quantity)
    try coder.instrument(&instrument)
  }
}

extension Fill: EventFields {
  static var blank: Self {
    Fill(
      order: .none, instrument: .none, side: .buy, price: .zero, quantity: .zero, fee: 0,
      feeAsset: .none, tradeID: 0, liquidity: .maker)
  }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.order(&order)
    try coder.price(&price)
    try coder.quantity(&quantity)
    try coder.signed(&fee)
    try coder.signed(&tradeID)
    try coder.asset(&feeAsset)
    try coder.instrument(&instrument)
    try coder.choice(&side)
    try coder.choice(&liquidity)
  }
}

extension AssetAmount: EventFields {
  static var blank: Self { AssetAmount(asset: .none, amount: .zero) }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.money(&amount)
    try coder.asset(&asset)
    try coder.unsigned(&reason)
  }
}

extension ConnectionReport: EventFields {
  static var blank: Self { ConnectionReport(venue: 0, stream: .any) }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.unsigned(&venue)
    try coder.choice(&stream)
  }
}

extension Gap: EventFields {
  static var blank: Self { Gap(instrument: .none, stream: .any, count: 0, reason: .sequence) }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.unsigned(&count)
    try coder.instrument(&instrument)
    try coder.choice(&stream)
    try coder.choice(&reason)
  }
}
