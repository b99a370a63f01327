/// Imbalance bars: a bar ends when trades lean to one side by more than was to be expected.
///
/// Source: M. López de Prado, "Advances in Financial Machine Learning" (2018), 2.3.2.1 and 2.3.2.2.
/// With bₜ = ±1 the side of trade t and vₜ what it counts for (1, its quantity, or its value), a bar ends
/// at the first T with |Σ bₜ vₜ| ≥ E[T] × |E[bₜ vₜ]|, where both expectations are exponentially weighted
/// means over what went before: of the lengths of finished bars, and of bₜ vₜ up to the end of the last.
///
/// What the book leaves open, or is otherwise here:
/// - bₜ is the aggressor the venue names, which the book's tick rule guesses; `signs=tick-rule` takes the
///   rule. Before the first change of price it has nothing to go by but the aggressor.
/// - The first bar holds the `length` trades that are given, and gives the first expectations.
/// - Means are pandas' `ewm(span=…, adjust=True)`: of lengths over `span` bars, of bₜ vₜ over
///   `span` × `length` trades.
/// - A bar holds at least a tenth of `length` trades and at most ten times as many. Without bounds the
///   threshold falls to a trade or runs away.

/// How imbalance bars begin and how fast they learn.
public struct ImbalanceTerms: Equatable, Sendable, CustomStringConvertible {
  /// How a trade's side is known.
  public enum Signs: String, Sendable, CaseIterable {
    case aggressor
    /// The last change of price: up is a buy, down a sell.
    case tickRule = "tick-rule"
  }

  /// Trades of the first bar, 2…1,000,000.
  public var length: Int64
  /// Bars that an expectation looks back over, 1…10,000.
  public var span: Int64 = 20
  public var signs = Signs.aggressor

  public init(length: Int64) { self.length = length }

  /// Reads `500`, `500,span=50` or `500,signs=tick-rule`.
  init(_ text: String, of name: String) throws(BarError) {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    let example = "such as \(name):500 or \(name):500,span=50,signs=tick-rule"
    guard let length = Int64(parts[0]), (2...1_000_000).contains(length) else {
      throw .malformed(
        "\(name):\(text)", "it needs the first bar's trades, 2…1000000, \(example)")
    }
    self.init(length: length)
    for part in parts.dropFirst() {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      switch (pair[0], pair.count == 2 ? String(pair[1]) : "") {
      case ("span", let value):
        guard let bars = Int64(value), (1...10_000).contains(bars) else {
          throw .malformed("\(name):\(text)", "`span` is 1…10000 bars, \(example)")
        }
        span = bars
      case ("signs", let value):
        guard let known = Signs(rawValue: value) else {
          throw .malformed("\(name):\(text)", "`signs` is aggressor or tick-rule, \(example)")
        }
        signs = known
      default:
        throw .malformed("\(name):\(text)", "`\(part)` is neither span=… nor signs=…, \(example)")
      }
    }
  }

  public var description: String {
    "\(length)" + (span == 20 ? "" : ",span=\(span)")
      + (signs == .aggressor ? "" : ",signs=\(signs.rawValue)")
  }
}

/// An exponentially weighted mean as pandas' `ewm(span: adjust=True)`: of all numbers so far, each
/// weighing 1 − 2 ÷ (span + 1) of the next.
struct WeightedMean: Equatable, Sendable, CanonicallyEncodable {
  private let decay: Double
  private var sum = 0.0
  private var weight = 0.0

  init(span: Double) { decay = 1 - 2 / (span + 1) }

  /// 0 before the first number.
  var mean: Double { weight > 0 ? sum / weight : 0 }

  mutating func add(_ value: Double) {
    sum = sum * decay + value
    weight = weight * decay + 1
  }

  func encode(into bytes: inout CanonicalBytes) {
    for number in [decay, sum, weight] { bytes.append(number) }
  }
}

/// The imbalance of the open bar, and what is expected of it.
struct Imbalance: Equatable, Sendable, CanonicallyEncodable {
  let measure: BarMeasure
  let terms: ImbalanceTerms
  /// Σ bₜ vₜ of the open bar: trades, lots, or ticks × lots.
  private var sum: Int128 = 0
  private var count: Int64 = 0
  private var length: WeightedMean
  private var flow: WeightedMean
  /// What ends the open bar; `nil` in the first.
  private var threshold: Double?
  private var lastPrice: Price?
  private var ruleSide: Side?

  /// The bounds of a bar's length, as a share and a multiple of the first bar's.
  private static let reach: Int64 = 10

  init(_ measure: BarMeasure, _ terms: ImbalanceTerms) {
    self.measure = measure
    self.terms = terms
    length = WeightedMean(span: Double(terms.span))
    flow = WeightedMean(span: Double(terms.span * terms.length))
  }

  /// Takes a trade.
  /// - Returns: whether it ends the bar.
  mutating func add(_ trade: Trade) -> Bool {
    let size = measure.size(of: trade)
    let signed = side(of: trade) == .buy ? size : -size
    sum = sum.addingClamped(signed)
    flow.add(Double(signed))
    count += 1
    guard isOver else { return false }
    length.add(Double(count))
    threshold = length.mean * flow.mean.magnitude
    (sum, count) = (0, 0)
    return true
  }

  private var isOver: Bool {
    guard let threshold else { return count >= terms.length }
    let least = max(1, terms.length / Imbalance.reach)
    guard count >= least else { return false }
    return count >= terms.length * Imbalance.reach || Double(sum.magnitude) >= threshold
  }

  private mutating func side(of trade: Trade) -> Side {
    guard terms.signs == .tickRule else { return trade.aggressor }
    if let lastPrice, trade.price != lastPrice { ruleSide = trade.price > lastPrice ? .buy : .sell }
    lastPrice = trade.price
    return ruleSide ?? trade.aggressor
  }

  func encode(into bytes: inout CanonicalBytes) {
    bytes.append(sum)
    bytes.append(count)
    for mean in [length, flow] { mean.encode(into: &bytes) }
    bytes.append(optional: threshold)
    bytes.append(lastPrice != nil)
    bytes.append(lastPrice ?? .zero)
    bytes.append(UInt8(ruleSide.map { $0 == .buy ? 1 : 2 } ?? 0))
  }
}

extension BarMeasure {
  /// What one trade counts for: 1, lots, or ticks × lots.
  func size(of trade: Trade) -> Int128 {
    switch self {
    case .ticks: 1
    case .volume: Int128(trade.quantity.lots)
    case .dollar: Int128(trade.price.ticks) * Int128(trade.quantity.lots)
    }
  }
}
