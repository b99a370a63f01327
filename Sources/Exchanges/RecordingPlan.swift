/// What is to be recorded: a venue, its symbols, their streams, and where the venue listens.

public import Dialects
public import TradingCore

/// A recording, before it begins.
public struct RecordingPlan: Sendable {
  public var venue: String
  /// Which of the journal's venues it is.
  package var place = VenuePlace.only
  public var hosts: VenueHosts
  /// Upper case, each once.
  public var symbols: [String]
  /// Streams of every symbol.
  public var kinds: [MarketStream.Kind]
  /// A PEM file of certificates to trust beside the system's.
  public var authority: String?
  /// Whether the venue's own bytes are kept as well.
  public var keepsRaw = false
  /// How long a connection lives before another takes over; the venue's own rule where nobody says.
  public var renewal: Interval?
  /// - Parameter streams: names such as `trade`, `depth`, `kline_1m`; see `kind(of:)`.
  /// - Throws: `.unknownVenue`, `.repeatedSymbol`, `.unknownStream`.
  public init(
    venue: String, symbols: [String], streams: [String], hosts: VenueHosts
  ) throws(ExchangesError) {
    self.venue = try VenueRegistry.entry(venue).profile.name
    self.hosts = hosts
    self.symbols = symbols.map { $0.uppercased() }
    for (place, symbol) in self.symbols.enumerated() where self.symbols[..<place].contains(symbol) {
      throw .repeatedSymbol(symbol)
    }
    kinds = []
    for name in streams {
      let kind = try Self.kind(of: name)
      guard !kinds.contains(kind) else { throw .unknownStream("the stream \(name) is named twice") }
      kinds.append(kind)
    }
    guard !kinds.isEmpty, !symbols.isEmpty else {
      throw .unknownStream("nothing to record: name a symbol and a stream")
    }
  }

  /// Levels a side that a stream of the best levels may have.
  private static let mostLevels = 5_000

  /// The stream of a name: `trade`, `aggTrade`, `bookTicker`, `depth` (every 100 ms), `depth1s`,
  /// `depth10` and other counts of levels, `kline_1m` and other lengths. A venue need not have them.
  /// - Throws: `.unknownStream`.
  public static func kind(of name: String) throws(ExchangesError) -> MarketStream.Kind {
    switch name {
    case "trade": return .trades
    case "aggTrade": return .aggregateTrades
    case "bookTicker": return .quotes
    case "depth": return .depth(isFast: true)
    case "depth1s": return .depth(isFast: false)
    default: break
    }
    if name.hasPrefix("depth"), let count = Int(name.dropFirst("depth".count)),
      (1...mostLevels).contains(count), name == "depth\(count)"
    {
      return .topLevels(count)
    }
    let length = name.dropFirst("kline_".count)
    guard name.hasPrefix("kline_"), let unit = units.first(where: { $0.letter == length.last }),
      let count = UInt32(length.dropLast()), (1...1_000).contains(count)
    else {
      throw .unknownStream(
        "there is no stream `\(name)`; known: trade, aggTrade, bookTicker, depth, depth1s, depth10 "
          + "and other counts, kline_1m and other lengths; `venues show` tells what a venue has")
    }
    return .candles(seconds: count * unit.seconds)
  }

  /// The plans of venues that are recorded into one journal, in its order.
  /// - Throws: `.repeatedVenue`.
  public static func together(_ plans: [RecordingPlan]) throws(ExchangesError) -> [RecordingPlan] {
    guard plans.count > 1 else { return plans }
    var placed: [RecordingPlan] = []
    for (index, var plan) in plans.enumerated() {
      guard !placed.contains(where: { $0.venue == plan.venue }) else {
        throw .repeatedVenue(plan.venue)
      }
      plan.place = .several(index, plan.venue)
      placed.append(plan)
    }
    return placed
  }

  /// What a run of these streams that goes on begins with: nobody knows what happened since its journal
  /// ended.
  package func interruption(of definitions: [Event], at time: Timestamp) -> [Event] {
    var facts: ContiguousArray<Event> = [
      Event(receiveTime: time, .disconnected(place.report(.any)))
    ]
    var intake = MarketIntake()
    intake.lose(
      definitions.instruments.flatMap { id in kinds.map { MarketStream($0, of: id) } }, at: time,
      into: &facts)
    return Array(facts)
  }

  /// The name that `kind(of:)` reads as this stream.
  static func name(of kind: MarketStream.Kind) -> String {
    switch kind {
    case .trades: return "trade"
    case .aggregateTrades: return "aggTrade"
    case .quotes: return "bookTicker"
    case .depth(let isFast): return isFast ? "depth" : "depth1s"
    case .topLevels(let count): return "depth\(count)"
    case .candles(let seconds):
      let unit = Self.units.last { seconds % $0.seconds == 0 } ?? Self.units[0]
      return "kline_\(seconds / unit.seconds)\(unit.letter)"
    }
  }

  /// Units of a candle's length, the shortest first.
  private static let units: [(letter: Character, seconds: UInt32)] = [
    ("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400), ("w", 604_800),
  ]

  /// The venue's rules with the plan's own renewal: the successor opens at that age.
  func rules(of venue: ConnectionRules) -> ConnectionRules {
    var rules = venue
    if let renewal { (rules.greatestAge, rules.renewal) = (renewal + venue.renewal, venue.renewal) }
    return rules
  }

  /// Levels a side of a snapshot: as many as the venue gives, fewer where many symbols share its
  /// limits.
  var snapshotLevels: Int { symbols.count <= 20 ? 5_000 : 1_000 }
}
