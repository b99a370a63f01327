/// The two kinds of raw recording: what stands before the JSON, and the JSON itself to Binance's
/// decoder.

import Dialects
import TradingCore

/// `binance-raw`: `<receive nanoseconds> <JSON>`.
struct BinanceRawDecoder: LineDecoder {
  private let binance: BinanceDecoder

  init(symbols: SymbolTable) { binance = BinanceDecoder(symbols: symbols) }

  mutating func decode(
    _ line: Span<UInt8>, into message: inout Message
  ) throws(LineFault) -> LineOutcome {
    guard line.count > 0 else { return .framing }
    var position = 0
    let receiveTime = try NumberScanner.integer(line, &position)
    guard position < line.count, line[position] == 32 else {
      throw LineFault("expected a space between the receive time and the message")
    }
    guard TimeUnit(magnitudeOf: receiveTime) == .nanoseconds else {
      throw LineFault("the receive time \(receiveTime) is not in nanoseconds")
    }
    message.receiveTime = Timestamp(nanoseconds: receiveTime)
    return LineOutcome(try binance.decode(line, from: position + 1, into: &message))
  }
}

/// `cryptofeed-raw`: `<seconds>: <JSON>` for what the websocket received,
/// `<url> -> <seconds>: <JSON>` for REST answers, and notes about connections, requests and the
/// configuration.
struct CryptofeedDecoder: LineDecoder {
  private let binance: BinanceDecoder
  private let symbols: SymbolTable

  init(symbols: SymbolTable) {
    self.symbols = symbols
    binance = BinanceDecoder(symbols: symbols)
  }

  mutating func decode(
    _ line: Span<UInt8>, into message: inout Message
  ) throws(LineFault) -> LineOutcome {
    guard line.count > 0 else { return .framing }
    guard line[0] &- 48 < 10 else { return try decodeOther(line, into: &message) }
    var position = 0
    message.receiveTime = try time(line, &position)
    return LineOutcome(try binance.decode(line, from: position, into: &message))
  }

  /// `<seconds>: `, to the nanosecond.
  private func time(_ line: Span<UInt8>, _ position: inout Int) throws(LineFault) -> Timestamp {
    let epoch = try TimeScanner.unixTime(line, &position, unit: .seconds)
    guard line.matches(": ", at: position) else {
      throw LineFault("expected \": \" behind the receive time")
    }
    position += 2
    return Timestamp(nanoseconds: epoch.nanoseconds)
  }

  private func decodeOther(
    _ line: Span<UInt8>, into message: inout Message
  ) throws(LineFault) -> LineOutcome {
    if line.matches("configuration:", at: 0) { return .framing }
    let urlEnd = line.end(of: 32, from: 0)
    if line.matches(" <-> ", at: urlEnd) || line.matches(" <- ", at: urlEnd) { return .framing }
    guard line.matches(" -> ", at: urlEnd) else {
      throw LineFault("a cryptofeed line begins with a time, a URL or \"configuration:\"")
    }
    var position = urlEnd + 4
    message.receiveTime = try time(line, &position)
    let url = line.extracting(0..<urlEnd)
    if url.firstIndex(of: "/exchangeInfo", from: 0) != nil { return .exchangeInfo(from: position) }
    guard url.firstIndex(of: "/depth?", from: 0) != nil,
      let parameter = url.firstIndex(of: "symbol=", from: 0)
    else { return .ignored }
    let start = parameter + 7
    let outcome = try binance.decode(line, from: position, into: &message)
    message.symbol = try symbols.index(of: url, start..<url.end(of: UInt8(ascii: "&"), from: start))
    return LineOutcome(outcome)
  }
}
