/// The lines of the registry of features, by what they look at.

extension FeatureRegistry {
  static let quotes: [FeatureEntry] = [
    FeatureEntry("spread", "the distance from the best bid to the best ask", [.quotes]) { _ in
      QuotedSpread()
    },
    FeatureEntry("mid", "the middle between the best bid and the best ask", [.quotes]) { _ in
      MiddlePrice()
    },
    FeatureEntry(
      "microprice", "the middle weighted by the quantities on the other side", [.quotes],
      source: "Stoikov 2018, the weighted mid"
    ) { _ in Microprice() },
    FeatureEntry(
      "queue_imbalance", "bid less ask quantity at the best quotes, a share of both", [.quotes],
      source: "Gould & Bonart 2016"
    ) { _ in QueueImbalance() },
    FeatureEntry(
      "ofi", "what the best quotes gained on the bid's side less on the ask's over a window",
      [.quotes], [seconds("window", 10, help: "how far it looks back")],
      source: "Cont, Kukanov & Stoikov 2014"
    ) { OrderFlowImbalance(window: $0.span("window")) },
    FeatureEntry(
      "age", "seconds since the last trade, quotes and message of the book",
      [.trades, .quotes, .book]
    ) { _ in MarketAge() },
  ]

  static let book: [FeatureEntry] = [
    FeatureEntry("depth", "the quantity at the best levels of either side", [.book], [levels(10)]) {
      BookDepth(levels: $0.whole("levels"))
    },
    FeatureEntry(
      "band_depth", "the quantity within a reach of the middle, side by side", [.book],
      [
        Parameter(
          "reach", .number, default: 10, in: 0.001...10_000, unit: "bp",
          help: "how far from the middle")
      ]
    ) { BandDepth(reach: $0["reach"]) },
    FeatureEntry(
      "book_imbalance", "bids less asks over the best 1, 2 … levels, a share of both", [.book],
      [levels(5)], source: "Gould & Bonart 2016; Cao, Hansch & Wang 2009"
    ) { BookImbalance(levels: $0.whole("levels")) },
    FeatureEntry(
      "book_slope", "how much more waits for each basis point from the middle", [.book],
      [levels(10)], source: "after Næs & Skjeltorp 2006; the definition differs"
    ) { BookSlope(levels: $0.whole("levels")) },
    FeatureEntry(
      "level_ofi", "order-flow imbalance at each of the best levels over a window", [.book],
      [
        levels(5),
        seconds(
          "window", 10,
          help: "how far it looks back, over at most \(LevelFlowImbalance.mostChanges) changes "
            + "of all levels together, an equal share of each"),
      ],
      source: "Xu, Gould & Howison 2018"
    ) { LevelFlowImbalance(levels: $0.whole("levels"), window: $0.span("window")) },
  ]

  static let trades: [FeatureEntry] = [
    FeatureEntry(
      "trade_sign", "who took in the last trade, and who would have been guessed",
      [.trades, .quotes], source: "Lee & Ready 1991"
    ) { _ in TradeSign() },
    FeatureEntry(
      "intensity", "trades a second over a window: all, buyers', sellers'", [.trades],
      [seconds("window", 10, help: "how far it looks back")]
    ) { TradeIntensity(window: $0.span("window")) },
    FeatureEntry(
      "decaying_intensity", "trades a second, forgotten by half every half-life", [.trades],
      [seconds("halflife", 10, help: "until a trade weighs half")], source: "Hawkes 1971"
    ) { DecayingIntensity(halfLife: $0.span("halflife")) },
    FeatureEntry(
      "trade_imbalance", "bought less sold over a window, a share of both", [.trades],
      [seconds("window", 10, help: "how far it looks back")]
    ) { TradeImbalance(window: $0.span("window")) },
    FeatureEntry(
      "effective_spread", "what takers paid over the middle, twice, the mean of the last trades",
      [.trades, .quotes], [length(100, "trades", from: 1, help: "trades looked at")],
      source: "Huang & Stoll 1996"
    ) { EffectiveSpread(length: $0.whole("length")) },
    FeatureEntry(
      "realised_spread", "what is left of it some time later, and the price impact",
      [.trades, .quotes],
      [
        seconds("horizon", 5, help: "how much later"),
        length(100, "trades", from: 1, help: "trades looked at"),
      ],
      source: "Huang & Stoll 1996"
    ) { RealisedSpread(horizon: $0.span("horizon"), length: $0.whole("length")) },
    FeatureEntry(
      "vpin", "how one-sided the flow was, by buckets of equal volume", [.trades],
      [
        Parameter(
          "volume", .number, default: 1, in: 1e-9...1e12, unit: "base",
          help: "volume of a bucket; a fiftieth of a day's in the paper"),
        length(50, "buckets", named: "buckets", from: 1, help: "full buckets looked at"),
      ],
      source: "Easley, López de Prado & O'Hara 2012, sides as told"
    ) { VolumeToxicity(volume: $0["volume"], buckets: $0.whole("buckets")) },
    FeatureEntry(
      "kyle_lambda", "how far one unit bought moves the price", [.trades],
      [
        seconds("every", 1, help: "an interval of the regression"),
        length(60, "intervals", help: "changes looked at"),
      ],
      source: "Kyle 1985; Hasbrouck 2009"
    ) { KyleLambda(every: $0.span("every"), length: $0.whole("length")) },
    FeatureEntry(
      "amihud", "the return that a million of value traded goes with", [.trades],
      [
        seconds("every", 1, help: "an interval of which the return is taken"),
        length(60, "intervals", from: 1, help: "returns looked at"),
      ],
      source: "Amihud 2002"
    ) { AmihudIlliquidity(every: $0.span("every"), length: $0.whole("length")) },
    FeatureEntry(
      "roll_spread", "the spread that bouncing trade prices let guess", [.trades],
      [length(100, "pairs", help: "pairs of changes looked at")], source: "Roll 1984"
    ) { RollSpread(length: $0.whole("length")) },
  ]

  private static func levels(_ usual: Int) -> Parameter {
    Parameter(
      "levels", .whole, default: Double(usual), in: 1...Double(mostLevels), unit: "levels",
      help: "levels of either side, from the best one")
  }

  private static func seconds(_ name: String, _ usual: Double, help: String) -> Parameter {
    Parameter(name, .number, default: usual, in: 0.001...mostSeconds, unit: "s", help: help)
  }

  private static func length(
    _ usual: Int, _ unit: String, named name: String = "length", from least: Int = 2, help: String
  ) -> Parameter {
    Parameter(
      name, .whole, default: Double(usual), in: Double(least)...Double(mostObservations),
      unit: unit, help: help)
  }
}

extension ParameterValues {
  /// Seconds as a span, to the nearest nanosecond.
  fileprivate func span(_ name: String) -> Interval {
    Interval(nanoseconds: Int64((self[name] * 1e9).rounded()))
  }
}
