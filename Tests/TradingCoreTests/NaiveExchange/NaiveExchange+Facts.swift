/// The naive exchange takes a fact: definitions and settings, and where the market's facts lead.
@testable import TradingCore

extension NaiveExchange {
  func apply(_ event: Event) {
    switch event.body {
    case .trade(let trade): apply(trade)
    case .quote(let quote): apply(quote)
    case .depth(let depth): apply(depth)
    case .bookSnapshot(let level): apply(level)
    case .candle(let candle): apply(candle, start: event.start(of: candle))
    case .gap(let gap): lose(gap.stream, gap.instrument)
    case .disconnected(let report): lose(report.stream, .none)
    case .instrument(let definition):
      while markets.count <= definition.instrument.index { markets.append(nil) }
      if markets[definition.instrument.index] == nil {
        markets[definition.instrument.index] = NaiveMarket(definition)
      }
    case .filter(let filter):
      change(filter.instrument) { market in
        market.filters.removeAll { $0.kind == filter.kind }
        market.filters.append(filter)
      }
    case .latency(let row): latencies.append(row)
    case .configure(let setting): apply(setting)
    case .balance(let amount): setBalance(amount.asset, amount.amount.units)
    case .adjustment(let amount): addBalance(amount.asset, amount.amount.units)
    default: break
    }
  }

  /// Something of a stream is missing, of one instrument or of all.
  private func lose(_ stream: StreamKind, _ instrument: InstrumentID) {
    for index in markets.indices where instrument == .none || instrument.index == index {
      if stream == .depth || stream == .any { markets[index]?.book.invalidate() }
      if stream == .quote || stream == .any { markets[index]?.quote = nil }
      use("lost of \(stream)")
    }
  }

  private func apply(_ change: Configure) {
    switch change.setting {
    case .fillRule: rule = NaiveRule(rawValue: change.value) ?? rule
    case .account: account = AccountKind(rawValue: UInt8(change.value)) ?? account
    case .latency: symmetricLatency = Interval(nanoseconds: change.value)
    case .impact: (impactModel, impactStrength) = (change.index, change.value)
    case .volumeCap: volumeCap = change.value
    case .queue: (queueIsLogarithm, queueExponent) = (change.index == 1, change.value)
    default: break
    }
  }

  // MARK: Money

  func balance(_ asset: AssetID) -> Int128 {
    asset.index < balances.count ? balances[asset.index] : 0
  }

  func setBalance(_ asset: AssetID, _ units: Int128) {
    while balances.count <= asset.index { balances.append(0) }
    balances[asset.index] = units
  }

  func addBalance(_ asset: AssetID, _ units: Int128) {
    setBalance(asset, balance(asset) + units)
  }

  // MARK: Trades, quotes, candles

  private func apply(_ trade: Trade) {
    change(trade.instrument) { market in
      market.last = trade.price.ticks
      market.trades.removeAll { now - $0.time > Interval(nanoseconds: 120_000_000_000) }
      market.trades.append((now, trade.quantity.lots))
    }
    fillResting(by: trade)
    placeExits()
    lookAtTriggers(trade.instrument)
  }

  private func apply(_ quote: Quote) {
    guard let before = market(quote.instrument) else { return }
    change(quote.instrument) { market in
      market.quote = quote
      guard rule == .quote else { return }
      let old = before.quote
      if old?.bidPrice != quote.bidPrice || old?.bidQuantity != quote.bidQuantity {
        market.taken.removeAll { $0.side == .buy }
      }
      if old?.askPrice != quote.askPrice || old?.askQuantity != quote.askQuantity {
        market.taken.removeAll { $0.side == .sell }
      }
    }
    if rule == .quote { fillResting(byQuoteOf: quote.instrument) }
    if rule.isBook, market(quote.instrument)?.isQuoteNewer == true {
      use("quote newer than the book")
      return endRun(quote.instrument)
    }
    placeExits()
    if before.last == nil { lookAtTriggers(quote.instrument) }
  }

  private func apply(_ candle: Candle, start: Timestamp) {
    guard market(candle.instrument) != nil else { return }
    if rule == .candle { walk(candle) }
    change(candle.instrument) { $0.last = candle.close.ticks }
    if rule == .sameEvent { fillResting(by: candle, from: start) }
    placeExits()
    lookAtTriggers(candle.instrument)
  }
}
