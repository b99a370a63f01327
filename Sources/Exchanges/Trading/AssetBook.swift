/// One venue's instruments and assets in a journal, as its definitions name them: what an account's reports
/// are read with, what of the journal is the account's to answer for, and the ids that assets get which
/// nobody has named yet.

package import Dialects
package import TradingCore

package struct AssetBook: Sendable {
  /// Which of the journal's venues it is.
  let place: VenuePlace
  /// Ids of all venues' assets.
  private let ids: AssetIDs
  /// The venue's assets, with its own names for them.
  private var codes: [AssetID: String] = [:]
  private var instruments: Set<InstrumentID> = []

  /// A book of nothing yet.
  init(of place: VenuePlace, _ ids: AssetIDs) { (self.place, self.ids) = (place, ids) }

  /// Reads the definitions of a journal; of a name that comes twice the first stands.
  /// - Parameters:
  ///   - place: whose names are taken; others' are left out of the directory.
  ///   - ids: where all venues of the journal get ids.
  /// - Throws: `DialectError` for definitions that no directory takes.
  package static func read(
    _ definitions: some Sequence<Event>, of place: VenuePlace = .only, _ ids: AssetIDs = AssetIDs(),
    into directory: inout VenueDirectory
  ) throws(DialectError) -> AssetBook {
    var book = AssetBook(of: place, ids)
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
        } else if part.subject == .instrument, let known = instruments[InstrumentID(part.id)] {
          try book.add(known, name, to: &directory)
        }
      default: break
      }
    }
    return book
  }

  private mutating func add(
    _ asset: AssetDefinition, _ name: String, to directory: inout VenueDirectory
  ) throws(DialectError) {
    ids.note(asset.asset, as: name)
    guard let code = place.ownName(name), codes[asset.asset] == nil,
      !codes.values.contains(code)
    else { return }
    codes[asset.asset] = code
    try directory.add(asset, code: code)
  }

  private mutating func add(
    _ instrument: InstrumentDefinition, _ name: String, to directory: inout VenueDirectory
  ) throws(DialectError) {
    guard let symbol = place.ownName(name) else { return }
    instruments.insert(instrument.instrument)
    if directory.instrument(symbol) == nil { try directory.add(instrument, symbol: symbol) }
  }

  /// Gives a new asset the next id.
  /// - Parameter code: the venue's own name for it.
  /// - Returns: its definition as facts; `nil` when there is no room or its name is known already.
  mutating func define(_ code: String, in directory: inout VenueDirectory) -> [EventBody]? {
    let name = place.journalName(code)
    let given = ids.give(to: name) { id in
      do throws(DialectError) { try directory.add(AssetDefinition(asset: id), code: code) } catch {
        return false
      }
      return true
    }
    guard let given else { return nil }
    codes[given] = code
    return [.asset(AssetDefinition(asset: given))]
      + Text.run(subject: .asset, id: given.raw, name).map { .text($0) }
  }

  // MARK: What is the venue's

  /// Whether the venue has an instrument of the journal.
  func has(_ instrument: InstrumentID) -> Bool {
    place == .only || instruments.contains(instrument)
  }

  /// Whether the venue has an asset of the journal.
  func has(_ asset: AssetID) -> Bool { place == .only || codes[asset] != nil }
}
