/// A key's life as a table: what may be done in which state, and what time does by itself.

import Testing
import TradingCore

@testable import Store

@Suite("A key's life")
struct KeyLifeTests {
  private static let start = KeyFixture.now
  private static let day = Interval.day

  private static func record(_ state: KeyState) -> KeyRecord {
    KeyRecord(
      id: 1, venue: "binance", label: "main", fingerprint: 1, state: state, created: start,
      changed: start, due: start + KeyRecord.life,
      graceEnd: state == .grace ? start + day : .none)
  }

  struct Moment: Sendable {
    var state: KeyState
    var days: Int64
    var isUsable: Bool
    var isOver: Bool
    var isNearlyDue: Bool
  }

  @Test(
    "what time makes of it",
    arguments: [
      Moment(state: .active, days: 0, isUsable: true, isOver: false, isNearlyDue: false),
      Moment(state: .active, days: 75, isUsable: true, isOver: false, isNearlyDue: false),
      Moment(state: .active, days: 76, isUsable: true, isOver: false, isNearlyDue: true),
      Moment(state: .active, days: 89, isUsable: true, isOver: false, isNearlyDue: true),
      Moment(state: .active, days: 90, isUsable: true, isOver: true, isNearlyDue: true),
      Moment(state: .grace, days: 0, isUsable: true, isOver: false, isNearlyDue: false),
      Moment(state: .grace, days: 1, isUsable: false, isOver: true, isNearlyDue: false),
      Moment(state: .expired, days: 0, isUsable: false, isOver: false, isNearlyDue: false),
      Moment(state: .revoked, days: 0, isUsable: false, isOver: false, isNearlyDue: false),
      Moment(
        state: .emergencyRevoked, days: 90, isUsable: false, isOver: false, isNearlyDue: false),
    ])
  func time(moment: Moment) {
    let record = Self.record(moment.state)
    let time = Self.start + Interval(nanoseconds: moment.days * Self.day.nanoseconds)
    #expect(record.isUsable(at: time) == moment.isUsable)
    #expect(record.isOver(at: time) == moment.isOver)
    #expect(record.isNearlyDue(at: time) == moment.isNearlyDue)
  }

  @Test("only a key that may sign can be ended, and each end is journalled under its own name")
  func ends() throws {
    for state in KeyState.allCases {
      let ends: [(KeyAction, (inout VaultEdit) throws(VaultError) -> Void)] = [
        (.revoked, { edit throws(VaultError) in try edit.revoke(1, isForced: true) }),
        (.emergencyRevoked, { edit throws(VaultError) in _ = try edit.revokeAtOnce([1]) }),
      ]
      for (action, end) in ends {
        var edit = VaultEdit(
          [VaultRow(record: Self.record(state))], of: [], at: Self.start + .second)
        guard state.isUsable else {
          #expect(throws: VaultError.endedKey(id: 1, state: state)) { try end(&edit) }
          #expect(edit.changes.isEmpty)
          continue
        }
        try end(&edit)
        #expect(edit.changes == [KeyChange(action, id: 1, fingerprint: 1)])
        #expect(edit.rows[0].record.state == action.state)
        #expect(edit.rows[0].record.changed == Self.start + .second)
      }
    }
  }

  @Test(
    "an account's only key is kept unless that is forced; one whose grace is over does not count")
  func only() throws {
    let cases: [(hours: Int64, String, Bool)] = [
      (1, "main", true), (25, "main", false), (1, "second", false),
    ]
    for (hours, label, isAllowed) in cases {
      var other = Self.record(.grace)
      (other.id, other.label) = (2, label)
      let now = Self.start + Interval(nanoseconds: hours * Interval.hour.nanoseconds)
      var edit = VaultEdit(
        [VaultRow(record: Self.record(.active)), VaultRow(record: other)], of: [], at: now)
      if isAllowed {
        try edit.revoke(1, isForced: false)
      } else {
        #expect(throws: VaultError.onlyKey(id: 1, venue: "binance", label: "main")) {
          try edit.revoke(1, isForced: false)
        }
        try edit.revoke(1, isForced: true)
      }
      #expect(edit.rows[0].record.state == .revoked)
    }
  }

  @Test("expire ends what is over and nothing else, and a key in force only by force")
  func expire() {
    // It was due when it was rotated: its grace is its own all the same.
    var grace = Self.record(.grace)
    (grace.id, grace.due) = (2, Self.start)
    var old = Self.record(.active)
    (old.id, old.due) = (3, Self.start + .day)
    let rows = [Self.record(.active), grace, old, Self.record(.revoked)].map {
      VaultRow(record: $0)
    }
    var early = VaultEdit(rows, of: [], at: Self.start + .hour)
    early.expire(isForced: true)
    #expect(early.changes.isEmpty && early.rows == rows)
    var kept = VaultEdit(rows, of: [], at: Self.start + .day)
    kept.expire(isForced: false)
    #expect(kept.rows.map(\.record.state) == [.active, .expired, .active, .revoked])
    var edit = VaultEdit(rows, of: [], at: Self.start + .day)
    edit.expire(isForced: true)
    #expect(edit.changes.map(\.id) == [2, 3])
    #expect(edit.rows.map(\.record.state) == [.active, .expired, .expired, .revoked])
  }

  @Test("rotation gives the old key its grace, or none, and carries label and life over")
  func rotate() throws {
    for grace in [Interval.zero, .hour] {
      let key = try SealingKey.random()
      var edit = VaultEdit([], of: [1], at: Self.start)
      let old = try edit.add(
        KeyFixture.material(1), venue: "binance", label: "main", life: .day, sealing: key)
      let new = try edit.rotate(
        old, to: KeyFixture.material(2), grace: grace, life: nil, sealing: key, path: "p")
      let actions: [KeyAction] = [
        .added, .activated, .added, .activated, grace > .zero ? .graced : .expired,
      ]
      #expect(edit.changes.map(\.action) == actions)
      #expect(edit.rows[1].record.label == "main" && edit.rows[1].record.due == Self.start + .day)
      #expect(edit.rows[0].record.isUsable(at: Self.start) == (grace > .zero))
      #expect((edit.rows[0].sealed == nil) == (grace == .zero))
      #expect(throws: VaultError.self) {
        _ = try edit.rotate(
          old, to: KeyFixture.material(3), grace: grace, life: nil, sealing: key, path: "p")
      }
      #expect(new == 2)
    }
  }
}
