/// Kraken's `executions` channel: an account's orders and trades, step by step, in messages that are numbered
/// from 1 on each connection. All of an order's terms are told once, in its first report. Source:
/// docs.kraken.com, Spot WebSocket v2, "executions".

internal import Dialects
internal import TradingCore

extension ExchangeDesk {
  // MARK: Following

  /// Begins the channel: with the open orders, and with the last trades where they are wanted.
  mutating func followKraken(_ call: KrakenCall, on id: Int, at now: Timestamp) {
    let session: (trader: Int, key: String, token: String)
    do throws(KrakenError) { session = try krakenSession(call, on: id, at: now) } catch {
      return refuseKraken(error.text, call, nil, on: id, at: now)
    }
    guard connections[id]?.userStreams.isEmpty == true else {
      return refuseKraken("Already subscribed", call, nil, on: id, at: now)
    }
    connections[id]?.userStreams.append(
      Connection.UserStream(
        id: 0, trader: session.trader, key: session.key, tally: tallies.open(id, "user"),
        token: session.token))
    replyKraken(call.method, call.requestID, on: id, at: now) { json in
      json.set("result") { $0.set("channel", "executions") }
    }
    let entries = executions(of: session.trader, call)
    send(id, .text(krakenExecutions(entries, isSnapshot: true, on: id)))
  }

  /// Ends the channel.
  mutating func unfollowKraken(_ call: KrakenCall, on id: Int, at now: Timestamp) {
    guard let stream = connections[id]?.userStreams.first else {
      return refuseKraken("Subscription Not Found", call, nil, on: id, at: now)
    }
    connections[id]?.userStreams.removeAll()
    tallies.close(stream.tally)
    replyKraken(call.method, call.requestID, on: id, at: now) { json in
      json.set("result") { $0.set("channel", "executions") }
    }
  }

  /// What a subscription begins with.
  private func executions(of trader: Int, _ call: KrakenCall) -> [[UInt8]] {
    let account = traders[trader]
    let orders = call.parameters["snap_orders"] == "false" ? [] : account.orders.allOpen
    let trades = call.parameters["snap_trades"] == "true" ? account.trades.suffix(50) : []
    return orders.compactMap { order in
      guard let market = markets[order.terms.instrument] else { return nil }
      return JSONText.object { json in
        order.writeTerms(market, "new", at: order.updated, into: &json)
        order.writeProgress(into: &json)
      }
    }
      + trades.compactMap { trade in
        guard let market = markets[trade.instrument],
          let index = account.index(of: trade.order)
        else { return nil }
        return account[index].execution(trade, market, names)
      }
  }

  /// A message of the channel, which takes the next number of its connection.
  mutating func krakenExecutions(
    _ entries: [[UInt8]], isSnapshot: Bool = false, on id: Int
  ) -> [UInt8] {
    let number = connections[id]?.takeSequence() ?? 0
    return JSONText.object { json in
      json.set("channel", "executions")
      json.set("type", isSnapshot ? "snapshot" : "update")
      json.set("data", array: entries) { $0.add(raw: $1) }
      json.set("sequence", number + 1)
    }
  }

  // MARK: Telling

  /// Tells an account of a step of one of its orders.
  mutating func tellKraken(
    _ trader: Int, _ order: OrderRecord, _ step: OrderStep, _ market: PublicMarket
  ) {
    for entry in order.executions(step, market, names) { tell(trader, in: .kraken, entry) }
  }

  /// Tells of the end of an order that has spent the sum it was for; no trade says which is its last.
  mutating func tellSpent(_ trader: Int, _ order: OrderRecord, at time: Timestamp) {
    guard hasListener(trader, in: .kraken) else { return }
    tell(trader, in: .kraken, order.report("filled", time))
  }
}

extension OrderRecord {
  /// The reports of a step, in their order.
  fileprivate func executions(
    _ step: OrderStep, _ market: PublicMarket, _ names: VenueNames
  ) -> [[UInt8]] {
    switch step.kind {
    case .new where terms.type.waitsForTrigger && isWorking: return [report("status", step.time)]
    case .new:
      let first = JSONText.object { writeTerms(market, "pending_new", at: step.time, into: &$0) }
      return [first, report("new", step.time)]
    case .trade:
      guard let trade = step.trade else { return [] }
      let execution = execution(trade, market, names)
      return status == .filled ? [execution, report("filled", step.time)] : [execution]
    case .replaced:
      return [
        report("amended", step.time) { json in
          if !isInQuote { json.set("order_qty", number: grid.definition.text(quantity)) }
          if terms.type.hasLimit {
            json.set("limit_price", number: grid.definition.text(terms.price))
          }
        }
      ]
    case .canceled, .expired, .prevented, .rejected: return [report(krakenStatus, step.time)]
    }
  }

  /// An order by all its terms.
  fileprivate func writeTerms(
    _ market: PublicMarket, _ kind: String, at time: Timestamp, into json: inout JSONText
  ) {
    json.set("order_id", krakenID)
    json.set("cl_ord_id", placedAs)
    json.set("symbol", market.krakenName)
    json.set("side", terms.side == .buy ? "buy" : "sell")
    json.set("order_type", krakenType)
    if isInQuote {
      json.set("cash_order_qty", number: grid.text(quoteQuantity))
    } else {
      json.set("order_qty", number: grid.definition.text(quantity))
    }
    if terms.type.hasLimit { json.set("limit_price", number: grid.definition.text(terms.price)) }
    json.set("time_in_force", krakenTimeInForce)
    if type == .limitMaker { json.set("post_only", true) }
    json.set("fee_ccy_pref", "fciq")
    json.set("exec_type", kind)
    json.set("order_status", kind == "pending_new" ? kind : krakenStatus)
    json.set("timestamp", time.instantText)
  }

  fileprivate func writeProgress(into json: inout JSONText) {
    json.set("cum_qty", number: grid.definition.text(executed))
    json.set("cum_cost", number: grid.text(executedValue))
    json.set("avg_price", number: grid.text(averagePrice))
  }

  /// A step that tells nothing of the terms but what is added.
  fileprivate func report(
    _ kind: String, _ time: Timestamp, _ more: (inout JSONText) -> Void = { _ in }
  ) -> [UInt8] {
    JSONText.object { json in
      json.set("timestamp", time.instantText)
      json.set("order_status", krakenStatus)
      json.set("exec_type", kind)
      more(&json)
      writeProgress(into: &json)
      if let krakenReason { json.set("reason", krakenReason) }
      json.set("order_id", krakenID)
    }
  }

  /// A trade.
  fileprivate func execution(
    _ trade: TradeRow, _ market: PublicMarket, _ names: VenueNames
  ) -> [UInt8] {
    JSONText.object { json in
      json.set("order_id", krakenID)
      json.set("exec_id", KrakenID.trade.text(trade.id))
      json.set("exec_type", "trade")
      json.set("trade_id", trade.id)
      json.set("symbol", market.krakenName)
      json.set("side", trade.side == .buy ? "buy" : "sell")
      json.set("last_qty", number: trade.grid.definition.text(trade.quantity))
      json.set("last_price", number: trade.grid.definition.text(trade.price))
      json.set("liquidity_ind", trade.isMaker ? "m" : "t")
      json.set("cost", number: trade.grid.text(trade.value))
      json.set("order_status", "partially_filled")
      json.set("order_type", krakenType)
      json.set("fees", array: [trade.fee]) { json, fee in
        json.object { json in
          json.set("asset", names.code(trade.feeAsset))
          json.set("qty", number: trade.grid.text(fee))
        }
      }
      json.set("timestamp", trade.time.instantText)
    }
  }
}
