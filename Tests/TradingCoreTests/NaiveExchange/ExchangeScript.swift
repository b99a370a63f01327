/// A market, orders and the reports expected of them as text, and what runs such a text through an
/// exchange: the form of the hand-computed tables.
///
/// A line is `seconds what…`, a setting before them stands alone, and `> …` is a report expected. Prices
/// are whole coins, lots whole coins of the base asset, so that a lot at 100 is worth 100.
import Testing

@testable import TradingCore

/// What both exchanges can be asked: facts and requests in, reports out.
protocol ExchangeUnderTest: SendableMetatype {
  init()
  /// Candles that are observed next, one of each instrument, which share their open and their close.
  mutating func open(_ candles: [Event])
  /// A fact, in the order of the recording.
  mutating func observe(_ event: Event)
  /// A request, sent at the time of the last fact.
  mutating func submit(_ id: OrderID, _ request: OrderRequest)
  /// The feed has ended: what arrived by then is answered.
  mutating func finish()
  /// Every report so far, in the order we receive them.
  var reports: [Event] { get }
}

struct NaiveUnderTest: ExchangeUnderTest {
  let exchange = NaiveExchange()
  private var clock = Timestamp.distantPast

  init() {}

  mutating func open(_ candles: [Event]) { exchange.open(candles) }

  mutating func observe(_ event: Event) {
    exchange.observe(event)
    clock = event.receiveTime
  }

  mutating func submit(_ id: OrderID, _ request: OrderRequest) {
    exchange.submit(id, request, at: clock)
  }

  mutating func finish() { exchange.finish() }
  var reports: [Event] { exchange.reports }
}

/// A line of a script after reading.
enum ExchangeInput {
  case fact(Event)
  case request(OrderID, OrderRequest, Timestamp)
}

struct ExchangeScript {
  private(set) var inputs: [ExchangeInput] = []
  private(set) var expected: [String] = []

  init(_ text: String) throws {
    for asset in 0..<3 {
      add(
        0,
        .balance(
          AssetAmount(
            asset: AssetID(UInt16(asset)), amount: Money(units: 1_000_000 * Money.one.units))))
    }
    for index: UInt16 in 0..<2 {
      add(
        0,
        .instrument(
          InstrumentDefinition(
            instrument: InstrumentID(index), base: AssetID(index), quote: AssetID(2),
            tick: Decimal64(mantissa: 1, scale: 0), lot: Decimal64(mantissa: 1, scale: 0))))
    }
    add(0, .configure(Configure(.account, value: Int64(AccountKind.margin.rawValue))))
    for line in text.split(whereSeparator: \.isNewline) {
      let said = line.prefix { $0 != "#" }
      try read(said.split(separator: " ").map(String.init), line)
    }
  }

  /// Runs the script and compares the reports with those expected, line by line.
  func check<Exchange: ExchangeUnderTest>(
    _ type: Exchange.Type, _ location: SourceLocation = #_sourceLocation
  ) {
    var exchange = Exchange()
    var clock = Timestamp.distantPast
    var moments = CandleMoments(
      inputs.compactMap { if case .fact(let event) = $0 { event } else { nil } })
    for input in inputs {
      switch input {
      case .fact(let event):
        exchange.open(moments.next())
        exchange.observe(event)
        clock = event.receiveTime
      case .request(let id, let request, let time):
        if time > clock { exchange.observe(Self.tick(time)) }
        clock = time
        exchange.submit(id, request)
      }
    }
    exchange.finish()
    let found = exchange.reports.map(Self.describe)
    #expect(found == expected, "\(type) said \(found)", sourceLocation: location)
  }

  /// A fact that tells the exchange nothing but the time.
  static func tick(_ time: Timestamp) -> Event {
    Event(receiveTime: time, .reading(Reading(instrument: .none, feature: 0, value: 0)))
  }

  private mutating func add(_ seconds: Int64, _ body: EventBody) {
    inputs.append(.fact(Event(receiveTime: ExchangeLine.time(seconds), body)))
  }

  private mutating func read(_ words: [String], _ line: Substring) throws {
    guard let first = words.first else { return }
    if first == ">" {
      expected.append(words.dropFirst().joined(separator: " "))
    } else if let seconds = Int64(first) {
      let rest = ExchangeLine(Array(words.dropFirst()), update: Int64(inputs.count))
      if let bodies = rest.facts {
        for body in bodies { add(seconds, body) }
      } else {
        let (id, request) = try #require(rest.request, "no such line: \(line)")
        inputs.append(.request(id, request, ExchangeLine.time(seconds)))
      }
    } else {
      add(0, try #require(ExchangeLine(words).setting, "no such setting: \(line)"))
    }
  }

  // MARK: Reports as text

  /// `seconds o1 what…`, with `made/received` for the seconds where they differ.
  static func describe(_ event: Event) -> String {
    let made = event.venueTime.nanoseconds / Interval.second.nanoseconds
    let received = event.receiveTime.nanoseconds / Interval.second.nanoseconds
    let time = made == received ? "\(made)" : "\(made)/\(received)"
    switch event.body {
    case .fill(let fill):
      let lots = fill.quantity.lots
      return
        "\(time) o\(fill.order.raw) \(fill.side) \(lots) @\(fill.price.ticks) \(fill.liquidity)"
    case .amended(let change):
      return "\(time) o\(change.order.raw) amended \(change.quantity.lots) @\(change.price.ticks)"
    case .accepted(let report), .triggered(let report):
      return "\(time) o\(report.order.raw) \(event.kind)"
    case .rejected(let report), .canceled(let report), .expired(let report):
      let reason = report.reason == .other ? "" : " \(report.reason)"
      return "\(time) o\(report.order.raw) \(event.kind)\(reason)"
    default: return "\(time) \(event.kind)"
    }
  }
}
