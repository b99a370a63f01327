/// How the wishes of several strategies become one.

/// A strategy's voice: what it wants to hold, and how much it counts for.
struct Voice: Equatable, Sendable {
  /// The weight it asked for last; 0 before it asked for anything.
  var weight: Double
  /// Above 0.
  let votes: Double
}

/// The ways to vote. Raw values stand in scenarios and journals.
public enum Vote: String, Sendable, CaseIterable {
  /// The mean of all weights, by votes.
  case mean
  /// The side that more than half of all votes are for, at the mean of the weights on it; else nothing.
  case majority
  /// The side that all are for, at the mean of their weights; else nothing.
  case unanimous

  /// Votes are counted to the billionth; there are at most 1,000 of a member, and few members.
  private static let unitsOfVote = 1e9

  /// What they want together. O(voices).
  func weight(of voices: some Sequence<Voice>) -> Double {
    var (all, long, short) = (0.0, 0.0, 0.0)
    var (longVotes, shortVotes) = (0.0, 0.0)
    // More than half is counted in whole numbers: 0.1 + 0.2 is half of 0.6, and not in binary fractions.
    var balance: (long: Int64, short: Int64) = (0, 0)
    for voice in voices {
      all += voice.votes
      let counted = Int64((voice.votes * Vote.unitsOfVote).rounded())
      balance.long += voice.weight > 0 ? counted : -counted
      balance.short += voice.weight < 0 ? counted : -counted
      if voice.weight > 0 {
        long += voice.weight * voice.votes
        longVotes += voice.votes
      } else if voice.weight < 0 {
        short += voice.weight * voice.votes
        shortVotes += voice.votes
      }
    }
    switch self {
    case .mean: return (long + short) / all
    case .majority:
      if balance.long > 0 { return long / longVotes }
      return balance.short > 0 ? short / shortVotes : 0
    case .unanimous:
      if longVotes == all { return long / all }
      return shortVotes == all ? short / all : 0
    }
  }
}
