/// What an account may ask about itself.

internal import TradingCore

extension ExchangeDesk {
  // MARK: Orders

  func queryOrder(_ call: Call, _ trader: Int) throws(APIError) -> [UInt8] {
    let market = try market(call.parameters)
    let index = try find(
      call.parameters, trader, market, id: "orderId", client: "origClientOrderId",
      otherwise: .noSuchOrder)
    return JSONText.object { traders[trader][index].writeQueried(market, into: &$0) }
  }

  func openOrders(_ call: Call, _ trader: Int) throws(APIError) -> [UInt8] {
    let only = call.parameters.has("symbol") ? try market(call.parameters).id : nil
    return write(
      traders[trader].orders.allOpen.filter { only == nil || $0.terms.instrument == only })
  }

  func allOrders(_ call: Call, _ trader: Int) throws(APIError) -> [UInt8] {
    let market = try market(call.parameters)
    let limit = try call.parameters.limit(500, most: 1_000)
    let (from, to) = try period(call.parameters)
    let first = try call.parameters.integer("orderId")
    let orders = traders[trader].orders.all.filter { order in
      order.terms.instrument == market.id && order.id >= first ?? 0
        && order.created >= from && order.created <= to
    }
    let isForward = first != nil || call.parameters.has("startTime")
    return write(Array(isForward ? orders.prefix(limit) : orders.suffix(limit)))
  }

  private func write(_ orders: [OrderRecord]) -> [UInt8] {
    JSONText.array(orders) { json, order in
      guard let market = markets[order.terms.instrument] else { return }
      json.object { order.writeQueried(market, into: &$0) }
    }
  }

  /// `startTime` and `endTime`, both inclusive, at most a day apart where both are given.
  private func period(_ parameters: RequestParameters) throws(APIError) -> (Timestamp, Timestamp) {
    let from = try parameters.time("startTime")
    let to = try parameters.time("endTime")
    if let from, let to, to - from > .day {
      throw APIError(-1127, "More than 24 hours between startTime and endTime.")
    }
    return (from ?? .distantPast, to.map { $0 + Interval(nanoseconds: 999_999) } ?? .distantFuture)
  }

  func amendments(_ call: Call, _ trader: Int) throws(APIError) -> [UInt8] {
    let market = try market(call.parameters)
    guard let id = try call.parameters.integer("orderId") else { throw .missing("orderId") }
    guard let index = traders[trader].index(of: id) else { throw .noSuchOrder }
    let limit = try call.parameters.limit(500, most: 1_000)
    let from = try call.parameters.integer("fromExecutionId") ?? 0
    let rows = traders[trader][index].amendments.filter { $0.execution >= from }.prefix(limit)
    return JSONText.array(rows) { json, row in
      json.object { json in
        json.set("symbol", market.symbol)
        json.set("orderId", id)
        json.set("executionId", row.execution)
        json.set("origClientOrderId", row.oldClientID)
        json.set("newClientOrderId", row.newClientID)
        json.set("origQty", market.grid.text(row.oldQuantity))
        json.set("newQty", market.grid.text(row.newQuantity))
        json.set("time", row.time.milliseconds)
      }
    }
  }

  // MARK: Lists

  func queryList(_ call: Call, _ trader: Int) throws(APIError) -> [UInt8] {
    let number = try call.parameters.integer("orderListId")
    let name = try call.parameters.text("origClientOrderId")
    guard number != nil || name != nil else {
      throw .missing("orderListId", or: "origClientOrderId")
    }
    guard let list = findList(trader, number, name) else {
      throw APIError(-2018, "Order list does not exist.")
    }
    return write(list, trader)
  }

  /// The list with a number, else the latest with a client id.
  func findList(_ trader: Int, _ number: Int64?, _ name: String?) -> ListRecord? {
    let lists = traders[trader].lists
    guard let number else { return lists.all.last { $0.clientID == name } }
    return lists.index(of: number).map { lists[$0] }
  }

  func allLists(_ call: Call, _ trader: Int) throws(APIError) -> [UInt8] {
    let limit = try call.parameters.limit(500, most: 1_000)
    let (from, to) = try period(call.parameters)
    let first = try call.parameters.integer("fromId") ?? 0
    let lists = traders[trader].lists.all.filter {
      $0.id >= first && $0.created >= from && $0.created <= to
    }
    return JSONText.array(lists.prefix(limit)) { $0.add(raw: write($1, trader)) }
  }

  func openLists(_ call: Call, _ trader: Int) -> [UInt8] {
    JSONText.array(traders[trader].lists.allOpen) { json, list in
      json.add(raw: write(list, trader))
    }
  }

  private func write(_ list: ListRecord, _ trader: Int) -> [UInt8] {
    JSONText.object { json in
      guard let market = markets[list.instrument] else { return }
      list.write(market, clientIDs: clientIDs(of: list, trader), into: &json)
    }
  }

  // MARK: Trades

