/// Which bars are wanted, as people write it: `15m`, `ticks:500`, `dollar:1000000`,
/// `tick-imbalance:500`. Every verb and strategy reads this one form.

/// What bars that are not of time count.
public enum BarMeasure: String, Sendable, CaseIterable {
  /// Trades as the venue reports them: an aggregate is one.
  case ticks
  /// Quantity in the base asset.
  case volume
  /// Price × quantity in the quote asset, whatever that is.
  case dollar

  /// The name of the imbalance bars that count it.
  var imbalanceName: String { self == .ticks ? "tick-imbalance" : "\(rawValue)-imbalance" }
}

/// How a stream of trades, or of candles, is cut into bars.
public enum BarSpec: Equatable, Sendable {
  /// One for each interval, aligned to UTC days; whole weeks begin on Mondays.
  case time(Interval)
  /// One whenever so much was traded since the last.
  case amount(BarMeasure, Decimal64)
  /// One whenever buying and selling lie further apart than expected.
  case imbalance(BarMeasure, ImbalanceTerms)

  /// The forms, for help and errors.
  public static let forms =
    "a span such as 15m, 4h or 1d, or ticks:500, volume:10, dollar:1000000, tick-imbalance:500, "
    + "volume-imbalance:500, dollar-imbalance:500"

  /// Reads the text form.
  /// - Throws: `BarError` that says what is wrong and what may stand there.
  public init(_ text: String) throws(BarError) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      self = .time(try BarSpec.span(text))
      return
    }
    let (name, rest) = (String(parts[0]), String(parts[1]))
    if let measure = BarMeasure(rawValue: name) {
      self = .amount(measure, try BarSpec.amount(rest, of: measure))
    } else if let measure = BarMeasure.allCases.first(where: { $0.imbalanceName == name }) {
      self = .imbalance(measure, try ImbalanceTerms(rest, of: name))
    } else {
      throw .unknown(text, nearest: nearestName(to: name, among: BarSpec.names))
    }
  }

  private static let names =
    BarMeasure.allCases.map(\.rawValue) + BarMeasure.allCases.map(\.imbalanceName)

  private static func span(_ text: String) throws(BarError) -> Interval {
    guard let span = Interval(text) else {
      throw .unknown(text, nearest: nearestName(to: text, among: names).map { "\($0):…" })
    }
    guard span > .zero else { throw .malformed(text, "a bar needs a span above 0") }
    return span
  }

  private static func amount(_ text: String, of measure: BarMeasure) throws(BarError) -> Decimal64 {
    guard let amount = Decimal64(text)?.normalised, amount.mantissa > 0 else {
      throw .malformed(
        "\(measure.rawValue):\(text)", "it needs an amount above 0, such as \(measure.rawValue):500"
      )
    }
    guard measure != .ticks || amount.scale == 0 else {
      throw .malformed("ticks:\(text)", "trades are counted in whole numbers")
    }
    return amount
  }
}

extension BarSpec {
  /// Why these bars cannot be made of candles so wide; `nil` where they can.
  public func objection(toCandlesOf width: Interval) -> BarError? {
    guard case .time(let span) = self else { return .needsTrades(self) }
    let isWhole = width > .zero && span.nanoseconds % width.nanoseconds == 0
    return isWhole ? nil : .unevenCandles(width, self)
  }
}

extension BarSpec: CustomStringConvertible {
  /// The text form, which reads back equal.
  public var description: String {
    switch self {
    case .time(let span): span.shortText
    case .amount(let measure, let amount):
      "\(measure.rawValue):\(decimalText(Int128(amount.mantissa), scale: amount.scale))"
    case .imbalance(let measure, let terms): "\(measure.imbalanceName):\(terms)"
    }
  }
}

/// Why bars cannot be made; its description is a sentence for people.
public enum BarError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No such bars; the nearest known name where one is close.
  case unknown(String, nearest: String?)
  /// The bars are known, but not with this behind their name.
  case malformed(String, String)
  /// Candles do not tell what these bars count.
  case needsTrades(BarSpec)
  /// Candles of this width do not fill bars of that.
  case unevenCandles(Interval, BarSpec)
  /// The instrument's grid is one no exact sum can be made on.
  case inexactGrid(BarSpec)

  public var description: String {
    switch self {
    case .unknown(let text, let nearest):
      "`\(text)` names no bars; they are written as \(BarSpec.forms)"
        + (nearest.map { "; did you mean `\($0)`?" } ?? "")
    case .malformed(let text, let remedy): "`\(text)`: \(remedy)"
    case .needsTrades(let spec): "\(spec) bars are made of trades, and these are candles"
    case .unevenCandles(let width, let spec):
      "candles of \(width.shortText) do not fill bars of \(spec); choose a multiple of "
        + width.shortText
    case .inexactGrid(let spec): "\(spec) bars need an instrument whose tick × lot is exact"
    }
  }
}

extension Interval {
  /// The span in the largest unit that gives a whole number, `90m` or `1d`, as `init(_:)` reads it.
  public var shortText: String {
    let units: [(String, Interval)] = [
      ("d", .day), ("h", .hour), ("m", .minute), ("s", .second),
      ("ms", Interval(nanoseconds: 1_000_000)), ("us", Interval(nanoseconds: 1_000)),
    ]
    for (name, unit) in units where nanoseconds != 0 && nanoseconds % unit.nanoseconds == 0 {
      return "\(nanoseconds / unit.nanoseconds)\(name)"
    }
    return nanoseconds == 0 ? "0" : "\(nanoseconds)ns"
  }
}
