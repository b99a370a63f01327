/// The whole state as canonical bytes; its 64-bit hash is the fingerprint reports show.
extension State: CanonicallyEncodable {
  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(sequence)
    bytes.append(time)
    bytes.append(logicVersion)
    settings.encode(into: &bytes)
    bytes.append(instruments.count)
    for definition in instruments {
      bytes.append(definition != nil)
      definition?.encode(into: &bytes)
    }
    bytes.append(markets.count)
    for market in markets { market.encode(into: &bytes) }
    account.encode(into: &bytes)
    orders.encode(into: &bytes)
    risk.encode(into: &bytes)
    metrics.encode(into: &bytes)
    bytes.append(lastRoundTrip != nil)
    lastRoundTrip?.encode(into: &bytes)
    anomalies.encode(into: &bytes)
  }
}

extension InstrumentDefinition: CanonicallyEncodable {
  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(tickMantissa)
    bytes.append(lotMantissa)
    bytes.append(minQuantity)
    bytes.append(minNotional)
    for id in [instrument.raw, base.raw, quote.raw] { bytes.append(id) }
    for small in [tickScale, lotScale, kind.rawValue, origin.rawValue] { bytes.append(small) }
  }
}
