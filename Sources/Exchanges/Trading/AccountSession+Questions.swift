/// How an account's questions leave: several of which one list of the venue's tells go together, within the
/// venue's limits.

internal import Dialects
internal import TradingCore

extension AccountSession where Dialect: ~Copyable {
  /// Asks what the machine wants to know.
  func askQuestions() {
    while !machine.questions.isEmpty {
      let questions = machine.questions.filter { !isUnderWay($0) }
      machine.questions.removeAll()
      let now = world.moment
      for group in groups(of: questions) { ask(together: group, at: now) }
    }
  }

  /// Whether the same is being asked: where an order stands, or what it traded. The answer that comes would have
  /// said it, and two of them in one another's way may say what is true of neither time.
  private func isUnderWay(_ question: VenueAction) -> Bool {
    switch question {
    case .query, .fillsOf: pending.values.contains { $0.actions.contains(question) }
    default: false
    }
  }

  /// Questions that leave with one request each time, in the order in which their first ones were asked.
  private func groups(of questions: [VenueAction]) -> [[VenueAction]] {
    var groups: [[VenueAction]] = []
    for question in questions {
      let place = groups.firstIndex { dialect.areAskedTogether($0[0], question) }
      if let place { groups[place].append(question) } else { groups.append([question]) }
    }
    return groups
  }

  /// Asks the venue, within its limits.
  func ask(_ action: VenueAction, at time: Moment) { ask(together: [action], at: time) }

  /// Asks with one request.
  private func ask(together actions: [VenueAction], at time: Moment) {
    expireKeys(at: time)
    guard signing != nil else { return notAsked(actions, .other, at: time) }
    let venueTime = clock.venueTime(at: time.wall)
    lastID += 1
    let request: VenueRequest
    do throws(DialectError) {
      request = try self.request(actions, at: venueTime)
    } catch {
      for action in actions { cannotAsk(action, error, at: time) }
      return
    }
    guard
      case .go = budget.reserve(weight: request.weight, orders: request.orders, at: venueTime)
    else { return notAsked(actions, .rateLimit, at: time) }
    pending[lastID] = Pending(
      actions: actions, deadline: time.steady + Self.answerPatience, asked: time.steady,
      key: signing)
    guard send(request) else {
      pending[lastID] = nil
      return notAsked(actions, .other, at: time)
    }
    figures.requests += 1
  }

  private func request(
    _ actions: [VenueAction], at venueTime: Timestamp
  ) throws(DialectError) -> VenueRequest {
    let road = road(of: actions[0])
    return actions.count == 1
      ? try dialect.request(actions[0], id: lastID, over: road, at: venueTime)
      : try dialect.request(together: actions, id: lastID, over: road, at: venueTime)
  }

  private func notAsked(_ actions: [VenueAction], _ reason: RejectReason, at time: Moment) {
    for action in actions { machine.notSent(action, reason, at: time) }
  }
}
