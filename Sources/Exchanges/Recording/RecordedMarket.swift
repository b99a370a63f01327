/// The instruments of a recording: the venue's own description as the journal's first facts, and the
/// directory that its frames are read with.

internal import Dialects
internal import TradingCore

/// Definitions, under ids counted up from the first free ones in the order of the symbols asked for.
struct RecordedMarket {
  private(set) var directory = VenueDirectory()
  private(set) var instruments: [InstrumentID] = []
  /// The ids that are taken with these.
  private(set) var given: GivenIDs
  private var bodies: [EventBody] = []
  private var assets: [(code: String, id: AssetID)] = []
  private let place: VenuePlace

  /// Decimals of quantities: books keep orders from before a lot was made coarser.
  private static let lotDecimals = 8

  /// - Parameters:
  ///   - specs: what the venue says; others than those of the plan are left out.
  ///   - given: ids that other venues of the journal have.
  /// - Throws: `.unknownSymbol` for one that the venue did not describe, `.grid`, `.tooMany`, `.answer`.
  init(
    _ plan: RecordingPlan, _ specs: [InstrumentSpec], after given: GivenIDs = GivenIDs()
  ) throws(ExchangesError) {
    (place, self.given) = (plan.place, given)
    if place.isFirst { bodies.append(.logicVersion(.current)) }
    bodies += Text.run(subject: .venue, id: place.id, plan.venue).map { .text($0) }
    guard Int(given.instruments) + plan.symbols.count <= InstrumentID.capacity else {
      throw .tooMany("instruments")
    }
    for symbol in plan.symbols {
      guard let spec = specs.first(where: { $0.symbol == symbol }) else {
        throw .unknownSymbol("\(plan.venue) has no symbol \(symbol); its own spelling is needed")
      }
      if let reason = spec.gridObjection { throw .grid(symbol: symbol, reason: reason) }
      do throws(DialectError) { try define(spec) } catch {
        guard case .undefined = error else { throw .answer("\(error)") }
        throw .grid(
          symbol: symbol, reason: "its tick × lot is finer than 10^-18 or too large to be exact")
      }
    }
  }

  private mutating func define(_ spec: InstrumentSpec) throws(DialectError) {
    let id = InstrumentID(given.instruments)
    let base = try asset(spec.base, decimals: spec.baseCommissionDecimals)
    let quote = try asset(spec.quote, decimals: spec.quoteCommissionDecimals)
    let fine = spec.definition(id, base: base, quote: quote, lotDecimals: Self.lotDecimals)
    guard let definition = fine ?? spec.definition(id, base: base, quote: quote) else {
      throw .undefined(name: spec.symbol)
    }
    try directory.add(definition, symbol: spec.symbol)
    instruments.append(id)
    given.instruments += 1
    bodies.append(.instrument(definition))
    let name = place.journalName(spec.symbol)
    bodies += Text.run(subject: .instrument, id: id.raw, name).map { .text($0) }
    bodies += spec.filters.map { .filter($0.filter(definition)) }
  }

  private mutating func asset(
    _ code: String, decimals: UInt8
  ) throws(DialectError) -> AssetID {
    if let known = assets.first(where: { $0.code == code }) { return known.id }
    let definition = AssetDefinition(
      asset: AssetID(given.assets), commissionDecimals: decimals)
    try directory.add(definition, code: code)
    assets.append((code, definition.asset))
    given.assets += 1
    bodies.append(.asset(definition))
    let name = place.journalName(code)
    bodies += Text.run(subject: .asset, id: definition.asset.raw, name).map { .text($0) }
    return definition.asset
  }

  /// Everything above as facts at `time`.
  func events(at time: Timestamp) -> [Event] {
    bodies.map { Event(receiveTime: time, $0) }
  }
}
