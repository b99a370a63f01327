/// The random orders of an order stream: every type, time in force, flag and shape of list, amends and
/// cancels of orders that may be there.
@testable import TradingCore

extension OrderStream {
  mutating func addRequests() {
    switch random.uniform() {
    case ..<0.56: place(terms())
    case ..<0.70: addList()
    case ..<0.83:
      let id = someOrder()
      pending.append(.request(id, .cancel(id)))
    case ..<0.95: addAmend()
    default:
      let id = someOrder()
      pending.append(.request(id, .cancel(id)))
      var terms = terms()
      terms.list = ListPlace(.replacement, offset: 0, isLast: true)
      place(terms)
    }
  }

  private mutating func place(_ terms: OrderTerms) {
    orderCount += 1
    pending.append(.request(OrderID(orderCount), .place(terms)))
  }

  private mutating func someOrder() -> OrderID {
    let back = random.below(min(24, orderCount + 1))
    return OrderID(orderCount + 1 - max(1, back))
  }

  private mutating func addAmend() {
    let id = someOrder()
    let terms = AmendTerms(
      order: id, price: Price(ticks: price()), quantity: Quantity(lots: lots()))
    pending.append(.request(id, .amend(terms)))
  }

  // MARK: Terms

  private mutating func price() -> Int64 {
    random.chance(0.005) ? 0 : markets[0].middle + random.integer(in: -6...6)
  }

  private mutating func lots() -> Int64 {
    random.chance(0.01) ? random.integer(in: -1...0) : random.integer(in: 1...12)
  }

  private mutating func terms(_ types: ClosedRange<Int64> = 0...13) -> OrderTerms {
    let kinds: [OrderType] = [
      .market, .market, .market, .limit, .limit, .limit, .limit, .limit, .limit, .stop, .stop,
      .stopLimit, .takeProfit, .takeProfitLimit,
    ]
    let instrument = random.chance(0.005) ? 9 : UInt16(random.below(UInt64(markets.count)))
    var terms = OrderTerms(
      instrument: InstrumentID(instrument), side: random.chance(0.5) ? .buy : .sell,
      type: kinds[Int(random.integer(in: types))], quantity: Quantity(lots: lots()),
      price: Price(ticks: price()), reduceOnly: random.chance(0.12))
    terms.flags.selfTrade = SelfTrade.allCases[Int(random.below(4))]
    terms.timeInForce = TimeInForce.allCases[Int(random.below(6)) % 4]
    if terms.timeInForce == .goodTillDate {
      let seconds = now.nanoseconds / Interval.second.nanoseconds
      terms.expirySeconds = UInt32(seconds + random.integer(in: 0...15))
    }
    addParticulars(&terms)
    return terms
  }

  private mutating func addParticulars(_ terms: inout OrderTerms) {
    let oddity = random.chance(0.01)
    if terms.type.waitsForTrigger || oddity { terms.trigger = Price(ticks: price()) }
    if terms.type.isStop && random.chance(0.35) || oddity {
      terms.trailing = UInt16(random.integer(in: 0...6) * 100)
      if random.chance(0.4) { terms.trigger = .zero }
    }
    if terms.type == .market && random.chance(0.3) || oddity {
      terms.flags.insert(.inQuote)
      terms.quantity = Quantity(lots: random.integer(in: 0...1_500) * 100_000_000)
      if !random.chance(0.1), terms.timeInForce == .fillOrKill {
        terms.timeInForce = .immediateOrCancel
      }
    }
    guard terms.type == .limit || oddity else { return }
    if random.chance(0.15) { terms.flags.insert(.postOnly) }
    if random.chance(0.2) { terms.parts = UInt8(random.integer(in: 1...6)) }
    guard terms.parts > 1 || terms.flags.contains(.postOnly), !random.chance(0.05) else { return }
    terms.timeInForce = .goodTillCanceled
    terms.expirySeconds = 0
  }

  // MARK: Lists

  private mutating func addList() {
    let isPair = random.chance(0.5)
    var list = [isPair ? lasting(terms(3...13)) : terms()]
    for _ in 0..<(isPair ? 1 : random.integer(in: 1...2)) { list.append(lasting(terms(3...13))) }
    for index in list.indices {
      let role: ListRole = isPair ? .alternative : index == 0 ? .entry : .exit
      list[index].instrument = list[0].instrument
      list[index].side = isPair || index == 0 ? list[0].side : list[0].side.opposite
      list[index].list = ListPlace(role, offset: index, isLast: index == list.count - 1)
    }
    if random.chance(0.04) { spoil(&list) }
    for terms in list { place(terms) }
  }

  /// An order as alternatives and exits are: one that can wait or rest for long.
  private mutating func lasting(_ terms: OrderTerms) -> OrderTerms {
    var terms = terms
    let lasts = terms.timeInForce == .goodTillCanceled || terms.timeInForce == .goodTillDate
    if !lasts, !random.chance(0.03) { terms.timeInForce = .goodTillCanceled }
    if terms.type == .market { terms.type = .limit }
    return terms
  }

  private mutating func spoil(_ list: inout [OrderTerms]) {
    let index = Int(random.below(UInt64(list.count)))
    switch random.below(4) {
    case 0: list[index].side = list[index].side.opposite
    case 1: list.remove(at: index)
    case 2: list[index].list = .alone
    default: list[index].list = ListPlace(.exit, offset: index, isLast: index == list.count - 1)
    }
  }
}
