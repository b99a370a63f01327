/// What the matching reports: into the order history, out to the user data stream.

internal import TradingCore

extension ExchangeDesk {
  /// Takes an account's reports, and tells the account of each and of its balances after all.
  mutating func settle(_ trader: Int, at now: Timestamp) {
    var touched: [AssetID] = []
    while let report = traders[trader].venue.nextReport() {
      guard let index = apply(report, trader) else { continue }
      note(assetsOf: traders[trader][index], into: &touched)
    }
    guard !touched.isEmpty else { return }
    traders[trader].updated = now
    startLists(trader, at: now)
    tellBalances(trader, touched, at: now)
    finishLists(trader, at: now)
  }

  private func note(assetsOf order: OrderRecord, into assets: inout [AssetID]) {
    let definition = order.grid.definition
    for asset in [definition.base, definition.quote] + order.trades.suffix(1).map(\.feeAsset)
    where !assets.contains(asset) {
      assets.append(asset)
    }
  }

  /// Books a report with its order.
  /// - Returns: the order's place; `nil` when nothing is to be told.
  private mutating func apply(_ report: Event, _ trader: Int) -> Int? {
    let time = report.venueTime
    switch report.body {
    case .accepted(let step): return change(trader, step, at: time) { $0.accept(at: time) }
    case .triggered(let step): return change(trader, step, at: time) { $0.trigger(at: time) }
    case .canceled(let step): return change(trader, step, at: time) { $0.end(.canceled, at: time) }
    case .expired(let step):
      return change(trader, step, at: time) { order in
        order.end(step.reason == .selfTrade ? .expiredInMatch : .expired, at: time)
      }
    case .rejected(let step): return reject(trader, step, at: time)
    case .fill(let fill): return book(fill, trader, at: time)
    default: return nil
    }
  }

  private mutating func change(
    _ trader: Int, _ report: OrderReport, at time: Timestamp,
    _ body: (inout OrderRecord) -> ExecutionType?
  ) -> Int? {
    guard let index = traders[trader].index(of: Int64(report.order.raw)) else { return nil }
    if let kind = body(&traders[trader][index]) {
      tell(trader, index, kind, at: time)
    } else {
      tellSpent(trader, traders[trader][index], at: time)
    }
    return index
  }

  /// An order that was asked for just now is refused to the request; an exit of a list, whose entry
  /// was taken, to its account.
  private mutating func reject(_ trader: Int, _ report: OrderReport, at time: Timestamp) -> Int? {
    guard let index = traders[trader].index(of: Int64(report.order.raw)) else { return nil }
    let order = traders[trader][index]
    let entry = traders[trader].index(of: order.id - Int64(order.terms.list.offset))
    let isEntryTaken = entry.map { traders[trader][$0].rejection == nil } ?? false
    guard order.status == .pending, isEntryTaken else {
      traders[trader][index].rejection = report.reason
      return nil
    }
    _ = traders[trader][index].end(.expired, at: time)
    tell(trader, index, .expired, at: time, reject: report.reason.word)
    return index
  }

  private mutating func book(_ fill: Fill, _ trader: Int, at time: Timestamp) -> Int? {
    guard let index = traders[trader].index(of: Int64(fill.order.raw)),
      let market = markets[fill.instrument]
    else { return nil }
    let id = nextTrade()
    let order = traders[trader][index]
    let row = TradeRow(
      id: id, order: order.id, list: order.list, instrument: fill.instrument, side: fill.side,
      price: fill.price, quantity: fill.quantity,
      value: market.grid.value(fill.price, fill.quantity), fee: traders[trader].venue.fee(of: fill),
      feeAsset: fill.feeAsset, isMaker: fill.liquidity == .maker, time: time, grid: market.grid)
    if order.trades.isEmpty {
      traders[trader].tenSeconds.add(-1, at: time)
      traders[trader].day.add(-1, at: time)
    }
    traders[trader][index].add(row)
    traders[trader].add(row)
    tell(trader, index, .trade, at: time, trade: row)
    return index
  }

  // MARK: Telling

  /// Tells what happened to an order, in every language that somebody listens in.
  mutating func tell(
    _ trader: Int, _ index: Int, _ kind: ExecutionType, at time: Timestamp,
    trade: TradeRow? = nil, reject: String = "NONE"
  ) {
    let step = OrderStep(
      kind: kind, time: time, execution: nextExecution(), trade: trade, reject: reject)
    let order = traders[trader][index]
    guard let market = markets[order.terms.instrument] else { return }
    if hasListener(trader, in: .api) {
      tell(trader, in: .api, order.executionReport(step, market, names, sent: time))
    }
    if hasListener(trader, in: .kraken) { tellKraken(trader, order, step, market) }
    if hasListener(trader, in: .coinbase) {
      tell(trader, in: .coinbase, coinbaseReport([order], isSnapshot: false, at: time))
    }
  }

