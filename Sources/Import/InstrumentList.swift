/// Instruments from a user's own list or from a file with an exchangeInfo answer.

public import Dialects
import TradingCore

extension InstrumentSpec {
  /// A spec from a user's list, numbers as decimal text; an absent one is inferred.
  /// - Throws: `ImportError.undefined` naming the entry that is not a positive number.
  public init(
    symbol: String, base: String, quote: String, tick: String?, lot: String?,
    minQuantity: String? = nil, minNotional: String? = nil
  ) throws(ImportError) {
    self.init(symbol: symbol, base: base, quote: quote)
    self.tick = try InstrumentSpec.positive(tick, "tick", of: symbol)
    self.lot = try InstrumentSpec.positive(lot, "lot", of: symbol)
    self.minQuantity = try InstrumentSpec.positive(minQuantity, "minQuantity", of: symbol)
    self.minNotional = try InstrumentSpec.positive(minNotional, "minNotional", of: symbol)
  }

  private static func positive(
    _ text: String?, _ name: String, of symbol: String
  ) throws(ImportError) -> Decimal64? {
    guard let text else { return nil }
    let bytes = Array(text.utf8)
    var position = 0
    guard let scanned = try? NumberScanner.decimal(bytes.span, &position),
      position == bytes.count, !scanned.rounded, scanned.value.mantissa > 0
    else {
      throw .undefined(
        instrument: symbol,
        reason: "\(name) \"\(text)\" is not a positive number of at most 8 decimals")
    }
    return scanned.value
  }
}

extension InstrumentSpec {
  /// The instruments of an exchangeInfo answer, in its order. O(n).
  /// - Throws: `ImportError.malformed` naming what is not as the exchange writes it.
  public static func list(exchangeInfo json: [UInt8], file: String) throws(ImportError)
    -> [InstrumentSpec]
  {
    do {
      return try list(exchangeInfo: json.span, from: 0)
    } catch {
      throw .malformed(file: file, line: 1, rule: error.rule)
    }
  }

  /// The instruments of a file that holds an exchangeInfo answer, plain or gzip.
  /// - Throws: `ImportError` naming the file and what is wrong with it.
  public static func list(exchangeInfoFile path: String) throws(ImportError) -> [InstrumentSpec] {
    let counter = ByteCounter()
    var json: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 262_144)
    for part in try InputPart.parts(of: path, counter: counter) {
      let source = try part.open(counter: counter)
      while true {
        let got = try source.read(into: &chunk, from: 0)
        guard got > 0 else { break }
        json.append(contentsOf: chunk[..<got])
      }
    }
    return try list(exchangeInfo: json, file: path)
  }
}
