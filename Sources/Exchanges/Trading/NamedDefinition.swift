/// Definitions of a journal with the names that stand behind them.

internal import TradingCore

enum NamedDefinition {
  case instrument(InstrumentDefinition, String)
  case asset(AssetDefinition, String)

  /// Reads definitions and their names, in the order of the names. O(events).
  static func read(_ events: some Sequence<Event>) -> [NamedDefinition] {
    var found: [NamedDefinition] = []
    var instruments: [InstrumentID: InstrumentDefinition] = [:]
    var assets: [AssetID: AssetDefinition] = [:]
    var text: [UInt8] = []
    for event in events {
      switch event.body {
      case .instrument(let definition): instruments[definition.instrument] = definition
      case .asset(let asset): assets[asset.asset] = asset
      case .text(let part):
        if part.flags.contains(.first) { text.removeAll() }
        text += part.utf8
        guard part.flags.contains(.last) else { continue }
        let name = String(decoding: text, as: UTF8.self)
        if part.subject == .asset, let asset = assets[AssetID(part.id)] {
          found.append(.asset(asset, name))
        } else if part.subject == .instrument, let known = instruments[InstrumentID(part.id)] {
          found.append(.instrument(known, name))
        }
      default: break
      }
    }
    return found
  }
}
