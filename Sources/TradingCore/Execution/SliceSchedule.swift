/// How much of a parent order should have been traded by now: the arithmetic of its slices.
///
/// Slices go by the clock of events. Each moment has a slot, and each slot is tried once: what it could
/// not trade is caught up by the next one. A target is cumulative, so the slices sum to the parent
/// whatever was rounded.
struct SliceSchedule {
  let parent: LiveParent
  private let definition: InstrumentDefinition

  /// Slices of a parent that does not say how many.
  static let usualSlices: Int64 = 10
  /// A participation that does not say otherwise trades at least this part of itself at a time.
  static let usualParts: Int64 = 100

  init(_ parent: LiveParent, _ definition: InstrumentDefinition) {
    self.parent = parent
    self.definition = definition
  }

  /// How many slices there are.
  var count: Int64 {
    guard parent.terms.durationSeconds > 0 else { return 1 }
    return parent.terms.slices == 0 ? SliceSchedule.usualSlices : Int64(parent.terms.slices)
  }

  /// How many slices have begun at a moment; the first begins with the parent.
  func slot(at time: Timestamp) -> Int64 {
    guard time >= parent.start else { return 0 }
    guard parent.terms.durationSeconds > 0 else { return 1 }
    let duration = Int128(parent.terms.durationSeconds) * Int128(Interval.second.nanoseconds)
    let elapsed = Int128((time - parent.start).nanoseconds)
    return Int64(min(Int128(count), elapsed * Int128(count) / duration + 1))
  }

  /// Lots that are to be traded when so many slices have begun: equal parts, rounded down.
  func timeWeighted(_ slot: Int64) -> Int64 {
    Int64(clamping: whole * Int128(slot) / Int128(count))
  }

  /// The same by the profile's volume from the parent's start to the end of the slice; by time where
  /// the profile has no volume in between. O(slots of the profile).
  func volumeWeighted(_ slot: Int64, _ profile: borrowing VolumeProfile) -> Int64 {
    let all = profile.volume(from: parent.start, to: parent.end)
    guard slot < count, all > 0 else { return timeWeighted(slot) }
    let duration = Int128((parent.end - parent.start).nanoseconds)
    let end = parent.start + Interval(nanoseconds: Int64(duration * Int128(slot) / Int128(count)))
    let share = Money(units: whole).scaled(
      by: profile.volume(from: parent.start, to: end), over: all)
    return Int64(clamping: share.units)
  }

  /// Lots that may be traded of what the market has traded, rounded down.
  var participating: Int64 {
    let share = Int128(parent.volume) * Int128(parent.terms.participation) / 10_000
    return Int64(clamping: min(whole, share))
  }

  /// The fewest lots that a participation trades at a time.
  var participationStep: Int64 {
    let parts = parent.terms.slices == 0 ? SliceSchedule.usualParts : Int64(parent.terms.slices)
    return Int64(clamping: (whole + Int128(parts) - 1) / Int128(parts))
  }

  /// All of it, in lots.
  private var whole: Int128 { max(0, parent.amount.units / definition.lotAmount) }
}
