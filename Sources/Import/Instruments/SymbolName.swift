/// What a symbol or a file's name says about base and quote. Nothing is guessed: one reading or a
/// refusal that names the option that helps.

/// A symbol with its two assets, where they are known.
struct SymbolName: Equatable {
  /// Upper case, without a separator.
  let symbol: String
  let base: String
  let quote: String

  init(base: String, quote: String) {
    self.base = base.uppercased()
    self.quote = quote.uppercased()
    symbol = self.base + self.quote
  }

  /// Assets that prices are in, longest first so that `BTCFDUSD` is not read as BTCFD in USD.
  static let quotes = [
    "FDUSD", "USDT", "USDC", "BUSD", "TUSD", "USDP", "BIDR", "BVND", "IDRT", "DOGE", "USD", "EUR",
    "GBP", "TRY", "BRL", "AUD", "RUB", "UAH", "NGN", "ZAR", "ARS", "PLN", "RON", "CZK", "JPY",
    "MXN",
    "COP", "DAI", "PAX", "VAI", "BTC", "ETH", "BNB", "XRP", "TRX", "DOT", "SOL",
  ]

  /// `ETH/BTC`, `ETH-BTC`, `ETH_BTC`, or `ETHBTC` by the longest quote it ends with; else `nil`.
  init?(_ text: String) {
    let parts = text.split(whereSeparator: { "/-_".contains($0) })
    if parts.count == 2 {
      self.init(base: String(parts[0]), quote: String(parts[1]))
      return
    }
    let upper = text.uppercased()
    guard parts.count == 1,
      let quote = SymbolName.quotes.first(where: { upper.hasSuffix($0) && upper.count > $0.count })
    else { return nil }
    self.init(base: String(upper.dropLast(quote.count)), quote: quote)
  }

  /// The one symbol in a file's name, as in `BTCUSDT-trades-2024-08-08.zip`, `ETH_BTC-5m.csv` or
  /// `coinbase_btcusd_daily_trade.csv`; `nil` when there is none or more than one reading.
  init?(fileName: String) {
    let stem = fileName.split(separator: "/").last.map(String.init) ?? fileName
    let words = stem.split(whereSeparator: { "-_. ".contains($0) }).map { $0.uppercased() }
    var found: [SymbolName] = []
    for (index, word) in words.enumerated() {
      guard word.allSatisfy({ $0.isLetter || $0.isNumber }) else { continue }
      if index > 0, SymbolName.quotes.contains(word), words[index - 1].contains(where: \.isLetter) {
        found.append(SymbolName(base: words[index - 1], quote: word))
      } else if !SymbolName.quotes.contains(word), let name = SymbolName(word) {
        found.append(name)
      }
    }
    guard found.count == 1 else { return nil }
    self = found[0]
  }
}
