/// One run of a simulation, before it begins: a seed, and what of it is left out. As text it is a tape,
/// which is kept where a run failed and run again.

public import TradingCore

/// Something that a run can do without.
public enum Calm: String, CaseIterable, Sendable {
  /// Nothing is decided but what an operator asks for.
  case strategy
  /// The market moves every other second only.
  case market
}

/// Which run, and how it is looked at.
public struct RunOrder: Equatable, Sendable {
  public var seed: UInt64
  /// How long things go wrong; `nil` leaves it to the seed.
  public var span: Interval?
  /// What may go wrong at all; `nil` for all that the seed brings.
  public var allowed: Set<Strike>?
  /// The turns at which the operator may do something, from 1; `nil` for all.
  public var turns: Set<Int>?
  /// What the run does without.
  public var calm: Set<Calm> = []
  public var plant: Plant?
  /// Whether a story is kept.
  public var isTold = false
  /// Where the journal is left as it is at the end; `nil` for nowhere.
  public var keep: String?

  public init(seed: UInt64) { self.seed = seed }
}

// MARK: A tape

extension RunOrder {
  /// The order as a tape: items of a word and what it is about, as in `seed 81, until 7119ms, only, kill 3`.
  /// Behind `only`, what is not named does not happen; `mishap all` and `operator all` name everything.
  public var tape: [String] {
    var items = ["seed \(seed)"]
    if let span {
      let (milliseconds, rest) = span.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
      items.append("until " + (rest == 0 ? "\(milliseconds)ms" : "\(span.nanoseconds)ns"))
    }
    if let plant { items.append("plant \(plant.rawValue)") }
    items += Calm.allCases.filter(calm.contains).map { "calm \($0.rawValue)" }
    guard allowed != nil || turns != nil else { return items }
    items.append("only")
    let strikes = allowed?.sorted {
      ($0.mishap.place, $0.occasion) < ($1.mishap.place, $1.occasion)
    }
    items += strikes?.map(\.description) ?? ["mishap all"]
    return items + (turns?.sorted().map { "operator \($0)" } ?? ["operator all"])
  }

  /// Reads a tape: items apart by commas or lines; what follows `#` in a line is a remark.
  /// - Throws: `TapeError` naming the item that says nothing.
  public init(tape text: String) throws(TapeError) {
    self.init(seed: 0)
    var hasSeed = false
    for line in text.split(whereSeparator: \.isNewline) {
      let said = line.prefix { $0 != "#" }
      for item in said.split(separator: ",") {
        let words = item.split(whereSeparator: \.isWhitespace).map(String.init)
        guard let word = words.first else { continue }
        guard words.count <= 2, take(word, words.count > 1 ? words[1] : "") else {
          throw TapeError(item: words.joined(separator: " "))
        }
        hasSeed = hasSeed || word == "seed"
      }
    }
    guard hasSeed else { throw TapeError(item: nil) }
  }

  /// - Returns: false for what says nothing.
  private mutating func take(_ word: String, _ value: String) -> Bool {
    switch word {
    case "seed":
      guard let seed = UInt64(value) else { return false }
      self.seed = seed
    case "until":
      guard let span = Interval(value), span > .zero, span <= .hour else { return false }
      self.span = span
    case "plant":
      plant = Plant(rawValue: value)
      return plant != nil
    case "calm":
      guard let calm = Calm(rawValue: value) else { return false }
      self.calm.insert(calm)
    case "only" where value.isEmpty: (allowed, turns) = (allowed ?? [], turns ?? [])
    case "mishap" where value == "all": allowed = nil
    case "operator" where value == "all": turns = nil
    case "operator":
      guard let turn = Int(value), turn > 0 else { return false }
      turns = (turns ?? []).union([turn])
    default:
      guard let mishap = Mishap(rawValue: word), let occasion = Int(value), occasion > 0 else {
        return false
      }
      allowed = (allowed ?? []).union([Strike(mishap: mishap, occasion: occasion)])
    }
    return true
  }
}

/// Why a text is no tape.
public struct TapeError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What says nothing; `nil` where no item names the seed.
  public var item: String?

  public var description: String {
    let what = item.map { "`\($0)` is nothing that a tape says" } ?? "a tape begins with its seed"
    return what + "; such as: seed 81, until 7s, only, kill 3, operator 2"
  }
}
