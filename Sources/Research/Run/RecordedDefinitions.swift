/// What a journal's definitions say, read from its whole length: names for people, and what a run that
/// goes on with it has to know before it begins.

package import Journal
public import TradingCore

public struct RecordedDefinitions: Sendable {
  /// Names and grids.
  public private(set) var names = Names()
  /// Definitions of instruments and assets with their names, in order.
  public private(set) var events: [Event] = []
  /// The first event's receive time.
  public private(set) var created = Timestamp.none

  /// Whether an account at a venue was followed: the run was live.
  public private(set) var hasAccount = false

  /// Whether there is no event.
  public var isEmpty: Bool { created.isNone }

  /// The scenario that the journal was begun with.
  public var scenario: String? { names.text(.scenario, 0) }

  /// Reads a journal, which may be growing, up to a sequence. O(events).
  /// - Throws: `JournalError` when it cannot be read.
  public init(of folder: String, upTo last: Sequence64) throws {
    try self.init(of: folder, on: SystemDisk(), upTo: last)
  }

  /// As the public one, on any disk.
  package init(of folder: String, on disk: any Disk, upTo last: Sequence64) throws {
    guard last > 0 else { return }
    var reader = try JournalReader(opening: folder, on: disk, acceptingOpen: true)
    var batch = EventBatch()
    while try reader.next(into: &batch), batch.firstSequence <= last {
      if created.isNone { created = batch.events.first?.receiveTime ?? .none }
      for event in batch.events {
        if event.kind.isDefinition { learn(event) }
        if case .connected(let report) = event.body, report.stream == .account { hasAccount = true }
      }
    }
  }

  private mutating func learn(_ event: Event) {
    names.learn(event)
    switch event.body {
    case .instrument, .asset: events.append(event)
    case .text(let text) where text.subject == .instrument || text.subject == .asset:
      events.append(event)
    default: break
    }
  }
}
