/// The user data stream's `executionReport`: one step in an order's life, as the exchange tells its
/// account (user-data-stream.md, Order Update).

internal import TradingCore

/// What happened to an order.
struct OrderStep {
  var kind: ExecutionType
  var time: Timestamp
  var execution: Int64
  /// The part that traded, for `trade`.
  var trade: TradeRow?
  var reject = "NONE"
}

extension OrderRecord {
  /// The event, as of now.
  func executionReport(
    _ step: OrderStep, _ market: PublicMarket, _ names: VenueNames, sent: Timestamp
  ) -> [UInt8] {
    JSONText.object { json in
      json.set("e", "executionReport")
      json.set("E", sent.milliseconds)
      json.set("s", market.symbol)
      writeIdentity(step, into: &json)
      writeProgress(step, names, into: &json)
      if terms.trailing > 0 { json.set("d", Int(terms.trailing)) }
      if let strategyID { json.set("j", strategyID) }
      if let strategyType { json.set("J", strategyType) }
      if isWorking { json.set("W", working.milliseconds) }
      json.set("V", prevention.rawValue)
    }
  }

  private func writeIdentity(_ step: OrderStep, into json: inout JSONText) {
    json.set("c", clientID)
    json.set("S", terms.side.word)
    json.set("o", type.rawValue)
    json.set("f", terms.timeInForce.word)
    json.set("q", grid.text(quantity))
    json.set("p", grid.text(terms.type.hasLimit ? terms.price : .zero))
    json.set("P", grid.text(terms.trigger))
    json.set("F", grid.text(iceberg))
    json.set("g", list)
    json.set("C", step.kind == .canceled || step.kind == .replaced ? originalClientID : "")
    json.set("x", step.kind.rawValue)
    json.set("X", status.rawValue)
    json.set("r", step.reject)
    json.set("i", id)
  }

  private func writeProgress(_ step: OrderStep, _ names: VenueNames, into json: inout JSONText) {
    json.set("l", grid.text(step.trade?.quantity ?? .zero))
    json.set("z", grid.text(executed))
    json.set("L", grid.text(step.trade?.price ?? .zero))
    json.set("n", step.trade.map { grid.text($0.fee) } ?? "0")
    if let trade = step.trade {
      json.set("N", names.code(trade.feeAsset))
    } else {
      json.setNull("N")
    }
    json.set("T", step.time.milliseconds)
    json.set("t", step.trade?.id ?? -1)
    json.set("I", step.execution)
    json.set("w", isWorking && status.isOpen)
    json.set("m", step.trade?.isMaker ?? false)
    json.set("M", step.trade != nil)
    json.set("O", created.milliseconds)
    json.set("Z", grid.text(executedValue))
    json.set("Y", grid.text(step.trade?.value ?? .zero))
    json.set("Q", grid.text(quoteQuantity))
  }
}
