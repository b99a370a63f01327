/// One part's lines through its decoder: the pair that both passes drive.

import Dialects
import TradingCore

/// What the next line gave.
enum LineResult {
  case end
  case outcome(LineOutcome)
  case fault(LineFault)
}

/// A reader and a decoder over the same part.
struct PartInput {
  private var reader: LineReader
  private var decoder: any LineDecoder
  private var line = 0..<0

  init(_ source: any ByteSource, decoder: any LineDecoder, label: String) {
    reader = LineReader(source, name: label)
    self.decoder = decoder
  }

  /// The line read last, from 1.
  var lineNumber: Int { reader.lineNumber }

  /// Decodes the next line into `message`.
  /// - Throws: what the file itself does wrong; a line's faults are results.
  mutating func next(into message: inout Message) throws(ImportError) -> LineResult {
    guard let range = try reader.next() else { return .end }
    line = range
    message.reset()
    let bytes = reader.buffer
    do {
      return .outcome(try decoder.decode(bytes.span.extracting(range), into: &message))
    } catch {
      return .fault(error)
    }
  }

  /// The instruments of the exchangeInfo answer in the line read last, from byte `start` of it.
  func instruments(from start: Int) throws(LineFault) -> [InstrumentSpec] {
    let text = reader.buffer.span.extracting(line)
    return try InstrumentSpec.list(exchangeInfo: text, from: start)
  }
}

/// How a request's parts are decoded.
struct DecoderFactory {
  let request: ImportRequest
  let symbols: SymbolTable

  /// A fresh decoder for `part`. `interval` is the bars' length where it is known.
  func decoder(for part: InputPart, interval: Interval?) throws(ImportError) -> any LineDecoder {
    switch request.format {
    case .binanceRaw: return BinanceRawDecoder(symbols: symbols)
    case .cryptofeedRaw: return CryptofeedDecoder(symbols: symbols)
    case .binanceTrades: return BinanceDumpDecoder(.trades, symbol: try symbol(of: part))
    case .binanceAggTrades: return BinanceDumpDecoder(.aggregates, symbol: try symbol(of: part))
    case .binanceKlines: return BinanceDumpDecoder(.klines, symbol: try symbol(of: part))
    case .ohlcvCSV:
      return try CandleDecoder(
        options: request.candles, symbol: try symbol(of: part), fileName: part.name,
        interval: request.candles.interval ?? interval)
    }
  }

  /// The symbol of a part whose lines do not name it: the request's, else its file name's.
  func symbol(of part: InputPart) throws(ImportError) -> Int {
    guard let name = requestedSymbol ?? SymbolName(fileName: part.name)?.symbol else {
      throw .usage("\(part.label): its name does not tell one symbol; give --symbol BASE/QUOTE")
    }
    do {
      return try symbols.index(of: name)
    } catch {
      throw .usage("\(part.label): \(error.rule)")
    }
  }

  /// The request's symbol as the instrument's name, without a separator.
  var requestedSymbol: String? {
    if let symbol = request.symbol {
      return SymbolName(symbol)?.symbol ?? symbol.uppercased()
    }
    guard let base = request.base, let quote = request.quote else { return nil }
    return SymbolName(base: base, quote: quote).symbol
  }
}
