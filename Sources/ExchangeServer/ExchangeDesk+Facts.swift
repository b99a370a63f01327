/// Facts of the market: into the state, into every account's matching, out to the streams.

public import TradingCore

extension ExchangeDesk {
  /// Takes a fact of the market; what an earlier run decided or was told is passed over.
  /// - Parameter now: the exchange's time; `event` is stamped with it or with an earlier one.
  public mutating func receive(_ event: Event, at now: Timestamp) {
    let kind = event.body.kind
    guard kind.isMarket || kind.isDefinition || kind == .connected || kind == .disconnected,
      kind != .latency
    else { return }
    take(event, at: now)
  }

  /// Takes a fact, whatever it is.
  mutating func take(_ event: Event, at now: Timestamp) {
    if case .latency = event.body { return }
    if case .configure(let change) = event.body, change.setting == .latency { return }
    if case .bookSnapshot(let level) = event.body, level.flags.contains(.first) {
      noteOldLevels(level.instrument)
    }
    reduce(&state, event)
    publish(event, at: now)
    for trader in traders.indices {
      traders[trader].observe(event, at: now)
      settle(trader, at: now)
    }
    if !openedMarkets.isEmpty { enforceFilters(at: now) }
  }

  private mutating func publish(_ event: Event, at now: Timestamp) {
    switch event.body {
    case .trade(let trade):
      let time = event.moment
      publish(trade, traded: time, at: now)
    case .quote(let quote): publish(quote, at: now)
    case .depth(let level): note(level, at: now)
    case .bookSnapshot(let level): note(level, at: now)
    case .candle(let candle): note(candle, from: event.start(of: candle))
    case .instrument(let definition):
      waitingDefinitions.removeAll { $0.instrument == definition.instrument }
      waitingDefinitions.append(definition)
      openMarkets(at: now)
    case .text(let text):
      names.note(text)
      openMarkets(at: now)
    case .filter(let filter):
      waitingFilters.removeAll { $0.instrument == filter.instrument && $0.kind == filter.kind }
      waitingFilters.append(filter)
      openMarkets(at: now)
    case .fee(let schedule):
      publishedFees.note(schedule)
      if schedule.fromVolume == 0 { fees = schedule }
    default: break
    }
  }

  // MARK: Definitions

  /// Opens the markets of which everything is known by now, and defines open ones anew.
  private mutating func openMarkets(at now: Timestamp) {
    for definition in waitingDefinitions where definition.isExact {
      guard !markets.has(definition.instrument) else {
        redefine(definition)
        continue
      }
      guard let symbol = names.symbols[definition.instrument.raw],
        !names.code(definition.base).isEmpty, !names.code(definition.quote).isEmpty
      else { continue }
      let market = PublicMarket(
        definition, symbol: symbol, base: names.code(definition.base),
        quote: names.code(definition.quote))
      markets.add(market)
      openedMarkets.append(market.id)
      resubscribe(to: market)
    }
    let open = markets
    waitingDefinitions.removeAll { open.has($0.instrument) }
    for filter in waitingFilters {
      markets.change(filter.instrument) { $0.apply(filter) }
    }
    waitingFilters.removeAll { open.has($0.instrument) }
  }

  /// An instrument cannot become another pair: the reducer and the accounts pass such a fact over, too.
  private mutating func redefine(_ definition: InstrumentDefinition) {
    let id = definition.instrument
    guard let old = markets[id]?.grid.definition, old.base == definition.base,
      old.quote == definition.quote
    else { return }
    markets.change(id) { $0.redefine(definition) }
    beats.tops[id] = nil
    openedMarkets.append(id)
  }

  /// Accounts check orders with the filters that are published, the usual ones among them; to be
  /// called when they know the market.
  private mutating func enforceFilters(at now: Timestamp) {
    for filter in openedMarkets.compactMap({ markets[$0]?.filters }).joined() {
      let fact = Event(receiveTime: now, .filter(filter))
      for trader in traders.indices { traders[trader].venue.observe(fact, at: now) }
    }
    openedMarkets.removeAll()
  }

  // MARK: Trades, quotes, candles

  private mutating func publish(_ trade: Trade, traded: Timestamp, at now: Timestamp) {
    let id = trade.instrument
    guard let published = markets.change(id, { $0.note(trade, at: traded) }) else { return }
    send(StreamKey(market: id, topic: .trade)) {
      $0.tradeMessage(published, at: traded, now: now)
    }
    send(StreamKey(market: id, topic: .aggregateTrade)) { market in
      market.trades.last.map { market.aggregateMessage($0, now: now) } ?? []
    }
    sendKraken(published, at: traded)
    sendCoinbase(published, at: traded, now: now)
  }

  private mutating func publish(_ quote: Quote, at now: Timestamp) {
    markets.change(quote.instrument) { $0.hasQuotes = true }
    sendTop(quote.instrument, quote, at: now)
  }

  private mutating func sendTop(_ id: InstrumentID, _ top: Quote, at now: Timestamp) {
    send(StreamKey(market: id, topic: .bookTicker)) { $0.quoteMessage(top) }
    sendKraken(top, of: id, at: now)
  }

  private mutating func note(_ candle: Candle, from start: Timestamp) {
    markets.change(candle.instrument) { market in
      if market.trades.last == nil { market.note(candle, from: start) }
    }
  }

  // MARK: The book

  /// A snapshot replaces the book: whatever was in it may change.
  private mutating func noteOldLevels(_ id: InstrumentID) {
    guard id.index < state.markets.count else { return }
    let levels = state.markets[id.index].book.allLevels
    markets.change(id) { market in
      for level in levels { market.noteLevel(level.side, level.price) }
    }
  }

  private mutating func note(_ level: BookSnapshot, at now: Timestamp) {
    let isLast = level.flags.contains(.last)
    markets.change(level.instrument) { market in
      if !level.flags.contains(.empty) { market.noteLevel(level.side, level.price) }
      if isLast { market.noteUpdate(level.updateID, isReloaded: true) }
    }
    if isLast { publishBook(level.instrument, at: now) }
  }

  private mutating func note(_ level: Depth, at now: Timestamp) {
    let book =
      level.instrument.index < state.markets.count
      ? state.markets[level.instrument.index].book.isValid : false
    guard book else { return }
    let isLast = level.flags.contains(.last)
    markets.change(level.instrument) { market in
      if !level.flags.contains(.empty) { market.noteLevel(level.side, level.price) }
      if isLast { market.noteUpdate(level.lastUpdateID, isReloaded: false) }
    }
    if isLast { publishBook(level.instrument, at: now) }
  }

  private mutating func publishBook(_ id: InstrumentID, at now: Timestamp) {
    sendTopOfBook(id, at: now)
    sendKrakenBooks(id, at: now)
  }

  /// The best levels of a book whose recording has no quotes of its own.
  private mutating func sendTopOfBook(_ id: InstrumentID, at now: Timestamp) {
    guard let market = markets[id], !market.hasQuotes else { return }
    let top = state.markets[id.index].top
    guard beats.tops[id] != top else { return }
    beats.tops[id] = top
    sendTop(id, top, at: now)
  }

  /// The best quote of a market; empty before the first.
  func top(_ id: InstrumentID) -> Quote {
    guard id.index < state.markets.count, state.markets[id.index].hasTop else {
      return Quote(
        instrument: id, bidPrice: .zero, bidQuantity: .zero, askPrice: .zero, askQuantity: .zero,
        updateID: 0)
    }
    return state.markets[id.index].top
  }
}
