/// What a scenario says of the simulated exchange: how long things take, what they cost, and how orders
/// fill.

public import TradingCore

extension Scenario {
  /// How long requests, reports and news are under way.
  public struct Latency: Equatable, Sendable {
    /// Entry and response where no row says otherwise, one way.
    public var constant: Interval
    /// Rows by action and time; those of a constant are dated in the distant past.
    public var rows: [LatencyRow]

    public init(constant: Interval = .zero, rows: [LatencyRow] = []) {
      self.constant = constant
      self.rows = rows
    }

    /// The rows as bytes that differ when they do: a table is a file of its own, so the scenario's text
    /// does not tell two runs apart.
    var digest: [UInt8] {
      var bytes = CanonicalBytes()
      for row in rows {
        bytes.append(row.time)
        for leg in [row.feed, row.entry, row.response, row.spread] { bytes.append(leg) }
        bytes.append(row.action.rawValue)
      }
      return Array(bytes.bytes)
    }
  }

  /// What the venue charges.
  public struct Fees: Equatable, Sendable {
    /// Lowest volume first, the first one from 0.
    public var tiers: [FeeTier]
    public var currency: FeeCurrency
    /// The third asset's code, when the fee is charged in one.
    public var asset: String?
    /// What is taken off a fee that the third asset pays, in 10⁻⁸ of it.
    public var discount: Int64
    public var basis: FeeBasis

    public init(
      tiers: [FeeTier], currency: FeeCurrency = .quote, asset: String? = nil, discount: Int64 = 0,
      basis: FeeBasis = .value
    ) {
      self.tiers = tiers
      self.currency = currency
      self.asset = asset
      self.discount = discount
      self.basis = basis
    }
  }

  /// Rates in 10⁻⁸ of what the fees are counted by, from a volume on.
  public struct FeeTier: Equatable, Sendable {
    /// Value traded in thirty days, in 10⁻⁸ of the reporting asset.
    public var from: Int64
    public var maker: Int64
    public var taker: Int64

    public init(from: Int64 = 0, maker: Int64, taker: Int64) {
      self.from = from
      self.maker = maker
      self.taker = taker
    }
  }

  /// How orders fill. What is `nil` is left to the engine's default.
  public struct Fills: Equatable, Sendable {
    /// `nil`: the best rule that the data supports.
    public var rule: FillRule?
    public var queue: QueueRule?
    public var impact: Impact?
    /// In 10⁻⁶ of what trades.
    public var volumeCap: Int64?
    public var selfTrade: SelfTrade?

    public init(
      rule: FillRule? = nil, queue: QueueRule? = nil, impact: Impact? = nil,
      volumeCap: Int64? = nil, selfTrade: SelfTrade? = nil
    ) {
      self.rule = rule
      self.queue = queue
      self.impact = impact
      self.volumeCap = volumeCap
      self.selfTrade = selfTrade
    }
  }
}
