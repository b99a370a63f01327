/// Which of a journal's venues one is, and what its names begin with there.
///
/// A journal of one venue calls it 0 and takes its names as they are. Where there are several, each counts
/// from 1 and puts its name before its symbols and assets (`kraken:BTC/USD`): a dollar at one is none at
/// another, and what one loses is not lost at the others. So in such a journal a connection says by itself
/// nothing of any stream: the gaps behind it name theirs.

package import TradingCore

/// One venue's place in a journal.
package struct VenuePlace: Equatable, Sendable {
  /// 0 for the only one, else its number from 1.
  package let id: UInt16
  private let name: String

  /// The only venue.
  package static let only = VenuePlace(id: 0, name: "")

  /// The venue of a name, the `index`th of several, counted from 0.
  static func several(_ index: Int, _ name: String) -> VenuePlace {
    VenuePlace(id: UInt16(index + 1), name: name)
  }

  private init(id: UInt16, name: String) { (self.id, self.name) = (id, name) }

  /// Whether it speaks for all where one is enough, as of this machine's clock.
  var isFirst: Bool { id <= 1 }

  /// A symbol or a code of the venue's as the journal has it.
  package func journalName(_ own: String) -> String { id == 0 ? own : "\(name):\(own)" }

  /// The venue's own name behind a journal's; `nil` for another venue's.
  func ownName(_ inJournal: String) -> String? {
    guard id != 0 else { return inJournal }
    return inJournal.hasPrefix(name + ":") ? String(inJournal.dropFirst(name.count + 1)) : nil
  }

  /// What is said of the venue, with its name where there are several.
  func words(_ text: String) -> String { id == 0 ? text : "\(name): \(text)" }

  /// What happened to the venue's connection to a stream.
  func report(_ stream: StreamKind) -> ConnectionReport {
    ConnectionReport(venue: id, stream: stream)
  }
}

extension [Event] {
  /// The instruments that some definitions define, in their order.
  var instruments: [InstrumentID] {
    compactMap {
      if case .instrument(let definition) = $0.body { definition.instrument } else { nil }
    }
  }
}

/// Ids that a journal has given out.
package struct GivenIDs: Equatable, Sendable {
  var instruments: UInt16 = 0
  var assets: UInt16 = 0

  package init() {}
}

/// What a venue said of its instruments, as a journal's first facts.
package struct MarketDescription: Sendable {
  package var events: [Event]
  /// The ids that are taken with it.
  var given: GivenIDs
}
