/// Accounts at venues as the engine's one gateway. An order goes to the venue that has its instrument; what
/// names no instrument goes to all, and the one whose it is knows it.
///
///     engine ──▶ outbox ──▶ by instrument ──▶ account at kraken ──▶ its thread, its socket
///                                     └─────▶ account at coinbase ─▶ its thread, its socket

#if Live
  package import TradingCore

  /// An account at a venue, which has a thread of its own: what is handed over is done there.
  package protocol VenueAccount {
    /// The venue's name.
    var name: String { get }
    /// Connects, and asks what the account holds.
    /// - Parameter isUnwanted: asked until then; the opening fails when it says so.
    /// - Returns: definitions of assets that had none, and every balance, as facts.
    /// - Throws: `ExchangesError`, `DialectError`.
    func open(unless isUnwanted: @escaping @Sendable () -> Bool) throws -> [Event]
    /// How it goes, as the session last said.
    var figures: AccountFigures { get }
    /// How long orders took from the fact that caused them to the socket.
    var tickToOrder: TickToOrder { get }
    /// A fill of the venue's that the journal holds.
    func recall(_ fill: Fill)
    /// The journal was replayed.
    /// - Parameter last: no order behind this event is of the journal: it was decided just now and never left.
    func begin(_ state: borrowing State, replayed last: Sequence64)
    /// The journal has it that a key may sign, of whatever venue.
    func permit(_ key: KeyChange)
    /// Sends what the journal has.
    func send(_ orders: [SentRequest], _ timing: DecisionTiming)
    /// Lets no more orders leave.
    /// - Returns: those that may be alive, in the order they were placed.
    func end() -> [OrderID]
    /// Asks the venue to cancel all orders of some instruments.
    func cancelEverything(_ instruments: [InstrumentID])
    /// Waits a moment for what the venue was asked.
    func linger()
    /// Closes the connection and ends the thread.
    func close()
  }

  /// The accounts of a run, in the order of its venues. Called on the engine's thread.
  package final class VenueGateway<Account: VenueAccount>: OrderGateway {
    /// One for each venue.
    package let accounts: [Account]
    /// Each venue's instruments.
    private let instruments: [[InstrumentID]]
    /// The venue of an instrument, by its id; -1 for none.
    private var venues: [Int] = []
    /// When the engine's thread, which alone asks, has waited for the journal.
    private let waits = WaitBoard()

    /// - Parameter instruments: of each venue.
    package init(_ accounts: [Account], instruments: [[InstrumentID]]) {
      precondition(!accounts.isEmpty, "VenueGateway: no account")
      precondition(
        accounts.count == instruments.count,
        "VenueGateway: \(accounts.count) accounts, instruments of \(instruments.count) venues")
      (self.accounts, self.instruments) = (accounts, instruments)
      for (venue, own) in instruments.enumerated() {
        for instrument in own {
          while venues.count <= instrument.index { venues.append(-1) }
          venues[instrument.index] = venue
        }
      }
    }

    /// Signs in at every venue, one after the other, so that ids of assets which they name do not depend on
    /// who answers first. Where one does not open, none stays open.
    /// - Parameter isUnwanted: asked until then; the opening fails when it says so.
    /// - Returns: definitions of assets that had none, and every balance, as facts.
    /// - Throws: `ExchangesError`, `DialectError`; of several venues the first that failed is named.
    package func open(unless isUnwanted: @escaping @Sendable () -> Bool) throws -> [Event] {
      var facts: [Event] = []
      do {
        for account in accounts {
          do { facts += try account.open(unless: isUnwanted) } catch {
            throw VenueFailure.of(account.name, error, ofSeveral: isSeveral)
          }
        }
      } catch {
        close()
        throw error
      }
      return facts
    }

    private var isSeveral: Bool { accounts.count > 1 }

    /// How each account goes.
    package var figures: [AccountFigures] { accounts.map(\.figures) }

    /// How long orders took on our side, at all venues together. Waits for the accounts' threads.
    package var tickToOrder: TickToOrder {
      accounts.reduce(into: TickToOrder()) { $0.add($1.tickToOrder) }
    }

    /// Lets no more orders leave.
    /// - Returns: of each venue those that may be alive, in the order they were placed.
    func end() -> [[OrderID]] { accounts.map { $0.end() } }

    /// Asks every venue to cancel all orders, and waits a moment for it.
    package func cancelEverything() {
      for (account, own) in zip(accounts, instruments) { account.cancelEverything(own) }
      accounts.first?.linger()
    }

    /// Closes all connections.
    package func close() {
      for account in accounts { account.close() }
    }

    /// The journal with its waits measured, for `tickToOrder`.
    package func timed(_ journal: any DurableSink) -> any DurableSink {
      TimedJournal(journal, waits)
    }

    // MARK: The engine's side

    package func recall(_ fill: Fill) {
      if let venue = venue(of: fill.instrument) { accounts[venue].recall(fill) }
    }

    package func begin(_ state: borrowing State, replayed last: Sequence64) {
      for account in accounts { account.begin(state, replayed: last) }
    }

    package func permit(_ key: KeyChange) {
      for account in accounts { account.permit(key) }
    }

    package func send(_ orders: inout Outbox) {
      var requests: [SentRequest] = []
      while let order = orders.popFirst() {
        requests.append(SentRequest(id: order.id, request: order.request))
      }
      send(requests, waits.last)
    }

    /// Gives each venue what is its own, in the order it came, so that a list and a cancel with its
    /// replacement stay together.
    func send(_ requests: [SentRequest], _ timing: DecisionTiming) {
      guard isSeveral else { return accounts[0].send(requests, timing) }
      for index in accounts.indices {
        let own = requests.filter { concerns(index, $0.request) }
        if !own.isEmpty { accounts[index].send(own, timing) }
      }
    }

    /// Whether a request is for a venue. A cancel and an amendment name an order, not its instrument: all
    /// venues hear of it, and those that do not have the order do nothing.
    private func concerns(_ index: Int, _ request: OrderRequest) -> Bool {
      guard case .place(let terms) = request else { return true }
      guard let venue = venue(of: terms.instrument) else {
        preconditionFailure("VenueGateway: no venue has instrument \(terms.instrument.raw)")
      }
      return venue == index
    }

    private func venue(of instrument: InstrumentID) -> Int? {
      guard isSeveral else { return 0 }
      guard instrument.index < venues.count, venues[instrument.index] >= 0 else { return nil }
      return venues[instrument.index]
    }
  }
#endif
