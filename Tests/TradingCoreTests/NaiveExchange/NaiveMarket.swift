/// What the naive exchange knows of one instrument, and the lots that an arriving order finds there.
@testable import TradingCore

/// How orders meet the market, by the raw values of `Setting.fillRule`.
enum NaiveRule: Int64, CaseIterable {
  case bookConservative = 0
  case quote = 1
  case candle = 2
  case sameEvent = 3
  case bookProbabilistic = 4

  var isBook: Bool { self == .bookConservative || self == .bookProbabilistic }
}

struct NaiveMarket {
  /// Lots at a price, of the side they are displayed on.
  struct Lots {
    var side: Side
    var price: Int64
    var lots: Int64
  }

  /// As many lots as anybody may want.
  static let endless = Int64.max / 4

  var definition: InstrumentDefinition
  var filters: [ExchangeFilter] = []
  var book = OrderBook()
  /// Whether the depth run that is arriving changes the book.
  var takesRun = false
  /// Whether the snapshot that is arriving replaces a book that was valid.
  var replacesValid = false
  var quote: Quote?
  /// The last trade or candle close.
  var last: Int64?
  var trades: [(time: Timestamp, lots: Int64)] = []
  /// Displayed lots that our orders took.
  var taken: [Lots] = []
  /// Lots bought less lots sold by our fills.
  var position: Int64 = 0

  init(_ definition: InstrumentDefinition) { self.definition = definition }

  /// Whether the market can fill or set off anything: not while nobody knows where it is.
  func isOpen(_ rule: NaiveRule) -> Bool {
    switch rule {
    case .bookConservative, .bookProbabilistic: book.isValid && !book.isCrossed
    case .quote: quote != nil
    case .candle, .sameEvent: true
    }
  }

  /// Whether the quote is of a later moment than the book.
  var isQuoteNewer: Bool { quote.map { $0.updateID > book.updateID } ?? false }

  /// What is displayed for an arriving order of a side to take, best first, whoever took it.
  func displayed(to side: Side, _ rule: NaiveRule) -> [Lots] {
    let other = side.opposite
    switch rule {
    case .bookConservative, .bookProbabilistic:
      guard isOpen(rule) else { return [] }
      let levels = book.allLevels.filter { $0.side == other }.map {
        Lots(side: other, price: $0.price.ticks, lots: $0.quantity.lots)
      }
      guard let quote, isQuoteNewer else { return levels }
      let price = side == .buy ? quote.askPrice.ticks : quote.bidPrice.ticks
      let lots = side == .buy ? quote.askQuantity.lots : quote.bidQuantity.lots
      guard lots > 0 else { return [] }
      let worse = levels.filter { side == .buy ? $0.price > price : $0.price < price }
      return [Lots(side: other, price: price, lots: lots)] + worse
    case .quote:
      guard let quote else { return [] }
      let price = side == .buy ? quote.askPrice.ticks : quote.bidPrice.ticks
      let lots = side == .buy ? quote.askQuantity.lots : quote.bidQuantity.lots
      guard lots > 0 else { return [] }
      let worse = price + side.sign
      return [
        Lots(side: other, price: price, lots: lots),
        Lots(side: other, price: worse, lots: NaiveMarket.endless),
      ]
    case .sameEvent:
      return last.map { [Lots(side: other, price: $0, lots: NaiveMarket.endless)] } ?? []
    case .candle: return []
    }
  }

  /// The same less what we took, without the levels where nothing is left.
  func touchable(to side: Side, _ rule: NaiveRule) -> [Lots] {
    displayed(to: side, rule).compactMap { level in
      guard level.lots < NaiveMarket.endless else { return level }
      let left = level.lots - Self.lots(in: taken, level.side, level.price)
      return left > 0 ? Lots(side: level.side, price: level.price, lots: left) : nil
    }
  }

  /// The price an arriving order would be offered.
  func touchablePrice(to side: Side, _ rule: NaiveRule) -> Int64? {
    rule == .candle ? last : displayed(to: side, rule).first?.price
  }

  /// What sets off triggers.
  func reference(_ side: Side, _ rule: NaiveRule) -> Int64? {
    last ?? touchablePrice(to: side, rule)
  }

  /// Lots displayed on a side at a price.
  func displayed(_ side: Side, at price: Int64) -> Int64 {
    guard book.isValid else { return 0 }
    return (side == .buy ? book.bids : book.asks).quantity(at: Price(ticks: price)).lots
  }

  /// Lots in the book at a price, valid or not.
  func recorded(_ side: Side, at price: Int64) -> Int64 {
    (side == .buy ? book.bids : book.asks).quantity(at: Price(ticks: price)).lots
  }

  /// Lots traded in the minute before, in whole seconds.
  func volume(before now: Timestamp) -> Int64 {
    let second = now.floored(to: .second)
    return trades.filter { trade in
      let age = second - trade.time.floored(to: .second)
      return age >= .zero && age < .minute
    }.reduce(0) { $0 + $1.lots }
  }

  static func lots(in list: [Lots], _ side: Side, _ price: Int64) -> Int64 {
    list.first { $0.side == side && $0.price == price }?.lots ?? 0
  }

  /// Changes the lots of a place in a list; none takes the place out of it.
  static func set(_ list: inout [Lots], _ side: Side, _ price: Int64, _ lots: Int64) {
    list.removeAll { $0.side == side && $0.price == price }
    if lots > 0 { list.append(Lots(side: side, price: price, lots: lots)) }
  }
}
