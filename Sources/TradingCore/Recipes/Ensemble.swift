/// Several strategies that trade for one book, as their user writes them. Nothing has been checked yet.

public struct Ensemble: Equatable, Sendable {
  /// One of them.
  public struct Member: Equatable, Sendable {
    /// What it is called: its parameters are `name.parameter`.
    public var name: String
    /// How much it counts for.
    public var votes: Double
    public var strategy: Part

    public init(_ name: String, votes: Double = 1, _ strategy: Part) {
      (self.name, self.votes, self.strategy) = (name, votes, strategy)
    }
  }

  /// What a member is.
  public enum Part: Equatable, Sendable {
    /// A strategy in Swift by its name, with the parameters that are not at their defaults; in a journal
    /// with all of them.
    case named(String, [Composition.Number])
    case composed(Composition)
  }

  public var vote: Vote
  public var members: [Member]

  public init(_ vote: Vote, _ members: [Member]) {
    (self.vote, self.members) = (vote, members)
  }

  /// The most members.
  public static let mostMembers = 16
  /// What a member may count for.
  static let votes = 0.001...1_000.0
}

extension Ensemble {
  var lines: [String] {
    ["vote = \(vote.rawValue)"]
      + members.flatMap { member in
        let votes = plainText(member.votes)
        switch member.strategy {
        case .named(let name, let parameters):
          return ["member \(member.name) = \(votes) \(name)"]
            + Composition(parameters: parameters).lines
        case .composed(let composition):
          return ["member \(member.name) = \(votes) \(ComposedStrategy.name)"] + composition.lines
        }
      }
  }

  /// What stands behind a member's line is its own, up to the next.
  mutating func take(_ line: RecipeLine) throws(RecipeError) {
    switch (line.key, line.name.isEmpty) {
    case ("vote", true) where members.isEmpty:
      guard let vote = Vote(rawValue: line.text) else { throw line.unknown }
      self.vote = vote
    case ("member", false):
      let words = line.text.split(separator: " ")
      guard words.count == 2, let votes = plainNumber(String(words[0])) else { throw line.unknown }
      let isComposed = words[1] == ComposedStrategy.name
      members.append(
        Member(
          line.name, votes: votes,
          isComposed ? .composed(Composition()) : .named(String(words[1]), [])))
    default:
      guard let last = members.indices.last else { throw line.unknown }
      try members[last].strategy.take(line)
    }
  }
}

extension Ensemble.Part {
  fileprivate mutating func take(_ line: RecipeLine) throws(RecipeError) {
    switch self {
    case .composed(var composition):
      try composition.take(line)
      self = .composed(composition)
    case .named(let name, let parameters):
      guard line.key == "parameter" else { throw line.unknown }
      var composition = Composition(parameters: parameters)
      try composition.take(line)
      self = .named(name, composition.parameters)
    }
  }
}
