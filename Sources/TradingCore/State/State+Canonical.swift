/// The whole state as canonical bytes, and back; their 64-bit hash is the fingerprint reports show.
///
/// What is not in the bytes follows from them: values of holdings, lots of positions, floors of the
/// drawdown limits, ends of open bars. So a state that was read goes on exactly as the one that was
/// written, and a snapshot holds the bytes and nothing else of it.
extension State: CanonicallyDecodable {
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
    books.encode(into: &bytes)
    recentFills.encode(into: &bytes)
    orders.encode(into: &bytes)
    parents.encode(into: &bytes)
    volumeProfile.encode(into: &bytes)
    risk.encode(into: &bytes)
    metrics.encode(into: &bytes)
    bytes.append(lastRoundTrip != nil)
    lastRoundTrip?.encode(into: &bytes)
    anomalies.encode(into: &bytes)
  }

  /// Reads what `encode` wrote. O(size + assets · instruments).
  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    sequence = try reader.takeTally()
    time = try reader.take()
    logicVersion = try reader.take()
    settings = try Settings(canonical: &reader)
    for _ in 0..<(try reader.takeCount(atMost: InstrumentID.capacity)) {
      instruments.append(try reader.takeOptional())
    }
    markets = try reader.takeArray(atMost: InstrumentID.capacity)
    account = try Account(canonical: &reader)
    try expectPlaces(reader)
    books = try Books(canonical: &reader)
    recentFills = try RecentFills(canonical: &reader)
    try expectBooks(reader)
    orders = try OrderTable(canonical: &reader)
    try reader.expect((orders.live.last?.id.raw ?? 0) <= sequence, "an order of the future")
    parents = try ParentTable(canonical: &reader)
    try expectParents(reader)
    let areOpen = orders.books.allSatisfy { $0.index < max(1, books.all.count) }
    try reader.expect(areOpen, "an order of a book that was never opened")
    volumeProfile = try VolumeProfile(canonical: &reader)
    risk = try RiskState(canonical: &reader)
    metrics = try Metrics(canonical: &reader)
    lastRoundTrip = try reader.takeOptional()
    anomalies = try Anomalies(canonical: &reader)
    settle()
  }

  /// Throws unless every array is as long as the ids in use ask for.
  private func expectPlaces(_ reader: borrowing CanonicalReader) throws(CanonicalError) {
    try reader.expect(
      markets.count == instruments.count && account.positions.count == instruments.count,
      "\(instruments.count) instruments with \(markets.count) markets and "
        + "\(account.positions.count) positions")
    for (index, definition) in instruments.enumerated() {
      guard let definition else { continue }
      try reader.expect(
        definition.instrument.index == index && definition.isExact
          && definition.base.index < account.balances.count
          && definition.quote.index < account.balances.count,
        "the definition of instrument \(index)")
    }
  }

  /// Throws unless no book holds an instrument that the account does not know.
  private func expectBooks(_ reader: borrowing CanonicalReader) throws(CanonicalError) {
    let fits = books.all.allSatisfy { $0.positions.count <= account.positions.count }
    try reader.expect(fits && books.all.count != 1, "books beside the account")
  }

  /// Throws unless parents are of defined instruments and of the past.
  private func expectParents(_ reader: borrowing CanonicalReader) throws(CanonicalError) {
    for parent in parents.live {
      let index = parent.terms.instrument.index
      try reader.expect(
        parent.id.raw <= sequence && index < instruments.count && instruments[index] != nil,
        "the parent order \(parent.id.raw)")
    }
  }

  /// Rebuilds what follows from the bytes. Equity is in them, with all that was ever clamped; valuing
  /// every holding again must neither move it nor count as new overflows.
  private mutating func settle() {
    for (index, definition) in instruments.enumerated() {
      markets[index].settle(InstrumentID(UInt16(index)), isDefined: definition != nil)
      guard let definition else { continue }
      account.positions[index].adopt(definition)
      books.adopt(definition)
    }
    let (equity, risk, anomalies) = (account.equity, risk, anomalies)
    revalueAll()
    account.equity = equity
    (self.risk, self.anomalies) = (risk, anomalies)
  }
}

extension InstrumentDefinition: CanonicallyDecodable {
  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(tickMantissa)
    bytes.append(lotMantissa)
    bytes.append(minQuantity)
    bytes.append(minNotional)
    for id in [instrument.raw, base.raw, quote.raw] { bytes.append(id) }
    for small in [tickScale, lotScale, kind.rawValue, origin.rawValue] { bytes.append(small) }
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    (tickMantissa, lotMantissa) = (try reader.take(), try reader.take())
    (minQuantity, minNotional) = (try reader.take(), try reader.take())
    instrument = try reader.take()
    (base, quote) = (try reader.take(), try reader.take())
    (tickScale, lotScale) = (try reader.take(), try reader.take())
    (kind, origin) = (try reader.take(), try reader.take())
  }
}
