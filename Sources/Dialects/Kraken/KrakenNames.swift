/// The names of Kraken's assets and pairs: REST still answers in those of its first years, the WebSocket in
/// today's, which are ours. Source: docs.kraken.com, "Spot WebSocket v2, introduction"; support.kraken.com,
/// "API symbols and tickers".

/// Names as the WebSocket writes them.
package enum KrakenNames {
  /// Codes that were once written with an X for coins or a Z for money in front, without it.
  private static let prefixed = [
    "XXBT", "XETH", "XLTC", "XXRP", "XXLM", "XXDG", "XXMR", "XZEC", "XETC", "XMLN", "XREP", "ZUSD",
    "ZEUR", "ZGBP", "ZCAD", "ZJPY", "ZAUD",
  ]

  /// `XXBT`, `XBT` and `BTC` are `BTC`; `ZUSD` is `USD`. O(names).
  static func asset(_ code: String) -> String {
    let bare = prefixed.contains(code) ? String(code.dropFirst()) : code
    switch bare {
    case "XBT": return "BTC"
    case "XDG": return "DOGE"
    default: return bare
    }
  }

  /// How REST may spell a pair: both codes together, in today's words, yesterday's, or with letters in front.
  package static func spellings(of pair: (base: String, quote: String)) -> [String] {
    let oldest = withLetter(old(pair.base)) + withLetter(old(pair.quote))
    return [pair.base + pair.quote, altname(pair), oldest]
  }

  /// How every question of REST takes a pair: both codes together, in yesterday's words.
  static func altname(_ pair: (base: String, quote: String)) -> String {
    old(pair.base) + old(pair.quote)
  }

  private static func old(_ code: String) -> String {
    code == "BTC" ? "XBT" : code == "DOGE" ? "XDG" : code
  }

  private static func withLetter(_ code: String) -> String {
    prefixed.first { $0.dropFirst() == code } ?? code
  }

  /// Base and quote of `XBT/USD`, or of `XBT\/USD` as JSON may write it; `nil` for other text.
  static func pair(_ name: String) -> (base: String, quote: String)? {
    let parts = name.filter { $0 != "\\" }.split(separator: "/")
    guard parts.count == 2 else { return nil }
    return (asset(String(parts[0])), asset(String(parts[1])))
  }
}
