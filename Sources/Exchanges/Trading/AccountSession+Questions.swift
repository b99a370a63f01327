/// How an account's questions leave: several of which one list of the venue's tells go together, within the
/// venue's limits.

internal import Dialects
internal import TradingCore

extension AccountSession where Dialect: ~Copyable {
  /// Asks what the machine wants to know.
  func askQuestions() {
    while !machine.questions.isEmpty {
      var questions: [VenueAction] = []
      for question in machine.questions
      where !isUnderWay(question) && !isInLine(question)
        // One that has waited may be due anew by now.
        && !(waiting + questions).contains(where: { $0.asksTheSame(as: question) })
      {
        questions.append(question)
      }
      machine.questions.removeAll()
      let now = world.moment
      for group in groups(of: questions) { ask(together: group, at: now) }
    }
  }

  /// Whether the same is being asked: where an order stands, or what it traded. Two of them in one another's way may
  /// say what is true of neither time. Should the answer that comes be older than the doubt, it is asked again.
  private func isUnderWay(_ question: VenueAction) -> Bool {
    switch question {
    case .query, .fillsOf:
      pending.values.contains { $0.actions.contains { $0.asksTheSame(as: question) } }
    default: false
    }
  }

  /// What leaves with one request each time, in the order in which the first ones were asked.
  func groups(of actions: [VenueAction]) -> [[VenueAction]] {
    var groups: [[VenueAction]] = []
    for action in eachOnce(actions) {
      let road = road(of: action)
      let place = groups.firstIndex { dialect.areAskedTogether($0, action, over: road) }
      if let place { groups[place].append(action) } else { groups.append([action]) }
    }
    return groups
  }

  /// Asks the venue, within its limits.
  func ask(_ action: VenueAction, at time: Moment) { ask(together: [action], at: time) }

  /// Asks with one request, now or in turn.
  func ask(together actions: [VenueAction], at time: Moment) {
    if mustWait(actions[0]) { wait(actions) } else { leave(actions, at: time) }
  }

  /// Makes the request and sends it.
  func leave(_ actions: [VenueAction], at time: Moment) {
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
    switch budget.reserve(weight: request.weight, orders: request.orders, at: venueTime) {
    case .go: break
    case .wait(let until): return held(actions, until: until, at: time)
    case .never: return notAsked(actions, .rateLimit, at: time)
    }
    pending[lastID] = Pending(
      actions: actions, deadline: time.steady + Self.answerPatience, asked: time.steady,
      key: signing, weight: request.weight)
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

  /// What asks where orders stand waits for the venue's limits, and loses no time behind them; all else is told
  /// that it did not leave.
  private func held(_ actions: [VenueAction], until: Timestamp, at time: Moment) {
    switch actions[0] {
    case .query, .fillsOf:
      waitsUntil = waiting.isEmpty ? until : min(waitsUntil, until)
      waiting += actions
    case .positions where opening != nil, .account where opening != nil:
      holdOpening(actions[0], until: until)
    default: notAsked(actions, .rateLimit, at: time)
    }
  }

  /// Asks what has waited long enough, where it is still not known.
  func askWaiting(at time: Moment) {
    guard !waiting.isEmpty, clock.venueTime(at: time.wall) >= waitsUntil else { return }
    machine.questions = waiting.filter { machine.stillAsks($0) } + machine.questions
    waiting.removeAll()
  }

  /// Asks something of the opening anew.
  func askAgain(_ action: VenueAction, after wait: Interval) {
    _ = world.later(wait) { [weak self] in
      guard let self else { return }
      ask(action, at: world.moment)
    }
  }

  private func notAsked(_ actions: [VenueAction], _ reason: RejectReason, at time: Moment) {
    for action in actions { machine.notSent(action, reason, at: time) }
  }
}
