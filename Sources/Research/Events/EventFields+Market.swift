/// Fields of what a market does and of what a venue says.

internal import TradingCore

extension EventFields {
  func visitMarket(_ body: EventBody, _ visitor: inout some FieldVisitor) {
    switch body {
    case .trade(let trade): visit(trade, &visitor)
    case .quote(let quote): visit(quote, &visitor)
    case .depth(let depth):
      level(depth.instrument, depth.side, depth.price, depth.quantity, depth.flags, &visitor)
      visitor.visit("firstUpdateID", .integer(depth.firstUpdateID))
      visitor.visit("updateID", .integer(depth.lastUpdateID))
    case .bookSnapshot(let book):
      level(book.instrument, book.side, book.price, book.quantity, book.flags, &visitor)
      visitor.visit("updateID", .integer(book.updateID))
    case .candle(let candle): visit(candle, &visitor)
    case .funding(let funding):
      visitor.visit("instrument", name(funding.instrument))
      visitor.visit("rate", hundredMillionths(funding.rate))
      visitor.visit("nextTime", time(funding.nextTime))
    case .reading(let reading):
      visitor.visit("instrument", name(reading.instrument))
      visitor.visit("feature", .integer(Int64(reading.feature)))
      visitor.visit("value", .number(reading.value))
    default: break
    }
  }

  private func visit(_ trade: Trade, _ visitor: inout some FieldVisitor) {
    visitor.visit("instrument", name(trade.instrument))
    visitor.visit("side", name(trade.aggressor))
    visitor.visit("price", value(trade.price, trade.instrument))
    visitor.visit("quantity", value(trade.quantity, trade.instrument))
    visitor.visit("id", .integer(trade.id))
    visitor.visit("firstID", .integer(trade.firstID))
    visitor.visit("count", .integer(Int64(trade.count)))
    visitor.visit("isAggregate", .flag(trade.isAggregate))
  }

  private func visit(_ quote: Quote, _ visitor: inout some FieldVisitor) {
    visitor.visit("instrument", name(quote.instrument))
    visitor.visit("bidPrice", value(quote.bidPrice, quote.instrument))
    visitor.visit("bidQuantity", value(quote.bidQuantity, quote.instrument))
    visitor.visit("askPrice", value(quote.askPrice, quote.instrument))
    visitor.visit("askQuantity", value(quote.askQuantity, quote.instrument))
    visitor.visit("updateID", .integer(quote.updateID))
  }

  private func visit(_ candle: Candle, _ visitor: inout some FieldVisitor) {
    visitor.visit("instrument", name(candle.instrument))
    visitor.visit("intervalSeconds", .integer(Int64(candle.intervalSeconds)))
    visitor.visit("open", value(candle.open, candle.instrument))
    visitor.visit("high", value(candle.high, candle.instrument))
    visitor.visit("low", value(candle.low, candle.instrument))
    visitor.visit("close", value(candle.close, candle.instrument))
    visitor.visit("volume", value(candle.volume, candle.instrument))
  }

  private func level(
    _ instrument: InstrumentID, _ side: Side, _ price: Price, _ quantity: Quantity,
    _ flags: RunFlags, _ visitor: inout some FieldVisitor
  ) {
    visitor.visit("instrument", name(instrument))
    visitor.visit("side", name(side))
    visitor.visit("price", value(price, instrument))
    visitor.visit("quantity", value(quantity, instrument))
    visitRun(flags, &visitor)
    visitor.visit("isEmpty", .flag(flags.contains(.empty)))
  }

  /// Where the event stands in its run.
  func visitRun(_ flags: RunFlags, _ visitor: inout some FieldVisitor) {
    visitor.visit("isFirst", .flag(flags.contains(.first)))
    visitor.visit("isLast", .flag(flags.contains(.last)))
  }

  func visitVenue(_ body: EventBody, _ visitor: inout some FieldVisitor) {
    switch body {
    case .accepted(let report), .rejected(let report), .sent(let report), .sendFailed(let report),
      .canceled(let report), .expired(let report), .unknown(let report), .triggered(let report):
      visitor.visit("instrument", name(report.instrument))
      visitor.visit("order", .unsigned(report.order.raw))
      visitor.visit("venueOrderID", .integer(report.venueOrderID))
      visitor.visit("reason", name(report.reason))
    case .amended(let change):
      visitor.visit("instrument", name(change.instrument))
      visitor.visit("order", .unsigned(change.order.raw))
      visitor.visit("price", value(change.price, change.instrument))
      visitor.visit("quantity", value(change.quantity, change.instrument))
    case .fill(let fill): visit(fill, &visitor)
    case .balance(let amount), .adjustment(let amount):
      visitor.visit("asset", name(amount.asset))
      visitor.visit("amount", value(amount.amount))
      visitor.visit("reasonCode", .integer(Int64(amount.reason)))
    case .connected(let report), .disconnected(let report):
      visitor.visit("venue", .integer(Int64(report.venue)))
      visitor.visit("stream", name(report.stream))
    case .gap(let gap):
      visitor.visit("instrument", name(gap.instrument))
      visitor.visit("stream", name(gap.stream))
      visitor.visit("count", .unsigned(gap.count))
      visitor.visit("reason", name(gap.reason))
    default: break
    }
  }

  private func visit(_ fill: Fill, _ visitor: inout some FieldVisitor) {
    visitor.visit("instrument", name(fill.instrument))
    visitor.visit("order", .unsigned(fill.order.raw))
    visitor.visit("side", name(fill.side))
    visitor.visit("price", value(fill.price, fill.instrument))
    visitor.visit("quantity", value(fill.quantity, fill.instrument))
    visitor.visit(
      "fee", .decimal(Int128(fill.fee), scale: names.commissionDecimals(fill.feeAsset)))
    visitor.visit("feeAsset", name(fill.feeAsset))
    visitor.visit("tradeID", .integer(fill.tradeID))
    visitor.visit("liquidity", name(fill.liquidity))
  }
}
