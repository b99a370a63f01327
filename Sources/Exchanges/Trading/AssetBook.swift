/// Names of a journal's instruments and assets, as its definitions give them: what an account's reports
/// are read with, and the ids that assets get which nobody has named yet.

package import Dialects
package import TradingCore

package struct AssetBook: Sendable {
  /// Codes by asset id.
  private var codes: [String] = []

  /// Most assets that are defined on the way.
  static let capacity = AssetID.capacity

  /// Reads the definitions of a journal; of a name that comes twice the first stands.
  /// - Throws: `DialectError` for definitions that no directory takes.
  package static func read(
    _ definitions: some Sequence<Event>, into directory: inout VenueDirectory
  ) throws(DialectError) -> AssetBook {
    var book = AssetBook()
    var instruments: [InstrumentID: InstrumentDefinition] = [:]
    var assets: [AssetID: AssetDefinition] = [:]
    var text: [UInt8] = []
    for event in definitions {
      switch event.body {
      case .instrument(let definition): instruments[definition.instrument] = definition
      case .asset(let asset): assets[asset.asset] = asset
      case .text(let part):
        if part.flags.contains(.first) { text.removeAll() }
        text += part.utf8
        guard part.flags.contains(.last) else { continue }
        let name = String(decoding: text, as: UTF8.self)
        if part.subject == .asset, let asset = assets[AssetID(part.id)] {
          try book.add(asset, name, to: &directory)
        } else if part.subject == .instrument, let known = instruments[InstrumentID(part.id)],
          directory.instrument(name) == nil
        {
          try directory.add(known, symbol: name)
        }
      default: break
      }
    }
    return book
  }

  private mutating func add(
    _ asset: AssetDefinition, _ code: String, to directory: inout VenueDirectory
  ) throws(DialectError) {
    while codes.count <= asset.asset.index { codes.append("") }
    guard codes[asset.asset.index].isEmpty, !codes.contains(code) else { return }
    codes[asset.asset.index] = code
    try directory.add(asset, code: code)
  }

  /// Gives a new asset the next id.
  /// - Returns: its definition as facts; `nil` when there is no room or its name is known already.
  mutating func define(_ code: String, in directory: inout VenueDirectory) -> [EventBody]? {
    guard !codes.contains(code), codes.count < Self.capacity else { return nil }
    let asset = AssetDefinition(asset: AssetID(UInt16(codes.count)))
    do throws(DialectError) { try directory.add(asset, code: code) } catch { return nil }
    codes.append(code)
    return [.asset(asset)]
      + Text.run(subject: .asset, id: asset.asset.raw, code).map { .text($0) }
  }
}
