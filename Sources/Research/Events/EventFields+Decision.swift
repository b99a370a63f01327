/// Fields of commands, definitions and of what the engine decided; those of orders stand in
/// `EventFields+Orders.swift`.

internal import TradingCore

extension EventFields {
  func visitCommand(_ body: EventBody, _ visitor: inout some FieldVisitor) {
    switch body {
    case .timer(let timer): visitor.visit("id", .integer(Int64(timer.id)))
    case .clockStep(let step): visitor.visit("step", .integer(step.step.nanoseconds))
    case .place(let terms): visit(terms, &visitor)
    case .amend(let terms): visit(terms, &visitor)
    case .cancel(let terms): visit(terms, &visitor)
    case .flatten(let flatten): visitor.visit("instrument", name(flatten.instrument))
    case .halt(let halt), .resume(let halt):
      visitor.visit("reasonCode", .integer(Int64(halt.reason)))
    case .configure(let change):
      visitor.visit("instrument", name(change.instrument))
      visitor.visit("setting", name(change.setting))
      visitor.visit("index", .integer(Int64(change.index)))
      visitor.visit("settingValue", .integer(change.value))
    case .execute(let terms): visit(terms, &visitor)
    case .limit(let change):
      visitor.visit("instrument", name(change.instrument), unless: change.instrument == .none)
      visitor.visit("book", name(change.book), unless: change.book == .all)
      visitor.visit("limit", name(change.kind))
      visitor.visit("limitValue", .integer(change.value))
    case .key(let key):
      visitor.visit("id", .integer(Int64(key.id)))
      visitor.visit("keyFingerprint", .text(hexadecimal(key.fingerprint)))
      visitor.visit("action", name(key.action))
    default: break
    }
  }

  func visitDefinition(_ body: EventBody, _ visitor: inout some FieldVisitor) {
    switch body {
    case .instrument(let definition): visit(definition, &visitor)
    case .asset(let asset):
      visitor.visit("asset", name(asset.asset))
      visitor.visit("commissionDecimals", .integer(Int64(asset.commissionDecimals)))
    case .fee(let fee):
      visitor.visit("instrument", name(fee.instrument))
      visitor.visit("maker", hundredMillionths(fee.maker))
      visitor.visit("taker", hundredMillionths(fee.taker))
      visitor.visit("currency", name(fee.currency))
      visitor.visit("asset", name(fee.asset))
      visitor.visit("basis", name(fee.basis), unless: fee.basis == .value)
      visitor.visit("fromVolume", hundredMillionths(fee.fromVolume), unless: fee.fromVolume == 0)
      visitor.visit("discount", hundredMillionths(fee.discount), unless: fee.discount == 0)
    case .filter(let filter): visit(filter, &visitor)
    case .latency(let row): visit(row, &visitor)
    case .text(let text): visit(text, &visitor)
    case .model(let model):
      let (a, b, c, d) = model.digest
      visitor.visit("id", .integer(Int64(model.id)))
      visitor.visit("digest", .text([a, b, c, d].map(hexadecimal).joined()))
    case .build(let version), .logicVersion(let version):
      visitor.visit("version", .integer(Int64(version.version)))
    case .notice(let notice):
      visitor.visit("instrument", name(notice.instrument))
      visitor.visit("code", name(notice.code))
      visitor.visit("count", .unsigned(notice.count))
    default: break
    }
  }

  private func visit(_ definition: InstrumentDefinition, _ visitor: inout some FieldVisitor) {
    let id = definition.instrument
    visitor.visit("instrument", name(id))
    visitor.visit("instrumentID", .integer(Int64(id.raw)))
    visitor.visit("base", name(definition.base))
    visitor.visit("quote", name(definition.quote))
    visitor.visit(
      "tick", .decimal(Int128(definition.tickMantissa), scale: Int(definition.tickScale)))
    visitor.visit("lot", .decimal(Int128(definition.lotMantissa), scale: Int(definition.lotScale)))
    visitor.visit(
      "minQuantity",
      .decimal(
        Int128(definition.minQuantity.lots) * Int128(definition.lotMantissa),
        scale: Int(definition.lotScale)))
    visitor.visit("minNotional", hundredMillionths(definition.minNotional))
    visitor.visit("contract", name(definition.kind))
    visitor.visit("origin", name(definition.origin))
  }

  /// A run's last event also shows the whole text; its bytes are in every event.
  private func visit(_ text: Text, _ visitor: inout some FieldVisitor) {
    visitor.visit("subject", name(text.subject))
    visitor.visit("id", .integer(Int64(text.id)))
    visitRun(text.flags, &visitor)
    visitor.visit("bytes", .text(hexadecimal(text.utf8)))
    let whole = text.flags.contains(.last) ? names.text(text.subject, text.id) : nil
    visitor.visit("text", optional(whole))
  }

  func visitDecision(_ body: EventBody, _ visitor: inout some FieldVisitor) {
    switch body {
    case .signal(let signal): visit(signal, &visitor)
    case .order(let order), .request(let order):
      visitor.visit("cause", .unsigned(order.cause))
      visit(order.terms, &visitor)
    case .parent(let parent):
      visitor.visit("cause", .unsigned(parent.cause))
      visit(parent.terms, &visitor)
    case .parentEnded(let report): visit(report, &visitor)
    case .amendRequest(let terms): visit(terms, &visitor)
    case .cancelRequest(let terms): visit(terms, &visitor)
    case .refused(let refused): visit(refused, &visitor)
    case .alert(let alert):
      visitor.visit("cause", .unsigned(alert.cause))
      visitor.visit("code", name(alert.code))
      visitor.visit("alertValue", .integer(alert.value))
    case .stateHash(let hash):
      visitor.visit("state", .text(hexadecimal(hash.state)))
      visitor.visit("strategy", .text(hexadecimal(hash.strategy)))
    default: break
    }
  }

  private func visit(_ signal: Signal, _ visitor: inout some FieldVisitor) {
    visitor.visit("cause", .unsigned(signal.cause))
    visitor.visit("instrument", name(signal.instrument))
    visitor.visit("signal", name(signal.kind))
    visitor.visit("side", name(signal.side))
    visitor.visit("weightMillionths", .integer(Int64(signal.weightMillionths)))
    visitor.visit("bid", value(signal.bid, signal.instrument))
    visitor.visit("ask", value(signal.ask, signal.instrument))
    visitor.visit("quantity", value(signal.quantity, signal.instrument))
  }

  private func visit(_ refused: Refused, _ visitor: inout some FieldVisitor) {
    visitor.visit("cause", .unsigned(refused.cause))
    visitor.visit("instrument", name(refused.instrument))
    visitor.visit("side", name(refused.side))
    visitor.visit("quantity", value(refused.quantity, refused.instrument))
    visitor.visit("reason", name(refused.reason))
    visitor.visit("judged", .integer(refused.value))
    visitor.visit("limitValue", .integer(refused.limit))
    visitor.visit(
      "suggested", value(refused.suggested, refused.instrument), unless: refused.suggested == .zero)
  }
}
