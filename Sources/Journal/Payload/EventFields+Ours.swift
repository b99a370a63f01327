/// The fields of every payload in the order they are stored: clock, operator, definitions, engine.
internal import TradingCore

extension TimerFired: EventFields {
  static var blank: Self { TimerFired(id: 0) }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.unsigned(&id)
  }
}

extension ClockStep: EventFields {
  static var blank: Self { ClockStep(step: .zero) }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.signed(&step.nanoseconds)
  }
}

extension OrderTerms: EventFields {
  static var blank: Self {
    OrderTerms(instrument: .none, side: .buy, type: .market, quantity: .zero)
  }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.price(&price)
    try coder.quantity(&quantity)
    try coder.instrument(&instrument)
    try coder.choice(&side)
    try coder.choice(&type)
    try coder.choice(&timeInForce)
    try coder.unsigned(&flags.rawValue)
    try coder.price(&trigger)
    try coder.unsigned(&expirySeconds)
    try coder.unsigned(&trailing)
    try coder.unsigned(&parts)
    try coder.unsigned(&list.rawValue)
    try coder.unsigned(&book.raw)
  }

  /// The fields of version 1, the last of them a flag.
  mutating func visitFirst(_ coder: inout FieldReader) throws(Malformed) {
    try coder.price(&price)
    try coder.quantity(&quantity)
    try coder.instrument(&instrument)
    try coder.choice(&side)
    try coder.choice(&type)
    try coder.choice(&timeInForce)
    var isReduceOnly = false
    try coder.flag(&isReduceOnly)
    flags = isReduceOnly ? .reduceOnly : []
  }
}

extension ParentTerms: EventFields {
  static var blank: Self {
    ParentTerms(instrument: .none, side: .buy, quantity: .zero, algorithm: .timeWeighted)
  }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.quantity(&quantity)
    try coder.price(&limit)
    try coder.unsigned(&durationSeconds)
    try coder.unsigned(&slices)
    try coder.unsigned(&participation)
    try coder.instrument(&instrument)
    try coder.choice(&side)
    try coder.choice(&algorithm)
    try coder.unsigned(&book.raw)
  }
}

extension AmendTerms: EventFields {
  static var blank: Self { AmendTerms(order: .none, price: .zero, quantity: .zero) }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.order(&order)
    try coder.price(&price)
    try coder.quantity(&quantity)
    try coder.unsigned(&cause)
  }
}

extension CancelTerms: EventFields {
  static var blank: Self { CancelTerms(order: .none) }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.order(&order)
    try coder.unsigned(&cause)
  }
}

extension Flatten: EventFields {
  static var blank: Self { Flatten(instrument: .none) }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.instrument(&instrument)
  }
}

extension HaltCommand: EventFields {
  static var blank: Self { HaltCommand(reason: 0) }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.unsigned(&reason)
  }
}

extension Configure: EventFields {
  static var blank: Self { Configure(.strategyParameter, value: 0) }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.signed(&value)
    try coder.unsigned(&index)
    try coder.instrument(&instrument)
    try coder.choice(&setting)
  }
}

extension LimitChange: EventFields {
  static var blank: Self { LimitChange(.maxPosition, value: 0) }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.signed(&value)
    try coder.choice(&kind)
    try coder.instrument(&instrument)
    try coder.unsigned(&book.raw)
  }

  /// The fields of version 1, when a limit held everywhere.
  mutating func visitFirst(_ coder: inout FieldReader) throws(Malformed) {
    try coder.signed(&value)
    try coder.choice(&kind)
  }
}

extension KeyChange: EventFields {
  static var blank: Self { KeyChange(.added, id: 0, fingerprint: 0) }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.bits(&fingerprint)
    try coder.unsigned(&id)
    try coder.choice(&action)
  }
}

extension InstrumentDefinition: EventFields {
  static var blank: Self {
    let unit = Decimal64(mantissa: 1, scale: 0)
    return InstrumentDefinition(
      instrument: .none, base: .none, quote: .none, tick: unit, lot: unit)
  }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.instrument(&instrument)
    try coder.signed(&tickMantissa)
    try coder.unsigned(&tickScale)
    try coder.signed(&lotMantissa)
    try coder.unsigned(&lotScale)
    try coder.quantity(&minQuantity)
    try coder.signed(&minNotional)
    try coder.asset(&base)
    try coder.asset(&quote)
    try coder.choice(&kind)
    try coder.choice(&origin)
  }
}

extension AssetDefinition: EventFields {
  static var blank: Self { AssetDefinition(asset: .none) }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.asset(&asset)
    try coder.unsigned(&commissionDecimals)
  }
}

