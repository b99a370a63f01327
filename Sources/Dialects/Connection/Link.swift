/// One socket of a connection, as its machine sees it: how far it has come and what it may send.

import TradingCore

/// A socket's life. The machine holds at most two.
struct Link: Equatable, Sendable {
  enum Stage: Equatable, Sendable {
    /// Asked for; it must open in time.
    case connecting
    /// Open; subscriptions are sent and must be answered in time.
    case subscribing
    /// Every subscription is answered.
    case live
  }

  let id: LinkID
  var stage = Stage.connecting
  /// When the stage was entered.
  var since: Timestamp
  /// When it opened, which its greatest age counts from.
  var openedAt = Timestamp.none
  /// When anything last came in.
  var heardAt: Timestamp
  /// When anything last went out.
  var spokeAt: Timestamp
  /// The request to send next.
  var nextRequest = 0
  /// Requests sent and not answered.
  var unanswered: [Int64] = []
  /// When the last few messages went out, oldest first.
  private var sent: [Timestamp] = []

  init(_ id: LinkID, at time: Timestamp) {
    (self.id, since, heardAt, spokeAt) = (id, time, time, time)
  }

  mutating func enter(_ next: Stage, at time: Timestamp) {
    stage = next
    since = time
  }

  /// When one more message may go out: at most `most` in any second.
  func maySpeak(most: Int, from time: Timestamp) -> Timestamp {
    guard sent.count >= most else { return time }
    return max(time, sent[sent.count - most] + .second)
  }

  /// Notes a message that went out; remembers only those of the last second.
  mutating func speak(at time: Timestamp) {
    spokeAt = time
    sent.removeAll { $0 + .second <= time }
    sent.append(time)
  }
}
