/// Every field of every kind of event by name: what `journal cat` and `journal export` write.

public import TradingCore

/// Walks through an event's fields. Prices and quantities come as decimals at the instrument's
/// scale; before the instrument is defined, as `<n> ticks` and `<n> lots`.
public struct EventFields: Sendable {
  /// What definitions said so far.
  public var names = Names()

  public init() {}

  /// Hands the clocks, the kind and the fields of the event to the visitor.
  public func visit(_ event: Event, sequence: Sequence64, by visitor: inout some FieldVisitor) {
    visitor.visit("sequence", .unsigned(sequence))
    visitor.visit("receiveTime", .integer(event.receiveTime.nanoseconds))
    visitor.visit("venueTime", time(event.venueTime))
    visitor.visit("kind", .text(event.kind.shortName))
    switch event.kind {
    case .trade, .quote, .depth, .bookSnapshot, .candle, .funding, .reading:
      visitMarket(event.body, &visitor)
    case .accepted, .rejected, .sent, .sendFailed, .amended, .fill, .canceled, .expired, .unknown,
      .balance, .adjustment, .connected, .disconnected, .gap, .triggered:
      visitVenue(event.body, &visitor)
    case .timer, .clockStep, .place, .amend, .cancel, .flatten, .halt, .resume, .configure,
      .limit, .key, .execute:
      visitCommand(event.body, &visitor)
    case .instrument, .asset, .fee, .text, .model, .build, .logicVersion, .notice, .filter,
      .latency:
      visitDefinition(event.body, &visitor)
    case .signal, .order, .amendRequest, .cancelRequest, .refused, .alert, .stateHash, .request,
      .parent, .parentEnded:
      visitDecision(event.body, &visitor)
    }
  }

  func time(_ time: Timestamp) -> FieldValue {
    time.isNone ? .missing : .integer(time.nanoseconds)
  }

  func name(_ id: InstrumentID) -> FieldValue { optional(names.symbol(id)) }
  func name(_ id: AssetID) -> FieldValue { optional(names.code(id)) }
  func name(_ side: Side) -> FieldValue { .text(side == .buy ? "buy" : "sell") }
  func name(_ value: some Any) -> FieldValue { .text("\(value)") }

  func optional(_ text: String?) -> FieldValue { text.map(FieldValue.text) ?? .missing }

  func value(_ price: Price, _ id: InstrumentID) -> FieldValue {
    guard let definition = names.definition(id) else { return .text("\(price.ticks) ticks") }
    return .decimal(
      Int128(price.ticks) * Int128(definition.tickMantissa), scale: Int(definition.tickScale))
  }

  func value(_ quantity: Quantity, _ id: InstrumentID) -> FieldValue {
    guard let definition = names.definition(id) else { return .text("\(quantity.lots) lots") }
    return .decimal(
      Int128(quantity.lots) * Int128(definition.lotMantissa), scale: Int(definition.lotScale))
  }

  func value(_ money: Money) -> FieldValue { .decimal(money.units, scale: Money.scale) }

  /// A rate or an amount in 10⁻⁸.
  func hundredMillionths(_ value: Int64) -> FieldValue { .decimal(Int128(value), scale: 8) }
}

extension EventKind {
  /// The names by raw value, made once.
  private static let shortNames: [String] = {
    var names = [String](repeating: "", count: 256)
    for kind in allCases { names[Int(kind.rawValue)] = kind.name }
    return names
  }()

  /// `name`, without asking the runtime for it each time.
  var shortName: String { EventKind.shortNames[Int(rawValue)] }
}
