/// What a venue allows to be asked and what its clock says, learnt from its own answers.

internal import Dialects
internal import TradingCore

/// A venue's limits and clock.
struct VenueLimits {
  var budget = RateBudget()
  var skew = ClockSkew()

  /// Takes both from an answer that has them.
  mutating func learn(_ answer: FrameBatch, asked: Timestamp, answered: Timestamp) {
    if !answer.limits.isEmpty { budget.adopt(answer.limits) }
    if answer.venueTime != .none {
      skew.sample(
        sent: asked, received: answered, venue: answer.venueTime,
        resolution: answer.venueResolution)
    }
    note(answer.uses, asked: skew.venueTime(at: asked), answered: answered)
  }

  /// Takes the venue's counts; `asked` is by its clock.
  mutating func note(_ uses: [RateUse], asked: Timestamp, answered: Timestamp) {
    let venueTime = skew.venueTime(at: answered)
    for use in uses { budget.observe(use, asked: asked, at: venueTime) }
  }

  /// The latest moment that the venue's clock has certainly passed at `time` of ours.
  func certainTime(at time: Timestamp) -> Timestamp {
    skew.venueTime(at: time) - (skew.best?.uncertainty ?? .zero)
  }

  /// Nothing is asked for as long as the venue says; a minute where it does not, longer where it is a ban.
  /// - Parameter wait: of an outcome `limited`, as is `until`.
  /// - Returns: the end, by the venue's clock.
  mutating func block(
    isBan: Bool, wait: Interval?, until: Timestamp?, at time: Timestamp
  ) -> Timestamp {
    budget.block(
      isBan: isBan, wait: wait, until: until, pause: .minute, at: skew.venueTime(at: time))
  }
}
