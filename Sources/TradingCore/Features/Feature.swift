/// What every feature of a market's microstructure promises, so that one table, one test and any
/// strategy can hold them all: it takes what happens, answers numbers or nothing, and remembers in
/// canonical bytes.

/// One number or several about a market's microstructure.
///
/// Features judge and never book. What they add up over a window are whole ticks and lots, which lose
/// nothing however long the stream is; only the answer is a `Double`, of + − × ÷ √ and `Elementary`.
/// A feature answers from what has happened and from nothing else, and never across a loss.
public protocol Feature: Sendable, CanonicallyEncodable {
  /// The numbers it answers, in their order.
  var outputs: [FeatureOutput] { get }

  /// Takes what just happened; `sight` and `book` are as they are after it. Amortised O(1), or
  /// O(levels) where it follows levels of the book.
  mutating func take(_ happening: MarketHappening, _ sight: MarketSight, _ book: OrderBook)

  /// Says one number for each output, as of `sight.now`, which is not before what was taken last.
  mutating func answer(_ sight: MarketSight, _ book: OrderBook, _ numbers: inout FeatureNumbers)
}

/// A feature that remembers nothing: what it answers stands in the quotes and the book of the moment.
protocol MomentaryFeature: Feature {}

extension MomentaryFeature {
  public mutating func take(
    _ happening: MarketHappening, _ sight: MarketSight, _ book: OrderBook
  ) {}

  public func encode(into bytes: inout CanonicalBytes) {}
}

/// A number of a feature.
public struct FeatureOutput: Equatable, Sendable {
  /// Empty where the feature has one number only.
  public let name: String
  public let unit: FeatureUnit

  init(_ name: String = "", _ unit: FeatureUnit) {
    self.name = name
    self.unit = unit
  }
}

/// What a number counts.
public enum FeatureUnit: String, Sendable {
  /// Units of the quote asset for one of the base asset.
  case price = "quote"
  /// Units of the base asset.
  case quantity = "base"
  case basisPoints = "bp"
  case seconds = "s"
  case perSecond = "1/s"
  /// A share, a sign or a ratio.
  case plain = ""
  /// A move of the price for each unit of the base asset.
  case pricePerQuantity = "quote/base"
  /// A return for each million units of the quote asset.
  case returnPerMillion = "1/million quote"
  case quantityPerBasisPoint = "base/bp"
}

/// What happened to one market, as its features see it.
public enum MarketHappening: Equatable, Sendable, BitwiseCopyable {
  case trade(TradePrint)
  /// The best quotes were told: by a quote, or by a message of a book in step with its venue.
  case quotes
  /// A message of a book in step with its venue was applied; `quotes` follows.
  case book
  /// Events were lost: what is known of these streams must not be joined to what comes.
  case lost(trades: Bool, quotes: Bool)
}

/// A trade in whole ticks and lots, both positive and below 2⁵³.
public struct TradePrint: Equatable, Sendable, BitwiseCopyable {
  public let ticks: Int64
  public let lots: Int64
  /// Who crossed the spread: 1 for the buyer, −1 for the seller, as the venue says.
  public let sign: Int64

  /// `nil` for what is no trade at a price.
  init?(_ trade: Trade) {
    guard isMeasurable(trade.price.ticks), isMeasurable(trade.quantity.lots) else { return nil }
    (ticks, lots) = (trade.price.ticks, trade.quantity.lots)
    sign = trade.aggressor == .buy ? 1 : -1
  }

  var signedLots: Int64 { sign * lots }
}

/// The best bid and ask, both there and not crossed, in whole ticks and lots below 2⁵³.
public struct BestQuotes: Equatable, Sendable, BitwiseCopyable {
  public let bid: Int64
  public let bidLots: Int64
  public let ask: Int64
  public let askLots: Int64

  /// `nil` where a side is empty or the bid is not below the ask.
  init?(_ top: Quote) {
    (bid, bidLots) = (top.bidPrice.ticks, top.bidQuantity.lots)
    (ask, askLots) = (top.askPrice.ticks, top.askQuantity.lots)
    guard isMeasurable(bid), isMeasurable(ask), bid < ask else { return nil }
    guard isMeasurable(bidLots), isMeasurable(askLots) else { return nil }
  }

  /// Bid and ask together: the middle in half ticks.
  public var twiceMiddle: Int64 { bid + ask }
}

/// Whether sums and differences of so many ticks or lots stay exact.
private func isMeasurable(_ count: Int64) -> Bool { count > 0 && count < 1 << 53 }

/// What a feature may know of the moment.
public struct MarketSight: Sendable, BitwiseCopyable {
  /// The latest receive time.
  public var now: Timestamp
  /// `nil` while a side is empty, the sides cross, or what was known of them was lost.
  public var quotes: BestQuotes?
  public var grid: FeatureGrid
}

/// An instrument's ticks and lots as numbers.
public struct FeatureGrid: Equatable, Sendable, BitwiseCopyable {
  private let tickMantissa: Double
  private let tickPower: Double
  private let lotMantissa: Double
  private let lotPower: Double

  init(_ definition: InstrumentDefinition) {
    tickMantissa = Double(definition.tickMantissa)
    tickPower = Double(powerOfTen(Int(definition.tickScale)))
    lotMantissa = Double(definition.lotMantissa)
    lotPower = Double(powerOfTen(Int(definition.lotScale)))
  }

  /// So many ticks in the quote asset.
  public func price(_ ticks: Double) -> Double { ticks * tickMantissa / tickPower }

  /// So many lots in the base asset.
  public func quantity(_ lots: Double) -> Double { lots * lotMantissa / lotPower }

  /// The lots nearest to a quantity of the base asset, at least one and below 2⁵³.
  func lots(_ quantity: Double) -> Int64 {
    Int64(max(1, min(0x1p52, (quantity * lotPower / lotMantissa).rounded())))
  }
}

/// The answers of several features in a row, written again and again without allocating.
public struct FeatureNumbers: Sendable {
  /// One for each output; `nil` where there is none. All are finite.
  public private(set) var values: ContiguousArray<Double?>
  private var place = 0

  init(count: Int) { values = ContiguousArray(repeating: nil, count: count) }

  /// Begins again at the first output.
  mutating func rewind() { place = 0 }

  /// Says the next output.
  mutating func put(_ number: Double?) {
    values[place] = number.flatMap { $0.isFinite ? $0 : nil }
    place += 1
  }

  /// Says that the next outputs have no number.
  mutating func putNothing(_ count: Int) { for _ in 0..<count { put(nil) } }
}
