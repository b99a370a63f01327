/// How a run at venues goes from its opening to its end: when the market's streams may begin, when the
/// run ends by itself, and when nothing more is waited for. There is one risk state, so what ends trading at
/// one venue ends it at all.

package import TradingCore

/// Looks every now and then and says what is to be done. It does nothing itself.
package struct TradingCourse: Sendable {
  /// What is to be done now.
  package enum Step: Equatable, Sendable {
    /// Open the market's streams.
    case startMarket
    /// Let no more orders leave, and cancel what is open where that is wanted; then `close`.
    case end
    /// End the feed: nothing more is waited for.
    case close
  }

  private enum Stage {
    case opening
    case trading
    case ending(deadline: Timestamp)
    case ended
  }

  private var stage = Stage.opening
  private var lastLook = Timestamp.distantPast
  private let cancelsOrders: [Bool]

  /// How long to wait between two looks.
  static let lookPause = Interval(nanoseconds: 20_000_000)
  /// How long answers and cancels may take at the end: two of them may be lost, each for as long as a session
  /// waits for one. A second signal ends the run at once.
  static let endPatience = Interval(nanoseconds: 30_000_000_000)

  /// - Parameter cancelsOrders: of each venue whether the end waits for its orders to be gone.
  package init(cancelsOrders: [Bool]) { self.cancelsOrders = cancelsOrders }

  /// Whether enough time has passed to look again. All times are by the steady clock.
  package mutating func isDue(at time: Timestamp) -> Bool {
    guard time - lastLook >= Self.lookPause else { return false }
    lastLook = time
    return true
  }

  /// Whether the end waits for what is under way.
  package var isEnding: Bool { if case .ending = stage { true } else { false } }

  /// Looks.
  /// - Parameters:
  ///   - accounts: how each venue's account goes; none on paper.
  ///   - isWanted: whether the run is to go on, for all that others know.
  ///   - hasFacts: whether the engine has yet to hear something, on which it may decide.
  package mutating func step(
    _ accounts: [AccountFigures], isWanted: Bool, hasFacts: Bool = false, at time: Timestamp
  ) -> Step? {
    // What the venue holds and nothing explains, and the end of all keys, end the run in order, whenever
    // that is found.
    let isOver = !isWanted || accounts.contains { !$0.differences.isEmpty || $0.isKeyless }
    switch stage {
    case .opening:
      if isOver { return end(at: time) }
      if accounts.contains(where: { $0.halt != nil }) { return close() }
      guard accounts.allSatisfy(\.isReady) else { return nil }
      stage = .trading
      return .startMarket
    case .trading: return isOver ? end(at: time) : nil
    case .ending(let deadline):
      let isIdle = zip(accounts, cancelsOrders).allSatisfy { account, cancelsOrders in
        account.underWay == 0 && (!cancelsOrders || account.liveOrders == 0 || account.isKeyless)
      }
      return (isIdle && !hasFacts) || time >= deadline ? close() : nil
    case .ended: return nil
    }
  }

  private mutating func end(at time: Timestamp) -> Step {
    stage = .ending(deadline: time + Self.endPatience)
    return .end
  }

  private mutating func close() -> Step {
    stage = .ended
    return .close
  }
}
