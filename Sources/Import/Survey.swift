/// The first pass: which symbols a part holds, how fine their digits are, how long its bars, when
/// it begins. It decides definitions and order before the first event is made.

import Dialects
import TradingCore

/// The finest digits of one symbol.
struct DigitScales: Equatable {
  /// Decimals of prices, 0…8.
  var price = 0
  /// Decimals of quantities, 0…8.
  var quantity = 0
}

/// What the survey learned of one part.
struct PartProfile {
  /// Symbol indices in order of first appearance.
  private(set) var symbols: [Int] = []
  /// By symbol index: whether it is among `symbols`.
  private var holds: [Bool] = []
  /// The bars' length: the most frequent difference between neighbouring rows, the shorter on ties;
  /// `nil` where rows lie closer together and that difference is not most of them, since bars that
  /// overlap cannot be meant (files often leave out bars without a trade).
  var interval: Interval?
  /// The receive time of its first message; `nil` when it has none.
  var firstTime: Timestamp?
  /// What messages without a symbol are about: the request's symbol, else the part's only one.
  var unnamedSymbol: Int?
  /// The finest digits of messages without a symbol.
  var unnamedScales: DigitScales?

  /// Notes that the part holds a symbol. O(1).
  mutating func note(_ symbol: Int) {
    while holds.count <= symbol { holds.append(false) }
    guard !holds[symbol] else { return }
    holds[symbol] = true
    symbols.append(symbol)
  }
}

/// What the survey learned of all parts.
struct Survey {
  /// By symbol index.
  private(set) var scales: [DigitScales] = []
  private(set) var profiles: [PartProfile] = []
  /// Instruments found in the recording itself.
  private(set) var specs: [InstrumentSpec] = []
  /// The symbol the request names.
  private let requestedSymbol: Int?

  init(requestedSymbol: Int?) { self.requestedSymbol = requestedSymbol }

  /// The most rows looked at in a stream.
  static let streamRows = 65_536

  /// Different steps between bars that are told apart; a file with more has no common one.
  static let distinctSteps = 4_096

  /// Lines between two calls of `report`.
  static let reportEvery = 16_384

  /// Reads `input` to its end, or its first rows when `isStream`. Malformed lines are passed over
  /// where the request skips them; `report` ends it all by answering false.
  mutating func look(
    at input: inout PartInput, label: String, isStream: Bool, onError: ErrorPolicy,
    report: () -> Bool
  ) throws(ImportError) {
    var profile = PartProfile()
    var differences: [Int64: Int] = [:]
    var lastTime: Timestamp?
    var message = Message()
    reading: while !isStream || input.lineNumber < Survey.streamRows {
      switch try input.next(into: &message) {
      case .end: break reading
      case .fault(let fault):
        if onError == .stop || fault.isFatal {
          throw .malformed(file: label, line: input.lineNumber, rule: fault.rule)
        }
      case .outcome(.message):
        if case .candle = message.body { note(message.receiveTime, &lastTime, &differences) }
        if case .quote(let quote) = message.body, quote.updateID == 0 {
          note(message.receiveTime, &lastTime, &differences)
        }
        learn(message, &profile)
      case .outcome(.exchangeInfo(let start)):
        do {
          specs += try input.instruments(from: start)
        } catch {
          throw .malformed(file: label, line: input.lineNumber, rule: error.rule)
        }
      case .outcome: break
      }
      if input.lineNumber % Survey.reportEvery == 0, !report() { throw .stopped }
    }
    guard report() else { throw .stopped }
    profile.interval = Survey.interval(differences)
    settleUnnamed(&profile)
    profiles.append(profile)
  }

  private mutating func settleUnnamed(_ profile: inout PartProfile) {
    if let requested = requestedSymbol, profile.unnamedScales != nil {
      profile.unnamedSymbol = requested
      profile.note(requested)
    } else if profile.symbols.count == 1 {
      profile.unnamedSymbol = profile.symbols[0]
    }
    guard let symbol = profile.unnamedSymbol, let scales = profile.unnamedScales else { return }
    makeRoom(for: symbol)
    self.scales[symbol].price = max(self.scales[symbol].price, scales.price)
    self.scales[symbol].quantity = max(self.scales[symbol].quantity, scales.quantity)
  }

  private mutating func makeRoom(for symbol: Int) {
    while scales.count <= symbol { scales.append(DigitScales()) }
  }

  private static func interval(_ differences: [Int64: Int]) -> Interval? {
    let best = differences.max { ($0.value, $1.key) < ($1.value, $0.key) }
    guard let best else { return nil }
    let all = differences.values.reduce(0, +)
    let isShortest = differences.keys.allSatisfy { $0 >= best.key }
    return isShortest || best.value * 2 > all ? Interval(nanoseconds: best.key) : nil
  }

  private func note(
    _ time: Timestamp, _ last: inout Timestamp?, _ differences: inout [Int64: Int]
  ) {
    defer { last = time }
    guard let last, time > last else { return }
    let difference = (time - last).nanoseconds
    guard differences[difference] != nil || differences.count < Survey.distinctSteps else { return }
    differences[difference, default: 0] += 1
  }

  private mutating func learn(_ message: borrowing Message, _ profile: inout PartProfile) {
    if profile.firstTime == nil { profile.firstTime = message.receiveTime }
    guard message.symbol >= 0 else {
      var scales = profile.unnamedScales ?? DigitScales()
      scales.refine(with: message)
      profile.unnamedScales = scales
      return
    }
    profile.note(message.symbol)
    makeRoom(for: message.symbol)
    scales[message.symbol].refine(with: message)
  }
}

extension DigitScales {
  /// Takes every number of `message` into account.
  mutating func refine(with message: borrowing Message) {
    switch message.body {
    case .trade(let trade): refine(trade.at)
    case .quote(let quote):
      refine(quote.bid)
      refine(quote.ask)
    case .candle(let candle):
      refine(RawLevel(price: candle.open, quantity: candle.volume))
      refine(RawLevel(price: candle.high, quantity: candle.volume))
      refine(RawLevel(price: candle.low, quantity: candle.volume))
      refine(RawLevel(price: candle.close, quantity: candle.volume))
    case .depth, .snapshot:
      for index in message.bids.indices { refine(message.bids[index]) }
      for index in message.asks.indices { refine(message.asks[index]) }
    }
  }

  private mutating func refine(_ level: RawLevel) {
    price = max(price, level.price.scale)
    quantity = max(quantity, level.quantity.scale)
  }
}
