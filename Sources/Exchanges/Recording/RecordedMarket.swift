/// The instruments of a recording: the venue's own description as the journal's first facts, and the
/// directory that its frames are read with.

internal import Dialects
internal import TradingCore

/// Definitions, under ids counted up from 0 in the order of the symbols asked for.
struct RecordedMarket {
  private(set) var directory = VenueDirectory()
  private(set) var instruments: [InstrumentID] = []
  private var bodies: [EventBody] = [.logicVersion(.current)]
  private var codes: [String] = []

  /// Decimals of quantities: books keep orders from before a lot was made coarser.
  private static let lotDecimals = 8

  /// - Parameter specs: what the venue says; others than those of the plan are left out.
  /// - Throws: `.unknownSymbol` for one that the venue did not describe, `.inexact`, `.answer`.
  init(_ plan: RecordingPlan, _ specs: [InstrumentSpec]) throws(ExchangesError) {
    bodies += Text.run(subject: .venue, id: 0, plan.venue).map { .text($0) }
    for symbol in plan.symbols {
      guard let spec = specs.first(where: { $0.symbol.uppercased() == symbol }) else {
        throw .unknownSymbol("\(plan.venue) has no symbol \(symbol); its own spelling is needed")
      }
      do throws(DialectError) { try define(spec) } catch {
        guard case .undefined = error else { throw .answer("\(error)") }
        throw .inexact(symbol: symbol)
      }
    }
  }

  private mutating func define(_ spec: InstrumentSpec) throws(DialectError) {
    let id = InstrumentID(UInt16(instruments.count))
    let base = try asset(spec.base, decimals: spec.baseCommissionDecimals)
    let quote = try asset(spec.quote, decimals: spec.quoteCommissionDecimals)
    let fine = spec.definition(id, base: base, quote: quote, lotDecimals: Self.lotDecimals)
    guard let definition = fine ?? spec.definition(id, base: base, quote: quote) else {
      throw .undefined(name: spec.symbol)
    }
    try directory.add(definition, symbol: spec.symbol)
    instruments.append(id)
    bodies.append(.instrument(definition))
    bodies += Text.run(subject: .instrument, id: id.raw, spec.symbol).map { .text($0) }
    bodies += spec.filters.map { .filter($0.filter(definition)) }
  }

  private mutating func asset(
    _ code: String, decimals: UInt8
  ) throws(DialectError) -> AssetID {
    if let known = codes.firstIndex(of: code) { return AssetID(UInt16(known)) }
    let definition = AssetDefinition(
      asset: AssetID(UInt16(codes.count)), commissionDecimals: decimals)
    try directory.add(definition, code: code)
    codes.append(code)
    bodies.append(.asset(definition))
    bodies += Text.run(subject: .asset, id: definition.asset.raw, code).map { .text($0) }
    return definition.asset
  }

  /// Everything above as facts at `time`.
  func events(at time: Timestamp) -> [Event] {
    bodies.map { Event(receiveTime: time, $0) }
  }
}
