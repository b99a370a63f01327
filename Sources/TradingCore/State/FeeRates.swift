/// What a fill may cost at most beside its value: what the gate adds to the money that a buy needs.

/// The fees of the tier that holds from no traded volume on, which no other tier is dearer than, by
/// instrument. Discounts do not count: they end when their asset does.
public struct FeeRates: Equatable, Sendable, CanonicallyDecodable {
  private struct Rate: Equatable, Sendable, BitwiseCopyable {
    /// The dearer of maker and taker, at least 0, in 10⁻⁸.
    var rate: Int64 = 0
    /// What takers pay, in 10⁻⁸.
    var taker: Int64 = 0
    var basis = FeeBasis.value
    /// Whether a buy pays in what it receives, and so needs no money for the fee.
    var isTakenFromBase = false
  }

  private var general = Rate()
  private var byInstrument: ContiguousArray<Rate?> = []

  public init() {}

  /// Takes a schedule; higher tiers and instruments beyond what a state has room for change nothing.
  mutating func apply(_ schedule: FeeSchedule) {
    guard schedule.fromVolume <= 0 else { return }
    let rate = Rate(
      rate: max(0, schedule.maker, schedule.taker), taker: schedule.taker, basis: schedule.basis,
      isTakenFromBase: schedule.currency == .received)
    if schedule.instrument == .none {
      general = rate
    } else if schedule.instrument.hasRoom {
      while byInstrument.count <= schedule.instrument.index { byInstrument.append(nil) }
      byInstrument[schedule.instrument.index] = rate
    }
  }

  /// What taking one whole coin at a price costs beside it, in the quote asset; negative for a rebate. A
  /// charge for each fill is not in it.
  func taking(_ definition: InstrumentDefinition, at price: Money) -> Money {
    let index = definition.instrument.index
    let rate = (index < byInstrument.count ? byInstrument[index] : nil) ?? general
    switch rate.basis {
    case .value: return price.scaled(by: Int128(rate.taker), over: 100_000_000)
    case .quantity: return Money.one.scaled(by: Int128(rate.taker), over: 100_000_000)
    case .fill: return .zero
    }
  }

  /// The most that buying a quantity for `value` of the quote asset costs beside it in one fill, rounded
  /// as venues do: half to even, to the decimals of the quote asset's commissions.
  public func most(
    _ definition: InstrumentDefinition, _ quantity: Quantity, value: Money, decimals: Int
  ) -> Money {
    let index = definition.instrument.index
    let rate = (index < byInstrument.count ? byInstrument[index] : nil) ?? general
    guard rate.rate > 0, !rate.isTakenFromBase else { return .zero }
    let amount =
      switch rate.basis {
      case .value: value
      case .quantity: Money(units: Int128(quantity.lots) * definition.lotAmount)
      case .fill: Money.one
      }
    return amount.scaled(by: Int128(rate.rate), over: 100_000_000).rounded(toDecimals: decimals)
  }

  public func encode(into bytes: inout CanonicalBytes) {
    encode(general, into: &bytes)
    bytes.append(byInstrument.count)
    for rate in byInstrument {
      bytes.append(rate != nil)
      if let rate { encode(rate, into: &bytes) }
    }
  }

  private func encode(_ rate: Rate, into bytes: inout CanonicalBytes) {
    bytes.append(rate.rate)
    bytes.append(rate.taker)
    bytes.append(rate.basis.rawValue)
    bytes.append(rate.isTakenFromBase)
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    general = try FeeRates.rate(&reader)
    for _ in 0..<(try reader.takeCount(atMost: InstrumentID.capacity)) {
      byInstrument.append(try reader.take() ? try FeeRates.rate(&reader) : nil)
    }
  }

  private static func rate(_ reader: inout CanonicalReader) throws(CanonicalError) -> Rate {
    Rate(
      rate: try reader.take(), taker: try reader.take(), basis: try reader.take(),
      isTakenFromBase: try reader.take())
  }
}