  func myTrades(_ call: Call, _ trader: Int) throws(APIError) -> [UInt8] {
    let market = try market(call.parameters)
    let limit = try call.parameters.limit(500, most: 1_000)
    let (from, to) = try period(call.parameters)
    let order = try call.parameters.integer("orderId")
    let first = try call.parameters.integer("fromId")
    let rows = traders[trader].trades.filter { row in
      row.instrument == market.id && row.id >= first ?? 0 && (order == nil || row.order == order)
        && row.time >= from && row.time <= to
    }
    let isForward = first != nil || call.parameters.has("startTime")
    return JSONText.array(isForward ? rows.prefix(limit) : rows.suffix(limit)) { json, row in
      json.object { write(row, market, into: &$0) }
    }
  }

  func write(_ row: TradeRow, _ market: PublicMarket, into json: inout JSONText) {
    json.set("symbol", market.symbol)
    json.set("id", row.id)
    json.set("orderId", row.order)
    json.set("orderListId", row.list)
    json.set("price", row.grid.text(row.price))
    json.set("qty", row.grid.text(row.quantity))
    json.set("quoteQty", row.grid.text(row.value))
    json.set("commission", row.grid.text(row.fee))
    json.set("commissionAsset", names.code(row.feeAsset))
    json.set("time", row.time.milliseconds)
    json.set("isBuyer", row.side == .buy)
    json.set("isMaker", row.isMaker)
    json.set("isBestMatch", true)
  }

  // MARK: The account

  func account(_ call: Call, _ trader: Int) throws(APIError) -> [UInt8] {
    let omits = try call.parameters.flag("omitZeroBalances")
    let rows = balances(trader).filter { !omits || $0.free + $0.locked != .zero }
    return JSONText.object { json in
      json.set("makerCommission", fees.maker / 10_000)
      json.set("takerCommission", fees.taker / 10_000)
      json.set("buyerCommission", 0)
      json.set("sellerCommission", 0)
      json.set("commissionRates") {
        writeRates(maker: fees.maker, taker: fees.taker, true, into: &$0)
      }
      for word in ["canTrade", "canWithdraw", "canDeposit"] { json.set(word, true) }
      for word in ["brokered", "requireSelfTradePrevention", "preventSor"] { json.set(word, false) }
      json.set("updateTime", traders[trader].updated.milliseconds)
      json.set("accountType", "SPOT")
      json.set("balances", array: rows) { json, row in json.object { row.write(into: &$0) } }
      json.set("permissions", strings: ["SPOT"])
      json.set("uid", traders[trader].uid)
    }
  }

  /// What an account has of each asset that has a name.
  func balances(_ trader: Int) -> [BalanceRow] {
    names.codes.indices.map { AssetID(UInt16($0)) }.filter { !names.code($0).isEmpty }.map {
      BalanceRow(asset: names.code($0), free: free(trader, $0), locked: locked(trader, $0))
    }
  }

  func commission(_ call: Call) throws(APIError) -> [UInt8] {
    let market = try market(call.parameters)
    return JSONText.object { json in
      json.set("symbol", market.symbol)
      writeRates("", hasSides: true, into: &json)
    }
  }

  /// Standard, special and tax rates; only the first are anything but zero here.
  func writeRates(_ suffix: String, hasSides: Bool, into json: inout JSONText) {
    json.set("standardCommission" + suffix) {
      writeRates(maker: fees.maker, taker: fees.taker, hasSides, into: &$0)
    }
    json.set("specialCommission" + suffix) { writeRates(maker: 0, taker: 0, hasSides, into: &$0) }
    json.set("taxCommission" + suffix) { writeRates(maker: 0, taker: 0, hasSides, into: &$0) }
    json.set("discount") { json in
      let isOn = fees.currency == .asset
      json.set("enabledForAccount", isOn)
      json.set("enabledForSymbol", isOn)
      json.set("discountAsset", isOn ? names.code(fees.asset) : "BNB")
      json.set("discount", MarketGrid.text(Int128(fees.discount), scale: 8))
    }
  }

  private func writeRates(
    maker: Int64, taker: Int64, _ hasSides: Bool, into json: inout JSONText
  ) {
    json.set("maker", MarketGrid.text(Int128(maker), scale: 8))
    json.set("taker", MarketGrid.text(Int128(taker), scale: 8))
    guard hasSides else { return }
    json.set("buyer", MarketGrid.text(0, scale: 8))
    json.set("seller", MarketGrid.text(0, scale: 8))
  }

  func orderCounts(_ call: Call, _ trader: Int) -> [UInt8] {
    JSONText.array(orderLimits(trader, at: call.now)) { json, limit in
      json.object { limit.write(into: &$0) }
    }
  }

  func myFilters(_ call: Call) throws(APIError) -> [UInt8] {
    let market = try market(call.parameters)
    return JSONText.object { json in
      json.set("exchangeFilters", strings: [])
      json.set("symbolFilters", array: market.filters) { json, filter in
        json.object { market.write(filter, into: &$0) }
      }
      json.set("assetFilters", strings: [])
    }
  }
}

/// What an account has of an asset.
struct BalanceRow {
  var asset: String
  var free: Money
  var locked: Money

  func write(into json: inout JSONText) {
    json.set("asset", asset)
    json.set("free", free.text(decimals: MarketGrid.decimals))
    json.set("locked", locked.text(decimals: MarketGrid.decimals))
  }
}
