/// Measures the legs of latency in a journal: from our sending to the venue's report of it (entry), and
/// from there to our receiving (response), by kind of request; and of market data (feed).
///
/// What is sent behind something that is still under way may have to wait for it, so samples with
/// nothing before them on the way are kept apart; where there are enough, they alone count.

internal import TradingCore

/// Samples of a leg, all of them and those that nothing held up.
struct LegPair {
  private(set) var all = LegSamples()
  private(set) var free = LegSamples()

  /// The fewest free samples that a fit rests on; with fewer all are taken.
  static let fewest = 20

  mutating func take(_ span: Interval, isFree: Bool) {
    all.take(span)
    if isFree { free.take(span) }
  }

  /// Whether the fit is of free samples.
  var isFree: Bool { free.count >= LegPair.fewest }
  var fit: LegFit? { isFree ? free.fit : all.fit }
}

struct LatencyMeter {
  private(set) var feed = LegSamples()
  private(set) var drift: LatencyDrift
  private(set) var entry = [LegPair](repeating: LegPair(), count: 4)
  private(set) var response = [LegPair](repeating: LegPair(), count: 4)
  /// When each request left that has not been answered yet, by order.
  private var places: [OrderID: Timestamp] = [:]
  private var amends: [OrderID: Timestamp] = [:]
  private var cancels: [OrderID: Timestamp] = [:]
  private var lastArrival = Timestamp.distantPast
  private var lastReport = Timestamp.distantPast

  /// - Parameter every: how long each stretch is at least of which latency over time is told.
  init(every: Interval) { drift = LatencyDrift(width: every) }

  /// No more events come.
  mutating func finish() { drift.finish() }

  mutating func observe(_ event: Event, _ sequence: Sequence64) {
    switch event.body {
    case .order: places[OrderID(sequence)] = event.receiveTime
    case .sent(let report): places[report.order] = event.receiveTime
    case .amendRequest(let terms): amends[terms.order] = event.receiveTime
    case .cancelRequest(let terms): cancels[terms.order] = event.receiveTime
    case .accepted(let report), .rejected(let report):
      answer(.place, places.removeValue(forKey: report.order), event)
    case .amended(let report): answer(.amend, amends.removeValue(forKey: report.order), event)
    case .canceled(let report):
      forget(report.order)
      answer(.cancel, cancels.removeValue(forKey: report.order), event)
    case .expired(let report), .sendFailed(let report), .triggered(let report):
      forget(report.order)
      cancels[report.order] = nil
      lastReport = max(lastReport, event.receiveTime)
    case .fill: answer(.any, nil, event)
    case .trade, .depth:
      guard !event.venueTime.isNone else { break }
      feed.take(event.receiveTime - event.venueTime)
      drift.takeFeed(event.receiveTime - event.venueTime, at: event.receiveTime)
    default: break
    }
  }

  private mutating func forget(_ order: OrderID) {
    places[order] = nil
    amends[order] = nil
  }

  private mutating func answer(_ action: LatencyAction, _ sent: Timestamp?, _ event: Event) {
    let venueTime = event.venueTime
    guard !venueTime.isNone else { return }
    if let sent {
      if lastArrival <= sent, lastReport <= venueTime {
        drift.take(
          action, entry: venueTime - sent, response: event.receiveTime - venueTime,
          at: event.receiveTime)
      }
      entry[Int(action.rawValue)].take(venueTime - sent, isFree: lastArrival <= sent)
      lastArrival = max(lastArrival, venueTime)
    }
    if sent != nil || action == .any {
      response[Int(action.rawValue)].take(
        event.receiveTime - venueTime, isFree: lastReport <= venueTime)
    }
    lastReport = max(lastReport, event.receiveTime)
  }
}