  /// Sends the balances of some assets.
  mutating func tellBalances(_ trader: Int, _ assets: [AssetID], at now: Timestamp) {
    guard hasListener(trader, in: .api) else { return }
    let rows = assets.map { (names.code($0), free(trader, $0), locked(trader, $0)) }
    let event = JSONText.object { json in
      json.set("e", "outboundAccountPosition")
      json.set("E", now.milliseconds)
      json.set("u", traders[trader].updated.milliseconds)
      json.set("B", array: rows) { json, row in
        json.object { json in
          json.set("a", row.0)
          json.set("f", row.1.text(decimals: MarketGrid.decimals))
          json.set("l", row.2.text(decimals: MarketGrid.decimals))
        }
      }
    }
    tell(trader, in: .api, event)
  }

  func locked(_ trader: Int, _ asset: AssetID) -> Money { traders[trader].locked(asset) }

  func free(_ trader: Int, _ asset: AssetID) -> Money {
    traders[trader].venue.balance(asset) - locked(trader, asset)
  }

  // MARK: Lists

  /// Lists whose orders were taken by now have begun, which their account is told.
  private mutating func startLists(_ trader: Int, at now: Timestamp) {
    for list in traders[trader].lists.allOpen where list.stage == .asked {
      let isTaken = list.orders.allSatisfy { id in
        traders[trader].index(of: id).map { traders[trader][$0].rejection == nil } ?? false
      }
      if isTaken { move(list, to: .executing, trader, at: now) }
    }
  }

  /// Lists whose orders have all ended are done, which their account is told.
  private mutating func finishLists(_ trader: Int, at now: Timestamp) {
    for list in traders[trader].lists.allOpen where list.stage == .executing {
      let isOpen = list.orders.contains { id in
        traders[trader].index(of: id).map { traders[trader][$0].isOpen } ?? false
      }
      if !isOpen { move(list, to: .done, trader, at: now) }
    }
  }

  private mutating func move(
    _ list: ListRecord, to stage: ListRecord.Stage, _ trader: Int, at now: Timestamp
  ) {
    guard let index = traders[trader].lists.index(of: list.id) else { return }
    traders[trader].lists[index].stage = stage
    traders[trader].lists[index].updated = now
    tell(trader, traders[trader].lists[index], at: now)
  }

  /// Sends a list's status.
  mutating func tell(_ trader: Int, _ list: ListRecord, isUpdate: Bool = false, at now: Timestamp) {
    guard hasListener(trader, in: .api), let market = markets[list.instrument] else { return }
    let clientIDs = clientIDs(of: list, trader)
    tell(trader, in: .api, list.event(market, clientIDs: clientIDs, isUpdate: isUpdate, at: now))
  }

  /// Client ids of a list's orders, under which they were placed.
  func clientIDs(of list: ListRecord, _ trader: Int) -> [String] {
    list.orders.map { id in
      guard let index = traders[trader].index(of: id) else { return "" }
      let order = traders[trader][index]
      return order.status == .canceled ? order.originalClientID : order.clientID
    }
  }
}

extension OrderRecord {
  fileprivate mutating func accept(at time: Timestamp) -> ExecutionType {
    status = .new
    updated = time
    if !terms.type.waitsForTrigger { working = time }
    return .new
  }

  fileprivate mutating func trigger(at time: Timestamp) -> ExecutionType {
    working = time
    updated = time
    return .new
  }

  fileprivate mutating func end(_ status: OrderStatus, at time: Timestamp) -> ExecutionType? {
    let isMatch = status == .expiredInMatch
    // What was asked for as an amount ends with a report of its own when it is spent.
    let isSpent = isInQuote && executed.lots > 0 && status == .expired
    self.status = isSpent ? .filled : status
    updated = time
    if status == .canceled, originalClientID.isEmpty { originalClientID = clientID }
    if isSpent { return nil }
    return status == .canceled ? .canceled : isMatch ? .prevented : .expired
  }

  fileprivate mutating func add(_ trade: TradeRow) {
    executed.lots += trade.quantity.lots
    executedValue += trade.value
    trades.append(trade)
    updated = trade.time
    if working.isNone { working = trade.time }
    status = !isInQuote && open.lots == 0 ? .filled : .partiallyFilled
  }
}

extension RejectReason {
  /// The reason in an execution report (user-data-stream.md, Order Reject Reason).
  fileprivate var word: String {
    switch self {
    case .insufficientBalance: "INSUFFICIENT_BALANCES"
    case .wouldTrigger: "STOP_PRICE_WOULD_TRIGGER_IMMEDIATELY"
    case .wouldMatch: "WOULD_MATCH_IMMEDIATELY"
    default: "NONE"
    }
  }
}
