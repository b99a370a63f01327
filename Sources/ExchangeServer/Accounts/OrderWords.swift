/// The exchange's words for orders (enums.md): types, statuses, self-trade prevention, what happened.

internal import TradingCore

/// How an order trades.
enum VenueOrderType: String, CaseIterable, Sendable {
  case limit = "LIMIT"
  case limitMaker = "LIMIT_MAKER"
  case market = "MARKET"
  case stopLoss = "STOP_LOSS"
  case stopLossLimit = "STOP_LOSS_LIMIT"
  case takeProfit = "TAKE_PROFIT"
  case takeProfitLimit = "TAKE_PROFIT_LIMIT"

  var core: OrderType {
    switch self {
    case .limit, .limitMaker: .limit
    case .market: .market
    case .stopLoss: .stop
    case .stopLossLimit: .stopLimit
    case .takeProfit: .takeProfit
    case .takeProfitLimit: .takeProfitLimit
    }
  }

  /// Whether it is asked for with a time in force; the others live until they are canceled.
  var hasTimeInForce: Bool { core.hasLimit && self != .limitMaker }
}

/// Where an order stands.
enum OrderStatus: String, Sendable {
  case pending = "PENDING_NEW"
  case new = "NEW"
  case partiallyFilled = "PARTIALLY_FILLED"
  case filled = "FILLED"
  case canceled = "CANCELED"
  case rejected = "REJECTED"
  case expired = "EXPIRED"
  case expiredInMatch = "EXPIRED_IN_MATCH"

  /// Whether it can still trade.
  var isOpen: Bool {
    switch self {
    case .pending, .new, .partiallyFilled: true
    case .filled, .canceled, .rejected, .expired, .expiredInMatch: false
    }
  }
}

/// What an execution report tells of.
enum ExecutionType: String, Sendable {
  case new = "NEW"
  case canceled = "CANCELED"
  case replaced = "REPLACED"
  case rejected = "REJECTED"
  case trade = "TRADE"
  case expired = "EXPIRED"
  case prevented = "TRADE_PREVENTION"
}

/// What happens to orders of one account that would trade with each other.
enum PreventionMode: String, CaseIterable, Sendable {
  case none = "NONE"
  case expireTaker = "EXPIRE_TAKER"
  case expireMaker = "EXPIRE_MAKER"
  case expireBoth = "EXPIRE_BOTH"

  var core: SelfTrade {
    switch self {
    case .none: .allow
    case .expireTaker: .expireTaker
    case .expireMaker: .expireMaker
    case .expireBoth: .expireBoth
    }
  }
}

extension Side {
  var word: String { self == .buy ? "BUY" : "SELL" }

  init?(word: String) {
    switch word {
    case "BUY": self = .buy
    case "SELL": self = .sell
    default: return nil
    }
  }
}

extension TimeInForce {
  var word: String {
    switch self {
    case .goodTillCanceled, .goodTillDate: "GTC"
    case .immediateOrCancel: "IOC"
    case .fillOrKill: "FOK"
    }
  }

  init?(word: String) {
    switch word {
    case "GTC": self = .goodTillCanceled
    case "IOC": self = .immediateOrCancel
    case "FOK": self = .fillOrKill
    default: return nil
    }
  }
}

extension RejectReason {
  /// What a client is told. Source: errors.md, its tables of filter failures and order rejections.
  var apiError: APIError {
    switch self {
    case .insufficientBalance:
      .rejected("Account has insufficient balance for requested action.")
    case .wouldMatch: .rejected("Order would immediately match and take.")
    case .wouldTrigger: .rejected("Order would trigger immediately.")
    case .marketClosed: .rejected("Market is closed.")
    case .noLiquidity:
      .rejected("Order book liquidity is less than symbol minimum quantity.")
    case .unknownOrder: .unknownOrder
    case .rateLimit: APIError(-1015, "Too many new orders.", status: 429)
    case .priceFilter: .filter("PRICE_FILTER")
    case .percentPrice: .filter("PERCENT_PRICE")
    case .lotSize: .filter("LOT_SIZE")
    case .marketLotSize: .filter("MARKET_LOT_SIZE")
    case .notional: .filter("NOTIONAL")
    case .icebergParts: .filter("ICEBERG_PARTS")
    case .maxOrders: .filter("MAX_NUM_ORDERS")
    case .maxAlgoOrders: .filter("MAX_NUM_ALGO_ORDERS")
    case .maxIcebergOrders: .filter("MAX_NUM_ICEBERG_ORDERS")
    case .maxPosition: .filter("MAX_POSITION")
    case .trailingDelta: .filter("TRAILING_DELTA")
    case .maxAmends: .filter("MAX_NUM_ORDER_AMENDS")
    case .other, .filter, .selfTrade, .expiredByDate, .listEnded, .reduceOnly, .malformed:
      .unsupported
    }
  }
}