extension FeeSchedule: EventFields {
  static var blank: Self { FeeSchedule(instrument: .none, maker: 0, taker: 0) }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.instrument(&instrument)
    try coder.signed(&maker)
    try coder.signed(&taker)
    try coder.asset(&asset)
    try coder.choice(&currency)
    try coder.choice(&basis)
    try coder.signed(&fromVolume)
    try coder.signed(&discount)
  }

  /// The fields of version 1, when there was one tier.
  mutating func visitFirst(_ coder: inout FieldReader) throws(Malformed) {
    try coder.instrument(&instrument)
    try coder.signed(&maker)
    try coder.signed(&taker)
    try coder.asset(&asset)
    try coder.choice(&currency)
  }
}

extension ExchangeFilter: EventFields {
  static var blank: Self { ExchangeFilter(.price, instrument: .none) }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.instrument(&instrument)
    try coder.choice(&kind)
    try coder.signed(&low)
    try coder.signed(&high)
    try coder.signed(&step)
    try coder.signed(&other)
    try coder.unsigned(&averageMinutes)
  }
}

extension LatencyRow: EventFields {
  static var blank: Self { LatencyRow() }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.signed(&time.nanoseconds)
    try coder.signed(&feed.nanoseconds)
    try coder.signed(&entry.nanoseconds)
    try coder.signed(&response.nanoseconds)
    try coder.signed(&spread.nanoseconds)
    try coder.choice(&action)
  }
}

extension Text: EventFields {
  static var blank: Self { Text(subject: .note, id: 0, utf8: [], flags: []) }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.choice(&subject)
    try coder.unsigned(&id)
    try coder.run(&flags)
    try coder.small(&count, most: UInt8(Text.capacity))
    var words = [bytes.0, bytes.1, bytes.2, bytes.3, bytes.4]
    var used = UInt8((words.lastIndex { $0 != 0 } ?? -1) + 1)
    try coder.small(&used, most: 5)
    for index in 0..<Int(used) { try coder.bits(&words[index]) }
    bytes = (words[0], words[1], words[2], words[3], words[4])
  }
}

extension Model: EventFields {
  static var blank: Self { Model(id: 0, digest: (0, 0, 0, 0)) }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.unsigned(&id)
    try coder.bits(&digest.0)
    try coder.bits(&digest.1)
    try coder.bits(&digest.2)
    try coder.bits(&digest.3)
  }
}

extension LogicVersion: EventFields {
  static var blank: Self { LogicVersion(version: 0) }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.unsigned(&version)
  }
}

extension Notice: EventFields {
  static var blank: Self { Notice(.digitsRounded, count: 0) }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.unsigned(&count)
    try coder.instrument(&instrument)
    try coder.choice(&code)
  }
}

extension Signal: EventFields {
  static var blank: Self { Signal(cause: 0, instrument: .none, kind: .target) }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.unsigned(&cause)
    try coder.instrument(&instrument)
    try coder.choice(&kind)
    try coder.choice(&side)
    try coder.signed(&weightMillionths)
    try coder.price(&bid)
    try coder.price(&ask)
    try coder.quantity(&quantity)
  }
}

extension Order: EventFields {
  static var blank: Self { Order(cause: 0, terms: .blank) }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.unsigned(&cause)
    try terms.visit(&coder)
  }
}

extension Refused: EventFields {
  static var blank: Self {
    Refused(
      cause: 0, instrument: .none, side: .buy, quantity: .zero, reason: .halted, value: 0, limit: 0)
  }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.unsigned(&cause)
    try coder.signed(&value)
    try coder.signed(&limit)
    try coder.quantity(&quantity)
    try coder.instrument(&instrument)
    try coder.choice(&side)
    try coder.choice(&reason)
    try coder.quantity(&suggested)
  }

  /// The fields of version 1, when nothing was suggested.
  mutating func visitFirst(_ coder: inout FieldReader) throws(Malformed) {
    try coder.unsigned(&cause)
    try coder.signed(&value)
    try coder.signed(&limit)
    try coder.quantity(&quantity)
    try coder.instrument(&instrument)
    try coder.choice(&side)
    try coder.choice(&reason)
  }
}

extension Parent: EventFields {
  static var blank: Self { Parent(cause: 0, terms: .blank) }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.unsigned(&cause)
    try terms.visit(&coder)
  }
}

extension ParentReport: EventFields {
  static var blank: Self {
    ParentReport(
      parent: .none, filled: .zero, arrivalHalfTicks: 0, shortfall: 0, instrument: .none,
      outcome: .filled)
  }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.order(&parent)
    try coder.quantity(&filled)
    try coder.signed(&arrivalHalfTicks)
    try coder.signed(&shortfall)
    try coder.instrument(&instrument)
    try coder.choice(&outcome)
  }
}

extension Alert: EventFields {
  static var blank: Self { Alert(.drawdownHalt, cause: 0, value: 0) }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.unsigned(&cause)
    try coder.signed(&value)
    try coder.choice(&code)
  }
}

extension StateHash: EventFields {
  static var blank: Self { StateHash(state: 0, strategy: 0) }
  mutating func visit<Coder: FieldCoder>(_ coder: inout Coder) throws(Coder.Failure) {
    try coder.bits(&state)
    try coder.bits(&strategy)
  }
}
