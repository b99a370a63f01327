/// Every decision of a simulation that something goes wrong, drawn from the seed and written down, so that
/// a failing run can be run again with fewer of them.

import TradingCore

struct MishapTape {
  /// How likely each kind strikes; a kind that is not named never does.
  private var rates: [Double]
  private var streams: [RandomSource]
  private var occasions: [Int]
  /// The strikes so far, oldest first.
  private(set) var strikes: [Strike] = []
  /// What may strike at all; `nil` for everything.
  private let allowed: Set<Strike>?
  /// The turns at which an operator did something, oldest first.
  private(set) var turns: [Int] = []
  private var turn = 0
  /// When he may; `nil` for always.
  private let allowedTurns: Set<Int>?
  /// Nothing goes wrong any more.
  var isQuiet = false

  /// Draws which kinds strike in this seed, and how often.
  init(_ order: RunOrder) {
    let seed = order.seed
    (allowed, allowedTurns) = (order.allowed, order.turns)
    occasions = Array(repeating: 0, count: Mishap.allCases.count)
    streams = Mishap.allCases.map { RandomSource(seed: seed, label: "strike \($0.rawValue)") }
    var swarm = RandomSource(seed: seed, label: "swarm")
    let classes = MishapClass.allCases.map { _ in swarm.chance(0.7) }
    rates = Mishap.allCases.map { mishap in
      let isOn = swarm.chance(0.6)
      let rate = mishap.usualRate * (0.3 + 1.7 * swarm.uniform())
      let place = MishapClass.allCases.firstIndex(of: mishap.kind) ?? 0
      return isOn && classes[place] ? min(0.9, rate) : 0
    }
  }

  /// The kinds that strike in this seed.
  var kinds: [Mishap] { zip(Mishap.allCases, rates).filter { $0.1 > 0 }.map(\.0) }

  /// Whether the operator does what he has in mind.
  mutating func takesTurn() -> Bool {
    turn += 1
    guard allowedTurns?.contains(turn) ?? true else { return false }
    turns.append(turn)
    return true
  }

  /// Whether a kind strikes now. Each occasion draws once, whatever was allowed before.
  mutating func strikes(_ mishap: Mishap) -> Bool {
    let place = mishap.place
    guard !isQuiet, rates[place] > 0 else {
      return false
    }
    occasions[place] += 1
    let strike = Strike(mishap: mishap, occasion: occasions[place])
    guard streams[place].uniform() < rates[place], allowed?.contains(strike) ?? true else {
      return false
    }
    strikes.append(strike)
    return true
  }
}
