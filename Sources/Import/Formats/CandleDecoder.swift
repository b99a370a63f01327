/// Any CSV of candles or quote bars. What the file does not say is decided at its first row and
/// holds for the whole file.

import Dialects
import TradingCore

/// Reads the rows of one candle file. Trade bars become candles; quote bars become the quote at
/// their close.
struct CandleDecoder: LineDecoder {
  private let options: CandleOptions
  private let symbol: Int
  private var clock: CandleClock
  private var layout: CandleLayout?
  private var delimiter = UInt8(ascii: ",")
  private var isFirstLine = true
  /// The bar's length; zero while the survey is still looking for it.
  private let interval: Interval
  private let intervalSeconds: UInt32

  /// - Throws: `ImportError.usage` for a bar that is not whole seconds long, or longer than a candle can
  ///   say, and for options that mean nothing.
  init(
    options: CandleOptions, symbol: Int, fileName: String, interval: Interval?
  ) throws(ImportError) {
    self.options = options
    self.symbol = symbol
    self.interval = interval ?? .zero
    intervalSeconds =
      try interval.map { interval throws(ImportError) in
        try CandleDecoder.seconds(interval, fileName)
      } ?? 0
    clock = try CandleClock(options: options, fileName: fileName)
  }

  private static func seconds(_ bar: Interval, _ fileName: String) throws(ImportError) -> UInt32 {
    let (seconds, rest) = bar.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    guard let whole = UInt32(exactly: seconds), whole > 0, rest == 0 else {
      throw .usage(
        "\(fileName): a bar must be whole seconds long, and less than 136 years; give --interval,"
          + " as in 1m")
    }
    return whole
  }

  mutating func decode(
    _ line: Span<UInt8>, into message: inout Message
  ) throws(LineFault) -> LineOutcome {
    guard line.count > 0 else { return .framing }
    if isFirstLine {
      isFirstLine = false
      if try begin(line) { return .framing }
    }
    guard let layout else { throw LineFault("the file's columns are unknown", isFatal: true) }
    try row(line, layout, into: &message)
    return .message
  }

  /// Decides delimiter and layout by the first line; true when it is a header.
  private mutating func begin(_ line: Span<UInt8>) throws(LineFault) -> Bool {
    for candidate in [UInt8(ascii: ","), UInt8(ascii: ";"), 9]
    where line.end(of: candidate, from: 0) < line.count {
      delimiter = candidate
      break
    }
    var cursor = CSVCursor(delimiter: delimiter)
    var names: [String] = []
    while !cursor.isAtEnd(line) { names.append(line.string(try cursor.field(line, "header"))) }
    let isHeader = names.allSatisfy { !($0.first?.isNumber ?? false) }
    if let columns = options.columns {
      layout = try CandleLayout(names: columns)
    } else {
      layout = try isHeader ? CandleLayout(names: names) : CandleLayout(unnamedColumns: names.count)
    }
    return isHeader
  }

  private mutating func row(
    _ line: Span<UInt8>, _ layout: CandleLayout, into message: inout Message
  ) throws(LineFault) {
    var cursor = CSVCursor(delimiter: delimiter)
    var numbers = InlineArray<10, Decimal64>(repeating: Decimal64(mantissa: 0, scale: 0))
    var stamp = Timestamp.none
    for column in layout.columns {
      switch column {
      case nil: _ = try cursor.field(line, "skipped")
      case .time: stamp = try clock.read(line.extracting(try cursor.field(line, "time")))
      case let column?:
        let name = CandleDecoder.name(column)
        numbers[column.rawValue] = try message.take(try cursor.decimal(line, name), name)
      }
    }
    let open = options.stamp == .open ? stamp : stamp - interval
    message.receiveTime = open + interval
    message.symbol = symbol
    if layout.isQuote {
      message.body = .quote(quote(numbers))
    } else {
      message.venueTime = open
      message.body = .candle(try candle(numbers))
    }
  }

  private func quote(_ numbers: InlineArray<10, Decimal64>) -> RawQuote {
    var quote = RawQuote()
    quote.bid.price = numbers[CandleColumn.bidClose.rawValue]
    quote.bid.quantity = numbers[CandleColumn.bidSize.rawValue]
    quote.ask.price = numbers[CandleColumn.askClose.rawValue]
    quote.ask.quantity = numbers[CandleColumn.askSize.rawValue]
    return quote
  }

  private func candle(_ numbers: InlineArray<10, Decimal64>) throws(LineFault) -> RawCandle {
    var candle = RawCandle()
    candle.open = numbers[CandleColumn.open.rawValue]
    candle.high = numbers[CandleColumn.high.rawValue]
    candle.low = numbers[CandleColumn.low.rawValue]
    candle.close = numbers[CandleColumn.close.rawValue]
    candle.volume = numbers[CandleColumn.volume.rawValue]
    if options.volume == .quote {
      candle.volume = try quotient(candle.volume, candle.close)
    }
    candle.intervalSeconds = intervalSeconds
    return candle
  }

  private static func name(_ column: CandleColumn) -> StaticString {
    switch column {
    case .time: "time"
    case .open: "open"
    case .high: "high"
    case .low: "low"
    case .close: "close"
    case .volume: "volume"
    case .bidClose: "bidclose"
    case .bidSize: "bidsize"
    case .askClose: "askclose"
    case .askSize: "asksize"
    }
  }
}

/// `value` ÷ `divisor` at 8 decimals, half to even. Both must not be negative.
func quotient(_ value: Decimal64, _ divisor: Decimal64) throws(LineFault) -> Decimal64 {
  guard divisor.mantissa > 0 else { throw LineFault("the close is zero") }
  let scale = NumberScanner.decimals
  let numerator = Int128(value.mantissa) * Int128(powerOfTen(scale + divisor.scale))
  let denominator = Int128(divisor.mantissa) * Int128(powerOfTen(value.scale))
  var (result, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
  let twice = remainder * 2
  if twice > denominator || (twice == denominator && result & 1 == 1) { result += 1 }
  guard let mantissa = Int64(exactly: result) else { throw LineFault("the volume is too large") }
  return Decimal64(mantissa: mantissa, scale: scale).normalised
}
