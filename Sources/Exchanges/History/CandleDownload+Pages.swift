/// The pages of a download: each asked for of one symbol after the other, and laid down in order of time.

internal import Dialects
internal import TradingCore

extension CandleDownload where Dialect: ~Copyable {
  func askPage() {
    guard let market else { return }
    let action = VenueAction.candles(
      market.instruments[current], seconds: plan.seconds, from: rest, to: pageEnd)
    ask(action) { [weak self] answer throws(ExchangesError) in try self?.take(answer) }
  }

  /// Takes an answer. Where it ends before its page does, the rest is asked for by itself: a venue may tell
  /// fewer at once than it says.
  private func take(_ answer: FrameBatch) throws(ExchangesError) {
    try expectKept()
    count(answer)
    gathered.append(contentsOf: answer.events)
    if let last = answer.events.last, last.receiveTime < pageEnd {
      rest = last.receiveTime
    } else {
      (rest, current) = (pageStart, current + 1)
    }
    if current < plan.symbols.count { askPage() } else { deliver() }
  }

  private func count(_ answer: FrameBatch) {
    guard let first = answer.events.first, let last = answer.events.last else { return }
    var told = figures.symbols[current]
    told.candles += UInt64(answer.events.count)
    told.quiet += answer.oddMessages
    told.rounded += answer.roundedNumbers
    if told.first == .none { told.first = first.venueTime }
    told.last = last.venueTime
    figures.symbols[current] = told
  }

  /// Lays the page down in order of time, symbols of one moment in the plan's order.
  private func deliver() {
    figures.reached = pageEnd
    desk.show(figures)
    guard let market, !gathered.isEmpty else { return goOn() }
    gathered.sort {
      ($0.receiveTime, $0.body.instrument.raw) < (
        $1.receiveTime, $1.body.instrument.raw
      )
    }
    let page = (hasBegun ? [] : market.events(at: gathered[0].receiveTime)) + gathered
    hasBegun = true
    gathered.removeAll(keepingCapacity: true)
    desk.put(.success(.events(ContiguousArray(page))))
  }

  /// Nothing more is asked; what is left is to say what was odd.
  func finish() {
    guard hasBegun, let market else {
      return fail(
        .noHistory(
          "\(plan.venue) has no candle of \(plan.symbols.joined(separator: ", ")) from "
            + "\(figures.from.iso8601) to \(figures.to.iso8601); name another span"))
    }
    isOver = true
    let last = figures.symbols.map(\.last).max() ?? .none
    desk.put(.success(.end(figures.notices(market.instruments, at: last + plan.width))))
  }

  /// Begins anew with a finer grid of prices for the symbol that is asked for.
  func beginAnew() {
    let asked = (
      requests: figures.requests, repeats: figures.repeats, to: figures.to, room: figures.room
    )
    figures = HistoryFigures(plan)
    (figures.requests, figures.repeats) = (asked.requests, asked.repeats)
    (figures.to, figures.room) = (asked.to, asked.room)
    figures.reached = beginning ?? plan.from
    (hasBegun, gathered) = (false, [])
    desk.show(figures)
    desk.put(.success(.anew(symbol: plan.symbols[current])))
  }
}
