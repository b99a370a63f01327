/// Binance's limits: those it publishes, and how much of them it says is used. Source: rest-api.md,
/// "Limits"; web-socket-api.md, "Rate limits"; enums.md, "Rate limiters".

import TradingCore

/// Reads limits and counts.
enum BinanceLimits {
  /// What the headers of an answer count: `X-MBX-USED-WEIGHT-1M`, `X-MBX-ORDER-COUNT-10S`.
  static func uses(in headers: [HTTPHeader]) -> [RateUse] {
    headers.compactMap { header in
      let name = header.name.lowercased()
      for (prefix, kind) in [
        ("x-mbx-used-weight-", RateKind.weight), ("x-mbx-order-count-", .orders),
      ]
      where name.hasPrefix(prefix) {
        guard let window = window(name.dropFirst(prefix.count)), let used = Int64(header.value)
        else { return nil }
        return RateUse(kind, per: window, used: used)
      }
      return nil
    }
  }

  /// `10s` as ten seconds.
  private static func window(_ text: Substring) -> Interval? {
    guard let letter = text.last, let count = Int64(text.dropLast()), count > 0 else { return nil }
    let units: [(Character, Interval)] = [
      ("s", .second), ("m", .minute), ("h", .hour), ("d", .day),
    ]
    guard let unit = units.first(where: { $0.0 == letter })?.1 else { return nil }
    return times(unit, count)
  }

  private static func times(_ unit: Interval, _ count: Int64) -> Interval? {
    let (product, overflow) = unit.nanoseconds.multipliedReportingOverflow(by: count)
    return overflow ? nil : Interval(nanoseconds: product)
  }

  /// A list of `{"rateLimitType","interval","intervalNum","limit","count"}`: limits, and how much of
  /// them is used where that is said. Kinds, intervals and shapes this build does not know are left out.
  static func read(
    _ text: Span<UInt8>, _ json: inout JSONScanner
  ) throws(LineFault) -> (limits: [RateLimit], uses: [RateUse]) {
    var found: (limits: [RateLimit], uses: [RateUse]) = ([], [])
    try json.expect(UInt8(ascii: "["), text)
    var isFirst = true
    while try json.nextElement(text, isFirst: isFirst) {
      isFirst = false
      let object = try JSONObject(text, &json)
      guard object.find("intervalNum", text) != nil, object.find("limit", text) != nil else {
        continue
      }
      let count = try object.integer("intervalNum", text)
      guard let kind = kind(text, try object.string("rateLimitType", text)),
        let unit = unit(text, try object.string("interval", text)),
        let window = times(unit, count), count > 0
      else { continue }
      found.limits.append(
        RateLimit(kind, per: window, most: try object.integer("limit", text)))
      if object.find("count", text) != nil {
        found.uses.append(RateUse(kind, per: window, used: try object.integer("count", text)))
      }
    }
    return found
  }

  private static func kind(_ text: Span<UInt8>, _ name: Range<Int>) -> RateKind? {
    if text.equals("REQUEST_WEIGHT", in: name) { return .weight }
    if text.equals("ORDERS", in: name) { return .orders }
    return text.equals("RAW_REQUESTS", in: name) ? .requests : nil
  }

  private static func unit(_ text: Span<UInt8>, _ name: Range<Int>) -> Interval? {
    if text.equals("SECOND", in: name) { return .second }
    if text.equals("MINUTE", in: name) { return .minute }
    if text.equals("HOUR", in: name) { return .hour }
    return text.equals("DAY", in: name) ? .day : nil
  }
}
