/// What a venue said of an account, as people and programs read it.

#if Live
  import Dialects
  import Exchanges
  import Research
  import TradingCore

  struct AccountWords {
    private let venue: String
    private let finding: AccountFinding
    private let origins: [OrderOrigin]

    init(_ venue: String, _ finding: AccountFinding, _ origins: [OrderOrigin]) {
      (self.venue, self.finding, self.origins) = (venue, finding, origins)
    }

    private var listing: AccountListing { finding.listing }

    private func refusal(of question: AccountRefusal.Question) -> String? {
      finding.refusals.first { $0.question == question }?.words
    }

    // MARK: Text

    /// Sections with a line between them.
    var text: String {
      ([[venue + " at " + finding.time.iso8601], balances, orders] + margin + [key])
        .map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
    }

    private var balances: [String] {
      guard let holdings = finding.holdings else { return ["balances: the key may not read them"] }
      let held = holdings.filter { $0.free != .zero || $0.locked != .zero }
      guard !held.isEmpty else { return ["no balances"] }
      var table = TextTable(.left, .right, .right, .right)
      table.append("asset", "free", "locked", "total")
      for row in held {
        table.append(
          row.asset, row.free.exactText, row.locked.exactText, (row.free + row.locked).exactText)
      }
      return table.lines(width: .max)
    }

    private var orders: [String] {
      if let words = refusal(of: .orders) { return ["open orders: \(words)"] }
      guard !listing.orders.isEmpty else { return ["no open orders"] }
      var table = TextTable(.left, .left, .left, .right, .right, .right, .right, .right, .left)
      table.append(
        "symbol", "side", "kind", "price", "trigger", "quantity", "filled", "age", "placed by")
      for order in listing.orders {
        table.append(
          order.symbol, order.side == .buy ? "buy" : "sell", order.kind,
          order.price?.exactText ?? "", order.trigger?.exactText ?? "",
          order.quantity.exactText + (order.isInQuote ? " in quote" : ""), order.filled.exactText,
          "\(age(order)) s", placer(of: order))
      }
      return table.lines(width: .max)
        + (listing.hasMoreOrders ? ["and more, which the venue did not list"] : [])
    }

    private var margin: [[String]] {
      guard finding.lends else { return [] }
      var funds = TextTable(.left, .right)
      if let margin = listing.funds {
        funds.append("equity", margin.equity.exactText)
        funds.append("margin used", margin.used.exactText)
        funds.append("margin free", margin.free.exactText)
      }
      guard !listing.positions.isEmpty else { return [funds.lines(width: .max) + noPositions] }
      var table = TextTable(.left, .left, .right, .right, .right)
      table.append("position", "side", "quantity", "cost", "margin")
      for position in listing.positions {
        table.append(
          position.symbol, position.side == .buy ? "long" : "short", position.quantity.exactText,
          position.cost.exactText, position.margin.exactText)
      }
      return [funds.lines(width: .max), table.lines(width: .max)]
    }

    private var noPositions: [String] {
      [refusal(of: .positions).map { "margin positions: \($0)" } ?? "no margin positions"]
    }

    private var key: [String] {
      var table = TextTable(.left, .left)
      let reading = finding.holdings == nil ? "no: \(refusal(of: .balances) ?? "")" : "yes"
      table.append("reads balances", reading)
      table.append("places orders", trading)
      let sending = listing.permissions.map { $0.mayWithdraw ? "yes" : "no" }
      table.append("sends money away", sending ?? "the venue does not say here")
      return table.lines(width: .max)
    }

    private var trading: String {
      switch finding.trial {
      case .allowed: "yes: \(finding.trialOrder) was checked, and not placed"
      case .objected(let words):
        "yes: \(finding.trialOrder) was checked and refused for itself (\(words))"
      case .forbidden(let words): "no: \(words)"
      case .untold(let words):
        switch listing.permissions?.mayTrade {
        case nil: "not known: \(words)"
        case .some(let mayTrade): mayTrade ? "yes, the venue says" : "no, the venue says"
        }
      }
    }

    private func age(_ order: ListedOrder) -> Int64 {
      max(0, (finding.time - order.time).nanoseconds / Interval.second.nanoseconds)
    }

    private func placer(of order: ListedOrder) -> String {
      for origin in origins {
        if let event = origin.event(of: order.name) { return "\(origin.folder), event \(event)" }
      }
      return origins.isEmpty ? order.name : "none of these journals"
    }

    // MARK: JSON

    var json: JSONValue {
      .object([
        ("venue", .string(venue)), ("time", .string(finding.time.iso8601)),
        ("balances", finding.holdings.map { .array($0.map(json)) } ?? .null),
        ("orders", refusal(of: .orders) == nil ? .array(listing.orders.map(json)) : .null),
        ("hasMoreOrders", .bool(listing.hasMoreOrders)),
        ("margin", listing.funds.map(json) ?? .null),
        (
          "positions",
          finding.lends && refusal(of: .positions) == nil
            ? .array(listing.positions.map(json)) : .null
        ),
        ("key", keyJSON),
      ])
    }

    private func json(_ row: AccountHolding) -> JSONValue {
      .object([
        ("asset", .string(row.asset)), ("free", .string(row.free.exactText)),
        ("locked", .string(row.locked.exactText)),
        ("total", .string((row.free + row.locked).exactText)),
      ])
    }

    private func json(_ order: ListedOrder) -> JSONValue {
      let origin = origins.first { $0.event(of: order.name) != nil }
      return .object([
        ("symbol", .string(order.symbol)), ("side", .string(order.side == .buy ? "buy" : "sell")),
        ("kind", .string(order.kind)), ("price", json(order.price)),
        ("trigger", json(order.trigger)), ("quantity", .string(order.quantity.exactText)),
        ("isInQuote", .bool(order.isInQuote)), ("filled", .string(order.filled.exactText)),
        ("placed", .string(order.time.iso8601)), ("ageSeconds", .count(age(order))),
        ("name", .string(order.name)), ("venueName", .string(order.venueName)),
        ("journal", origin.map { .string($0.folder) } ?? .null),
        (
          "order",
          origin?.event(of: order.name).map { .count(Int64(clamping: $0)) } ?? .null
        ),
      ])
    }

    private func json(_ money: Money?) -> JSONValue {
      money.map { .string($0.exactText) } ?? .null
    }

    private func json(_ funds: MarginFunds) -> JSONValue {
      .object([
        ("equity", .string(funds.equity.exactText)), ("used", .string(funds.used.exactText)),
        ("free", .string(funds.free.exactText)),
      ])
    }

    private func json(_ position: MarginPosition) -> JSONValue {
      .object([
        ("symbol", .string(position.symbol)),
        ("side", .string(position.side == .buy ? "long" : "short")),
        ("quantity", .string(position.quantity.exactText)),
        ("cost", .string(position.cost.exactText)),
        ("margin", .string(position.margin.exactText)),
        ("opened", .string(position.time.iso8601)),
      ])
    }

    private var keyJSON: JSONValue {
      .object([
        ("readsBalances", .bool(finding.holdings != nil)),
        ("placesOrders", mayTrade.map { .bool($0) } ?? .null),
        ("sendsMoney", listing.permissions.map { .bool($0.mayWithdraw) } ?? .null),
        ("checked", .string(finding.trialOrder)), ("trial", .string(trading)),
        (
          "refusals",
          .array(
            finding.refusals.map {
              .object([("question", .string($0.question.rawValue)), ("words", .string($0.words))])
            })
        ),
      ])
    }

    private var mayTrade: Bool? {
      switch finding.trial {
      case .allowed, .objected: true
      case .forbidden: false
      case .untold: listing.permissions?.mayTrade
      }
    }
  }
#endif
