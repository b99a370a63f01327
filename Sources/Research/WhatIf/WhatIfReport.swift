/// What `audit whatif` says: three sides in columns, the first decision that differs, orders of one side only,
/// and how much of the market it would have been.

internal import TradingCore

public struct WhatIfReport {
  let answer: WhatIf
  let names: Names
  /// Orders that only one side has.
  let onlyUnchanged: [ForkDecision]
  let onlyChanged: [ForkDecision]

  /// The share of what the market traded above which `no impact` is hard to believe.
  public static let mostShare = 0.01
  static let mostShown = 10

  public init(_ answer: WhatIf) {
    self.answer = answer
    names = answer.fork.names
    let (old, new) = (answer.unchanged.decisions, answer.changed.decisions)
    onlyUnchanged = WhatIfReport.orders(of: old, notIn: new)
    onlyChanged = WhatIfReport.orders(of: new, notIn: old)
  }

  /// Orders that the other side did not make at the same moment with the same terms. O(n log n).
  private static func orders(
    of side: [ForkDecision], notIn other: [ForkDecision]
  ) -> [ForkDecision] {
    var left: [Timestamp: [OrderTerms]] = [:]
    for decision in other {
      guard case .order(let order) = decision.event.body else { continue }
      left[decision.event.receiveTime, default: []].append(order.terms)
    }
    return side.filter { decision in
      guard case .order(let order) = decision.event.body else { return false }
      let time = decision.event.receiveTime
      guard let place = left[time]?.firstIndex(of: order.terms) else { return true }
      left[time]?.remove(at: place)
      return false
    }
  }

  /// The first place at which the decisions part: `nil` where they never do; a side that decided no more
  /// has none.
  public static func firstDifference(
    _ one: ForkSide, _ other: ForkSide
  ) -> (one: ForkDecision?, other: ForkDecision?)? {
    let (left, right) = (one.decisions, other.decisions)
    let common = min(left.count, right.count)
    let place = (0..<common).first { !left[$0].isSame(as: right[$0]) } ?? common
    guard place < left.count || place < right.count else { return nil }
    return (
      place < left.count ? left[place] : nil, place < right.count ? right[place] : nil
    )
  }

  var sides: [(name: String, side: ForkSide)] {
    [
      ("recorded", answer.recorded), ("unchanged", answer.unchanged), ("changed", answer.changed),
    ]
  }

  var reporting: String {
    names.code(answer.fork.state.settings.reporting.asset) ?? "?"
  }

  static let label = "same market, no impact"

  var assumptions: [String] {
    let settings = answer.fork.state.settings
    let rule = settings.fillRule.word
    let past =
      switch answer.fork.past {
      case .repeated: "up to the fork the simulation ran again and said what it had said"
      case .adopted:
        "orders live at the fork stand at the back of their queues; what the venue had not answered is "
          + "asked again; operator commands and transfers behind the fork are left out"
      }
    return [
      past,
      "from there on orders meet the recorded market by `\(rule)`, latency "
        + NumberText.duration(seconds: settings.latency.seconds) + " or as its table says, as the "
        + "run's scenario has it where nothing was changed",
    ]
  }
}
