/// Instruments, assets and their names as the journal's first events: given, or inferred from the
/// finest digits the survey saw. What cannot be told is refused, never guessed.

import Dialects
import TradingCore

/// Everything that has to be known to read an import's facts.
struct Definitions {
  private(set) var instruments: [InstrumentDefinition] = []
  private(set) var assets: [AssetDefinition] = []
  /// The exchange's filters, by instrument.
  private(set) var filters: [[ExchangeFilter]] = []
  private(set) var instrumentNames: [String] = []
  private(set) var assetNames: [String] = []
  /// By symbol index: the instrument, `.none` for symbols that occur in no part.
  private(set) var bySymbol: [InstrumentID]

  /// Defines every symbol the survey saw, in order of first appearance.
  init(
    request: ImportRequest, symbols: SymbolTable, survey: Survey, parts: [InputPart]
  ) throws(ImportError) {
    bySymbol = [InstrumentID](repeating: .none, count: symbols.count)
    let all = Set(survey.profiles.flatMap(\.symbols))
    let resolver = NameResolver(
      request: request, found: survey.specs, parts: parts, isOnlySymbol: all.count == 1)
    for profile in survey.profiles {
      for symbol in profile.symbols where bySymbol[symbol] == .none {
        var spec = try resolver.spec(of: symbols.name(symbol))
        let scales = survey.scales.indices.contains(symbol) ? survey.scales[symbol] : DigitScales()
        bySymbol[symbol] = InstrumentID(UInt16(instruments.count))
        relax(&spec, to: scales, isTickBinding: !request.instruments.isEmpty)
        try define(spec, scales)
      }
    }
  }

  private mutating func define(_ spec: InstrumentSpec, _ scales: DigitScales) throws(ImportError) {
    if let objection = spec.objection {
      throw .undefined(
        instrument: spec.symbol,
        reason: objection + "; check --symbol, --base and --quote, or --instruments")
    }
    let tick = spec.tick?.normalised ?? Decimal64(mantissa: 1, scale: scales.price)
    let lot = spec.lot?.normalised ?? Decimal64(mantissa: 1, scale: scales.quantity)
    let origin: DefinitionOrigin = spec.tick != nil && spec.lot != nil ? .given : .inferred
    var whole = spec
    (whole.tick, whole.lot) = (tick, lot)
    guard
      let definition = whole.definition(
        InstrumentID(UInt16(instruments.count)),
        base: asset(spec.base, decimals: spec.baseCommissionDecimals),
        quote: asset(spec.quote, decimals: spec.quoteCommissionDecimals), origin: origin)
    else {
      throw .undefined(
        instrument: spec.symbol,
        reason: "tick \(text(tick)) × lot \(text(lot)) is finer than 10^-18 or too large")
    }
    instruments.append(definition)
    filters.append(spec.filters.map { $0.filter(definition) })
    instrumentNames.append(spec.symbol)
  }

  /// Forgets a given grid where the data is finer: books keep orders from before a grid was made
  /// coarser, and dumps reach back to other grids. Only a tick of the user's own list stays, so
  /// that prices off it are found.
  private func relax(_ spec: inout InstrumentSpec, to seen: DigitScales, isTickBinding: Bool) {
    if let lot = spec.lot?.normalised, lot.scale < seen.quantity { spec.lot = nil }
    if !isTickBinding, let tick = spec.tick?.normalised, tick.scale < seen.price { spec.tick = nil }
  }

  private mutating func asset(_ name: String, decimals: UInt8) -> AssetID {
    if let known = assetNames.firstIndex(of: name) { return AssetID(UInt16(known)) }
    let id = AssetID(UInt16(assetNames.count))
    assetNames.append(name)
    assets.append(AssetDefinition(asset: id, commissionDecimals: decimals))
    return id
  }

  private func text(_ value: Decimal64) -> String {
    decimalText(Int128(value.mantissa), scale: value.scale)
  }

  /// The definitions as events at `time`: logic version, assets, instruments with their filters, then
  /// the files' names, which are base names so that they are equal on every machine.
  func events(at time: Timestamp, sources: [String]) -> [Event] {
    var bodies: [EventBody] = [.logicVersion(.current)]
    for (index, asset) in assets.enumerated() {
      bodies.append(.asset(asset))
      bodies += text(.asset, index, assetNames[index])
    }
    for (index, instrument) in instruments.enumerated() {
      bodies.append(.instrument(instrument))
      bodies += text(.instrument, index, instrumentNames[index])
      bodies += filters[index].map { .filter($0) }
    }
    for (index, source) in sources.enumerated() { bodies += text(.source, index, source) }
    return bodies.map { Event(receiveTime: time, $0) }
  }

  private func text(_ subject: TextSubject, _ id: Int, _ text: String) -> [EventBody] {
    Text.run(subject: subject, id: UInt16(truncatingIfNeeded: id), text).map { .text($0) }
  }
}

/// Base and quote of a symbol, from the best witness there is.
private struct NameResolver {
  let request: ImportRequest
  let found: [InstrumentSpec]
  let parts: [InputPart]
  /// Whether the whole import holds one symbol, so that --base and --quote must mean it.
  let isOnlySymbol: Bool

  /// The spec of `symbol`: given, found in the recording, or named by options, file or suffix.
  func spec(of symbol: String) throws(ImportError) -> InstrumentSpec {
    if let given = request.instruments.first(where: { $0.symbol == symbol }) { return given }
    guard request.instruments.isEmpty else {
      throw .undefined(
        instrument: symbol, reason: "the data holds it but --instruments does not; add it there")
    }
    if let known = found.first(where: { $0.symbol == symbol }) { return known }
    guard let name = name(of: symbol) else {
      throw .undefined(
        instrument: symbol,
        reason: "base and quote cannot be told apart; give --base and --quote, or --instruments")
    }
    return InstrumentSpec(symbol: symbol, base: name.base, quote: name.quote)
  }

  private func name(of symbol: String) -> SymbolName? {
    if let base = request.base, let quote = request.quote {
      let name = SymbolName(base: base, quote: quote)
      if isOnlySymbol || name.symbol == symbol { return name }
    }
    if let quote = request.quote?.uppercased(), symbol.hasSuffix(quote), symbol.count > quote.count
    {
      return SymbolName(base: String(symbol.dropLast(quote.count)), quote: quote)
    }
    if let base = request.base?.uppercased(), symbol.hasPrefix(base), symbol.count > base.count {
      return SymbolName(base: base, quote: String(symbol.dropFirst(base.count)))
    }
    let named =
      [request.symbol.flatMap { SymbolName($0) }] + parts.map { SymbolName(fileName: $0.name) }
    return named.compactMap { $0 }.first { $0.symbol == symbol } ?? SymbolName(symbol)
  }
}
