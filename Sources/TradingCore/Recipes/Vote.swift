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

  /// What they want together. O(voices).
  func weight(of voices: some Sequence<Voice>) -> Double {
    var (all, long, short) = (0.0, 0.0, 0.0)
    var (longVotes, shortVotes) = (0.0, 0.0)
    for voice in voices {
      all += voice.votes
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
      if longVotes * 2 > all { return long / longVotes }
      return shortVotes * 2 > all ? short / shortVotes : 0
    case .unanimous:
      if longVotes == all { return long / all }
      return shortVotes == all ? short / all : 0
    }
  }
}
