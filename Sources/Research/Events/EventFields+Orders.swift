/// Fields of what is asked of a venue, of parent orders, and of the rules a venue has for them.

internal import TradingCore

extension EventFields {
  func visit(_ terms: OrderTerms, _ visitor: inout some FieldVisitor) {
    visitor.visit("instrument", name(terms.instrument))
    visitor.visit("side", name(terms.side))
    visitor.visit("type", name(terms.type))
    visitor.visit("price", value(terms.price, terms.instrument))
    visitor.visit("quantity", quantity(of: terms))
    visitor.visit("timeInForce", name(terms.timeInForce))
    visitor.visit("reduceOnly", .flag(terms.reduceOnly))
    visitSeldom(terms, &visitor)
    visitList(terms.list, &visitor)
    visitor.visit("book", name(terms.book), unless: terms.book == BookID(0))
  }

  /// An order in quote names an amount of that asset, every other a number of lots.
  private func quantity(of terms: OrderTerms) -> FieldValue {
    terms.flags.contains(.inQuote)
      ? hundredMillionths(terms.quantity.lots) : value(terms.quantity, terms.instrument)
  }

  private func visitSeldom(_ terms: OrderTerms, _ visitor: inout some FieldVisitor) {
    let isPostOnly = terms.flags.contains(.postOnly)
    let isInQuote = terms.flags.contains(.inQuote)
    let selfTrade = terms.flags.selfTrade
    visitor.visit("postOnly", .flag(isPostOnly), unless: !isPostOnly)
    visitor.visit("inQuote", .flag(isInQuote), unless: !isInQuote)
    visitor.visit("selfTrade", name(selfTrade), unless: selfTrade == .allow)
    visitor.visit(
      "trigger", value(terms.trigger, terms.instrument), unless: terms.trigger == .zero)
    visitor.visit(
      "trailingBasisPoints", .integer(Int64(terms.trailing)), unless: terms.trailing == 0)
    visitor.visit(
      "expirySeconds", .integer(Int64(terms.expirySeconds)), unless: terms.expirySeconds == 0)
    visitor.visit("parts", .integer(Int64(terms.parts)), unless: terms.parts == 0)
  }

  private func visitList(_ place: ListPlace, _ visitor: inout some FieldVisitor) {
    let isAlone = place == .alone
    visitor.visit("listRole", optional(place.role.map { "\($0)" }), unless: isAlone)
    visitor.visit("listOffset", .integer(Int64(place.offset)), unless: isAlone)
    visitor.visit("isLastOfList", .flag(place.isLast), unless: isAlone)
  }

  /// An amendment names only its order, so its price and quantity stay counts of ticks and lots.
  func visit(_ terms: AmendTerms, _ visitor: inout some FieldVisitor) {
    visitor.visit("cause", .unsigned(terms.cause))
    visitor.visit("order", .unsigned(terms.order.raw))
    visitor.visit("priceTicks", .integer(terms.price.ticks))
    visitor.visit("quantityLots", .integer(terms.quantity.lots))
  }

  func visit(_ terms: CancelTerms, _ visitor: inout some FieldVisitor) {
    visitor.visit("cause", .unsigned(terms.cause))
    visitor.visit("order", .unsigned(terms.order.raw))
  }

  func visit(_ terms: ParentTerms, _ visitor: inout some FieldVisitor) {
    visitor.visit("instrument", name(terms.instrument))
    visitor.visit("side", name(terms.side))
    visitor.visit("algorithm", name(terms.algorithm))
    visitor.visit("quantity", value(terms.quantity, terms.instrument))
    visitor.visit("price", value(terms.limit, terms.instrument))
    visitor.visit("durationSeconds", .integer(Int64(terms.durationSeconds)))
    visitor.visit("slices", .integer(Int64(terms.slices)))
    visitor.visit("participationBasisPoints", .integer(Int64(terms.participation)))
    visitor.visit("book", name(terms.book))
  }

  func visit(_ report: ParentReport, _ visitor: inout some FieldVisitor) {
    visitor.visit("parent", .unsigned(report.parent.raw))
    visitor.visit("instrument", name(report.instrument))
    visitor.visit("outcome", name(report.outcome))
    visitor.visit("filled", value(report.filled, report.instrument))
    visitor.visit("arrivalHalfTicks", .integer(report.arrivalHalfTicks))
    visitor.visit("shortfall", hundredMillionths(report.shortfall))
  }

  func visit(_ filter: ExchangeFilter, _ visitor: inout some FieldVisitor) {
    visitor.visit("instrument", name(filter.instrument))
    visitor.visit("filter", name(filter.kind))
    visitor.visit("filterLow", .integer(filter.low))
    visitor.visit("filterHigh", .integer(filter.high))
    visitor.visit("filterStep", .integer(filter.step))
    visitor.visit("filterOther", .integer(filter.other))
    visitor.visit("averageMinutes", .integer(Int64(filter.averageMinutes)))
  }

  func visit(_ row: LatencyRow, _ visitor: inout some FieldVisitor) {
    visitor.visit("time", time(row.time))
    visitor.visit("latencyAction", name(row.action))
    visitor.visit("feed", .integer(row.feed.nanoseconds))
    visitor.visit("entry", .integer(row.entry.nanoseconds))
    visitor.visit("response", .integer(row.response.nanoseconds))
    visitor.visit("spread", .integer(row.spread.nanoseconds))
  }

  /// A book's number, or `all`.
  func name(_ book: BookID) -> FieldValue {
    book == .all ? .text("all") : .integer(Int64(book.raw))
  }
}
