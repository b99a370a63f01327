/// The fees in force, tier by tier, so that an account that pays them in another asset can be told them anew.

internal import TradingCore

/// Tiers in the order in which they were published.
struct PublishedFees: Sendable {
  private(set) var schedules: [FeeSchedule] = []

  /// Takes a tier: one from no volume begins its instrument's anew, another replaces the one from the same
  /// volume. O(tiers).
  mutating func note(_ schedule: FeeSchedule) {
    schedules.removeAll { old in
      old.instrument == schedule.instrument
        && (schedule.fromVolume <= 0 || old.fromVolume == schedule.fromVolume)
    }
    schedules.append(schedule)
  }
}
