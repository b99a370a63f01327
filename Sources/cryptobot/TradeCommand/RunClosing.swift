/// What a run's accounts ended with, and whether a person has to look before it goes on.

#if Live
  import Exchanges
  import Research
  import TradingCore

  struct RunClosing {
    private let accounts: [(choice: VenueChoice, figures: AccountFigures)]
    private let folder: String
    private let state: State
    private let names: Names

    /// - Parameters:
    ///   - accounts: how the account at each venue went; none on paper.
    ///   - folder: the run's journal.
    init(
      _ accounts: [(VenueChoice, AccountFigures)], of folder: String, _ state: State,
      _ names: Names
    ) {
      self.accounts = accounts.map { (choice: $0, figures: $1) }
      (self.folder, self.state, self.names) = (folder, state, names)
    }

    private var isSeveral: Bool { accounts.count > 1 }

    /// Accounts whose venues did not say that the run's orders there have ended, though they were to be canceled.
    private var unended: [(choice: VenueChoice, figures: AccountFigures)] {
      accounts.filter { $1.liveOrders > 0 && $0.cancelsOnExit && !$1.isKeyless }
    }

    /// What is to be said of each of them.
    var openOrders: [String] {
      unended.map { choice, figures in
        "these orders may still be open at \(choice.name), which did not say that they "
          + "ended: " + orders(at: [choice.name])
          + (figures.isGuarded ? "; its dead man's switch cancels them by itself" : "")
      }
    }

    /// Orders that have not ended by the journal, at some of the venues.
    private func orders(at venues: [String]) -> String {
      state.orders.live.compactMap { order -> String? in
        let symbol = names.symbol(order.terms.instrument) ?? "?"
        guard !isSeveral || venues.contains(where: { symbol.hasPrefix($0 + ":") }) else {
          return nil
        }
        return "\(symbol) \(order.terms.side)\(terms(of: order)) (event \(order.id.raw))"
      }.joined(separator: ", ")
    }

    /// ` 0.5 at 100.25`, or the quantity alone of an order without a limit.
    private func terms(of order: LiveOrder) -> String {
      guard let grid = names.definition(order.terms.instrument) else { return "" }
      let limit = order.terms.type.hasLimit ? " at \(grid.text(order.terms.price))" : ""
      return order.terms.flags.contains(.inQuote)
        ? limit : " \(grid.text(order.terms.quantity))\(limit)"
    }

    /// - Throws: `CommandFailure` where orders may still be open, though a dead man's switch may end them.
    func expectEnds() throws(CommandFailure) {
      guard !unended.isEmpty else { return }
      let venues = unended.map(\.choice.name).joined(separator: " and ")
      let remedy =
        unended.allSatisfy(\.figures.isGuarded) ? "see to it that they end" : "cancel them"
      throw CommandFailure(
        .inputOutput,
        "orders may still be open at \(venues): \(remedy) there, or start the run again, which takes them up",
        .venue)
    }

    /// - Throws: `CommandFailure` where every key of a venue has ended. Nothing could be signed any more, so
    ///   what was open there still is.
    func expectKeys() throws(CommandFailure) {
      let keyless = accounts.filter(\.figures.isKeyless).map(\.choice.name)
      guard !keyless.isEmpty else { return }
      let open = orders(at: keyless)
      let rest =
        open.isEmpty
        ? "no order was open"
        : "these orders may still be open there, and nobody cancels them: " + open
      let places = keyless.joined(separator: " and ")
      throw CommandFailure(
        .refused,
        "every key for \(places) has ended, and trading is halted\(everywhere); \(rest). Look at \(places), "
          + "put a new key in with `cryptobot keys add`, then go on with --resume", .configuration)
    }

    /// - Throws: `CommandFailure` where the journal was halted, or a venue holds another amount of something.
    func expectAgreement() throws(CommandFailure) {
      let figures = AccountFigures.together(accounts.map(\.figures))
      if let halt = figures.halt {
        throw CommandFailure(
          .refused,
          "\(folder) was halted at event \(halt): see `cryptobot journal cat \(folder) --from \(halt)`, "
            + "and go on with --resume")
      }
      guard !figures.differences.isEmpty else { return }
      let rows = figures.differences.map { difference in
        let code = names.code(difference.asset) ?? "?"
        return "\(code): the journal has \(difference.journal.exactText), the venue "
          + difference.venue.exactText
      }
      let differing = accounts.filter { !$0.figures.differences.isEmpty }.map(\.choice.name)
      let subject =
        !isSeveral
        ? "the venue holds"
        : differing.joined(separator: " and ") + (differing.count > 1 ? " hold" : " holds")
      throw CommandFailure(
        .refused,
        "\(subject) what no fill and no transfer explains, and trading is halted\(everywhere): "
          + rows.joined(separator: "; ")
          + ". The differences are journalled as adjustments; look into them, then go on with --resume"
      )
    }

    /// There is one risk state: trouble at one venue halts all.
    private var everywhere: String { isSeveral ? " at all venues" : "" }
  }
#endif
