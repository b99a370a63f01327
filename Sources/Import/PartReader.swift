/// One part in the second pass: its next message's events, ready to be merged with those of other
/// parts by receive time.

import Dialects
import TradingCore

/// Reads a part message by message; malformed lines end the import or become gaps.
final class PartReader {
  private var input: PartInput
  private let part: InputPart
  private let profile: PartProfile
  private let request: ImportRequest
  private let settler: Settler
  private var message = Message()
  /// The events of the next message, a gap before it where lines were skipped.
  private(set) var ready: ContiguousArray<Event> = []
  /// The receive time of `ready`.
  private(set) var time = Timestamp.distantPast
  private var skipped: UInt64 = 0
  private var sawMessage = false

  init(
    _ part: InputPart, profile: PartProfile, factory: DecoderFactory, settler: Settler,
    counter: ByteCounter
  ) throws(ImportError) {
    let decoder = try factory.decoder(
      for: part, interval: try PartReader.interval(profile, factory, part))
    input = PartInput(try part.open(counter: counter), decoder: decoder, label: part.label)
    self.part = part
    self.profile = profile
    self.request = factory.request
    self.settler = settler
  }

  /// The bars' length, given or found; `nil` where there are none.
  private static func interval(
    _ profile: PartProfile, _ factory: DecoderFactory, _ part: InputPart
  ) throws(ImportError) -> Interval? {
    guard factory.request.format == .ohlcvCSV, profile.firstTime != nil else { return nil }
    guard let interval = factory.request.candles.interval ?? profile.interval else {
      throw .usage(
        "\(part.label): its rows do not tell how long a bar is; give --interval, as in 1m")
    }
    return interval
  }

  /// Makes the next message's events ready; false behind the last.
  func advance() throws(ImportError) -> Bool {
    ready.removeAll(keepingCapacity: true)
    while true {
      let result = try input.next(into: &message)
      if case .end = result { return try finish() }
      settler.countLine()
      switch result {
      case .end: break
      case .fault(let fault): try skip(fault)
      case .outcome(.message): if try settle() { return true }
      case .outcome(.framing), .outcome(.exchangeInfo): settler.countFraming()
      case .outcome(.ignored): settler.count(.ignoredMessages, .none)
      case .outcome(.unclosed):
        settler.count(.unclosedCandles, settler.instrument(message.symbol))
      }
    }
  }

  private func settle() throws(ImportError) -> Bool {
    if message.symbol == Message.unnamed, let symbol = profile.unnamedSymbol {
      message.symbol = symbol
    }
    if skipped > 0 { ready.append(gap(at: message.receiveTime)) }
    do {
      try settler.settle(message, into: &ready)
    } catch {
      ready.removeAll(keepingCapacity: true)
      try skip(error)
      return false
    }
    skipped = 0
    if sawMessage, message.receiveTime < time {
      settler.count(.timeWentBack, settler.instrument(message.symbol))
    }
    sawMessage = true
    time = message.receiveTime
    return true
  }

  /// The part is read: what was skipped at its end is a gap too.
  private func finish() throws(ImportError) -> Bool {
    guard skipped > 0 else { return false }
    guard sawMessage else {
      throw .damaged(
        file: part.label, reason: "none of its \(input.lineNumber) lines could be read")
    }
    ready.append(gap(at: time))
    skipped = 0
    return true
  }

  private func skip(_ fault: LineFault) throws(ImportError) {
    guard request.onError == .skip, !fault.isFatal else {
      throw .malformed(file: part.label, line: input.lineNumber, rule: fault.rule)
    }
    skipped += 1
    settler.countSkipped()
  }

  private func gap(at time: Timestamp) -> Event {
    let symbol = profile.symbols.count == 1 ? profile.symbols[0] : Message.unnamed
    let gap = Gap(
      instrument: settler.instrument(symbol), stream: request.format.stream, count: skipped,
      reason: .skippedLines)
    return Event(receiveTime: time, .gap(gap))
  }
}

extension ImportFormat {
  /// The stream a line of this format belongs to, as far as that is known of a malformed one.
  var stream: StreamKind {
    switch self {
    case .binanceRaw, .cryptofeedRaw: .any
    case .binanceTrades, .binanceAggTrades: .trade
    case .binanceKlines, .ohlcvCSV: .candle
    }
  }
}
