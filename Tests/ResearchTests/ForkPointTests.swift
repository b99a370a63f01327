/// Where a run may fork that was set anew under way: what a fork would lose is named, with what helps.

import Journal
import Research
import Testing
import TradingCore

@Suite("Points of a fork")
struct ForkPointTests {
  private let run: RecordedScenario
  private let events: [Event]
  /// The index of a trade, which is a message of its own.
  private let place: Int

  init() throws {
    run = try RecordedScenario()
    events = try run.events()
    place = try #require(events[1_000...].firstIndex { $0.kind == .trade })
  }

  /// A journal that an operator set anew, with a past that a venue made or a simulation did.
  private func journal(_ setting: EventBody, atVenue: Bool) throws -> String {
    var changed = events
    changed[place].body = setting
    let report = ConnectionReport(venue: 1, stream: .account)
    if atVenue { changed[place - 20].body = .connected(report) }
    return try run.rewritten(changed, as: "set")
  }

  private func refusal(_ journal: String, at sequence: Int) throws -> String {
    let error = #expect(throws: AuditError.self) {
      _ = try ForkPoint(of: journal, at: .sequence(Sequence64(sequence)), until: .none)
    }
    return error.map { "\($0)" } ?? ""
  }

  @Test("an operator's limit is lost behind a fork, and what helps is where to fork")
  func limit() throws {
    let limit = EventBody.limit(LimitChange(.maxPosition, value: 1))
    let live = try journal(limit, atVenue: true)
    let said = try refusal(live, at: place - 10)
    #expect(said.contains("limit event \(place + 1)") && said.contains("(`--at`)"), "\(said)")
    #expect(!said.contains("made from"))
    _ = try ForkPoint(of: live, at: .sequence(Sequence64(place + 10)), until: .none)
    let paper = try journal(limit, atVenue: false)
    for at in [place - 10, place + 10] {
      let said = try refusal(paper, at: at)
      #expect(said.contains("(`--until`)") && !said.contains("(`--at`)"), "\(said)")
    }
    _ = try ForkPoint(
      of: paper, at: .sequence(Sequence64(place - 200)), until: .sequence(Sequence64(place - 100)))
  }

  @Test("a strategy never comes again, whoever made the past")
  func strategy() throws {
    let live = try journal(RecordedScenario.otherParameter, atVenue: true)
    for at in [place - 10, place + 10] { #expect(try !refusal(live, at: at).contains("(`--at`)")) }
  }
}
