/// What Kraken lists of an account for a person: open orders, margin, positions. Source: docs.kraken.com, REST,
/// "Get Open Orders", "Get Trade Balance", "Get Open Positions".

import TradingCore

/// Reads the results of such answers.
enum KrakenListing {
  /// Every open order, by Kraken's id.
  static func orders(
    _ text: Span<UInt8>, _ json: inout JSONScanner, into batch: inout FrameBatch
  ) throws(LineFault) {
    var place = try JSONObject(text, &json).place("open", text)
    try eachMember(text, &place) { id, object throws(LineFault) in
      batch.listing.orders.append(try order(id, object, text, into: &batch))
    }
  }

  private static func order(
    _ id: String, _ object: JSONObject, _ text: Span<UInt8>, into batch: inout FrameBatch
  ) throws(LineFault) -> ListedOrder {
    var place = try object.place("descr", text)
    let terms = try JSONObject(text, &place)
    let kind = text.string(try terms.string("ordertype", text))
    let hasLimit = kind == "limit" || kind == "iceberg" || kind.hasSuffix("-limit")
    let waits = kind.hasPrefix("stop") || kind.hasPrefix("take") || kind.hasPrefix("trailing")
    let flags = object.find("oflags", text) == nil ? "" : try object.words("oflags", text)
    return ListedOrder(
      name: object.find("cl_ord_id", text) == nil
        ? "" : text.string(try object.string("cl_ord_id", text)),
      venueName: id, symbol: text.string(try terms.string("pair", text)),
      side: try KrakenFields.side(text, try terms.string("type", text)), kind: kind,
      price: hasLimit ? try number(waits ? "price2" : "price", terms, text, into: &batch) : nil,
      trigger: waits ? try trigger(object, terms, text, into: &batch) : nil,
      quantity: try batch.money(try object.decimal("vol", text)),
      isInQuote: flags.split(separator: ",").contains("viqc"),
      filled: try batch.money(try object.decimal("vol_exec", text)),
      time: try KrakenAccount.time("opentm", object, text))
  }

  private static func trigger(
    _ object: JSONObject, _ terms: JSONObject, _ text: Span<UInt8>, into batch: inout FrameBatch
  ) throws(LineFault) -> Money? {
    if let price = try number("stopprice", object, text, into: &batch) { return price }
    return try number("price", terms, text, into: &batch)
  }

  /// A price above zero; one that is told as a distance, `+1.5%`, is none.
  private static func number(
    _ key: StaticString, _ object: JSONObject, _ text: Span<UInt8>, into batch: inout FrameBatch
  ) throws(LineFault) -> Money? {
    guard object.find(key, text) != nil else { return nil }
    let digits = try object.string(key, text)
    guard digits.allSatisfy({ text[$0] == UInt8(ascii: ".") || (48...57).contains(text[$0]) })
    else { return nil }
    let price = try batch.money(try object.decimal(key, text))
    return price > .zero ? price : nil
  }

  /// What the account is worth, with what open positions won or lost; its margin, used and free.
  static func funds(
    _ text: Span<UInt8>, _ json: inout JSONScanner, into batch: inout FrameBatch
  ) throws(LineFault) -> MarginFunds {
    let object = try JSONObject(text, &json)
    return MarginFunds(
      equity: try batch.money(try object.decimal("e", text)),
      used: try batch.money(try object.decimal("m", text)),
      free: try batch.money(try object.decimal("mf", text)))
  }

  /// Every position that is not closed, by the trade that opened it.
  static func positions(
    _ text: Span<UInt8>, _ json: inout JSONScanner, into batch: inout FrameBatch
  ) throws(LineFault) {
    try eachMember(text, &json) { _, object throws(LineFault) in
      let whole = try batch.money(try object.decimal("vol", text))
      let closed = try batch.money(try object.decimal("vol_closed", text))
      let position = MarginPosition(
        symbol: text.string(try object.string("pair", text)),
        side: try KrakenFields.side(text, try object.string("type", text)),
        quantity: whole - closed, cost: try batch.money(try object.decimal("cost", text)),
        margin: try batch.money(try object.decimal("margin", text)),
        time: try KrakenAccount.time("time", object, text))
      batch.listing.positions.append(position)
    }
  }

  private static func eachMember(
    _ text: Span<UInt8>, _ json: inout JSONScanner,
    _ body: (String, JSONObject) throws(LineFault) -> Void
  ) throws(LineFault) {
    var isFirst = true
    try json.expect(UInt8(ascii: "{"), text)
    while let id = try json.nextKey(text, isFirst: isFirst) {
      isFirst = false
      try body(text.string(id), try JSONObject(text, &json))
    }
  }
}
