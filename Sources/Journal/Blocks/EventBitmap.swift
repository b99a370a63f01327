/// The bits by which a reader skips blocks that hold nothing of an instrument or a kind.
internal import TradingCore

extension EventBody {
  /// The bits this event sets in `BlockHeader.bitmap`.
  var bitmap: UInt64 { instrumentBit | 1 << (32 + UInt64(kind.rawValue & 31)) }

  /// The bit of the event's instrument; 0 where its kind names none.
  var instrumentBit: UInt64 {
    guard let instrument else { return 0 }
    return 1 << UInt64(instrument.raw & 31)
  }

  /// The instrument an event names, if its kind names one.
  private var instrument: InstrumentID? {
    switch self {
    case .trade(let value): value.instrument
    case .quote(let value): value.instrument
    case .depth(let value): value.instrument
    case .bookSnapshot(let value): value.instrument
    case .candle(let value): value.instrument
    case .funding(let value): value.instrument
    case .reading(let value): value.instrument
    case .accepted(let value), .rejected(let value), .sent(let value), .sendFailed(let value),
      .canceled(let value), .expired(let value), .unknown(let value), .triggered(let value):
      value.instrument
    case .amended(let value): value.instrument
    case .fill(let value): value.instrument
    case .gap(let value): value.instrument
    case .place(let value): value.instrument
    case .flatten(let value): value.instrument
    case .execute(let value): value.instrument
    case .configure(let value): value.instrument
    case .instrument(let value): value.instrument
    case .fee(let value): value.instrument
    case .notice(let value): value.instrument
    case .filter(let value): value.instrument
    case .signal(let value): value.instrument
    case .order(let value), .request(let value): value.terms.instrument
    case .parent(let value): value.terms.instrument
    case .parentEnded(let value): value.instrument
    case .refused(let value): value.instrument
    case .balance, .adjustment, .connected, .disconnected, .timer, .clockStep, .amend, .cancel,
      .halt, .resume, .limit, .key, .asset, .text, .model, .build, .logicVersion, .latency,
      .amendRequest, .cancelRequest, .alert, .stateHash:
      nil
    }
  }
}
