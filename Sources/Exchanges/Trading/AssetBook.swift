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
    for definition in NamedDefinition.read(definitions) {
      switch definition {
      case .asset(let asset, let name): try book.add(asset, name, to: &directory)
      case .instrument(let instrument, let name): try book.add(instrument, name, to: &directory)
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

  /// Takes up an asset that the venue named, under the next id where the journal has none for it.
  /// - Parameter code: the venue's own name for it.
  /// - Returns: its definition as facts, none where the journal has it; `nil` when there is no room or the
  ///   directory has the name already.
  mutating func define(_ code: String, in directory: inout VenueDirectory) -> [EventBody]? {
    let name = place.journalName(code)
    let given = ids.give(to: name) { id in
      do throws(DialectError) { try directory.add(AssetDefinition(asset: id), code: code) } catch {
        return false
      }
      return true
    }
    guard let given else { return nil }
    codes[given.id] = code
    guard given.isNew else { return [] }
    return [.asset(AssetDefinition(asset: given.id))]
      + Text.run(subject: .asset, id: given.id.raw, name).map { .text($0) }
  }

  // MARK: What is the venue's

  /// Whether the venue has an instrument of the journal.
  func has(_ instrument: InstrumentID) -> Bool {
    place == .only || instruments.contains(instrument)
  }

  /// Whether the venue has an asset of the journal.
  func has(_ asset: AssetID) -> Bool { place == .only || codes[asset] != nil }
}
