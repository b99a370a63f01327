/// Asks a venue what an account holds and what its key may do, over HTTP, one question after the other, so that
/// numbers which a key's requests carry rise. Nothing is placed: the order that shows whether the key may trade
/// is one that the venue only checks.

internal import Dialects
internal import TradingCore

/// One look at one account. Lives on its world's thread.
final class AccountLook<Dialect: VenueDialect & SendableMetatype & ~Copyable> {
  private var dialect: Dialect
  private let world: any VenueWorld
  private let rest: VenueAddress
  /// The market whose order is checked.
  private let symbol: String
  private let then: (Result<AccountFinding, any Error>) -> Void
  private var finding = AccountFinding()
  private var assets: [String] = []
  private var waiting: [VenueAction]
  /// How far the venue's clock is before ours.
  private var offset = Interval.zero
  private var answered = 0
  private var retries = 0
  private var trial = TrialOrder()
  private var batch = FrameBatch()

  /// Requests refused for their time or number alone that are made anew.
  private static var mostRetries: Int { 5 }

  /// - Parameter then: told once.
  /// - Throws: `ExchangesError.address`.
  init(
    _ hosts: VenueHosts, _ credentials: consuming Credentials, checking symbol: String,
    in world: any VenueWorld, then: @escaping (Result<AccountFinding, any Error>) -> Void
  ) throws(ExchangesError) {
    dialect = Dialect(
      hosts: hosts, orders: ClientOrderIDs(journal: world.chance()), credentials: credentials,
      window: Interval(nanoseconds: 5_000_000_000))
    (self.world, self.symbol, self.then) = (world, symbol, then)
    rest = try VenueAddress(dialect.address(of: .rest))
    waiting = [
      .time, .account, .openOrders(nil), .margin, .positions, .permissions,
      .exchangeInformation(symbols: [symbol]),
    ]
  }

  /// Asks the next question.
  func goOn() {
    guard !waiting.isEmpty else { return finish() }
    let action = waiting.removeFirst()
    let asked = world.now
    let request: VenueRequest
    do throws(DialectError) {
      request = try dialect.request(action, id: 0, over: .http, at: asked + offset)
    } catch {
      // Of what the venue has no words for nothing is shown.
      if case .inexpressible = error { return goOn() }
      return then(.failure(error))
    }
    world.ask(request, of: rest) { [weak self] result in
      switch result {
      case .failure(let error): self?.then(.failure(error))
      case .success(let response): self?.take(response, to: action, asked: asked)
      }
    }
  }

  private func take(_ response: VenueResponse, to action: VenueAction, asked: Timestamp) {
    let outcome: VenueOutcome
    do { outcome = try read(response, action) } catch { return then(.failure(error)) }
    switch outcome {
    case _ where action.isTrial: finding.trial = OrderTrial(outcome)
    case .done:
      answered += action.isAboutMarket ? 0 : 1
      note(action, asked: asked)
    case .clockSkew where retries < Self.mostRetries:
      retries += 1
      waiting.insert(contentsOf: [.time, action], at: 0)
      _ = world.later(Interval(nanoseconds: 200_000_000)) { [weak self] in self?.goOn() }
      return
    case .unauthorised(let why):
      finding.refusals.append(AccountRefusal(question: action.question, words: why.text))
    case .rejected(let why) where action.isAboutMarket:
      finding.trial = .untold("\(symbol): \(why.text)")
    default:
      return then(
        .failure(
          ExchangesError.answer(
            "the venue does not tell \(action.question.rawValue): \(outcome.why)")))
    }
    goOn()
  }

  /// Reads an answer; an asset that it names gets an id.
  private func read(_ response: VenueResponse, _ action: VenueAction) throws -> VenueOutcome {
    while true {
      batch.removeAll()
      do throws(DialectError) {
        return try dialect.answer(response, to: action, at: world.now, into: &batch)
      } catch {
        switch error {
        case .undefined(let name) where assets.count < AssetIDs.capacity: _ = try id(of: name)
        // Whoever answers so need not be the venue.
        case .malformed: throw ExchangesError.answer("\(rest): \(error)")
        default: throw error
        }
      }
    }
  }

  private func id(of asset: String) throws(DialectError) -> AssetID {
    if let known = assets.firstIndex(of: asset) { return AssetID(UInt16(known)) }
    let id = AssetID(UInt16(assets.count))
    try dialect.directory.add(AssetDefinition(asset: id), code: asset)
    assets.append(asset)
    return id
  }

  private func note(_ action: VenueAction, asked: Timestamp) {
    switch action {
    case .time:
      finding.time = batch.venueTime
      offset = batch.venueTime - asked
    case .account:
      finding.holdings = batch.statements.map {
        AccountHolding(asset: assets[$0.asset.index], free: $0.free, locked: $0.locked)
      }
    case .openOrders:
      finding.listing.orders = batch.listing.orders
      finding.listing.hasMoreOrders = batch.listing.hasMoreOrders
    case .margin: (finding.listing.funds, finding.lends) = (batch.listing.funds, true)
    case .positions: (finding.listing.positions, finding.lends) = (batch.listing.positions, true)
    case .permissions: finding.listing.permissions = batch.listing.permissions
    case .exchangeInformation: define(batch.instruments.first { $0.symbol == symbol })
    case .quote(let instrument): check(instrument)
    default: break
    }
  }

  // MARK: The order that is checked

  private func define(_ spec: InstrumentSpec?) {
    guard let spec else {
      finding.trial = .untold("the venue has no market \(symbol)")
      return
    }
    do {
      let instrument = InstrumentID(0)
      guard
        let definition = spec.definition(
          instrument, base: try id(of: spec.base), quote: try id(of: spec.quote))
      else {
        finding.trial = .untold("\(symbol) is too fine to be exact")
        return
      }
      try dialect.directory.add(definition, symbol: symbol)
      trial = TrialOrder(spec, definition)
      waiting.append(.quote(instrument))
    } catch { finding.trial = .untold("\(error)") }
  }

  private func check(_ instrument: InstrumentID) {
    for case .quote(let quote) in batch.events.map(\.body) {
      guard let order = trial.order(below: quote.bidPrice) else { break }
      finding.trialOrder = trial.text(order)
      return waiting.append(.test(order))
    }
    finding.trial = .untold("\(symbol) has no price now")
  }

  private func finish() {
    // Of a key that is refused whatever it asks nothing was learned.
    guard answered > 0 || finding.refusals.isEmpty || finding.trial.showsRight else {
      let words = finding.refusals[0].words
      return then(.failure(ExchangesError.key("the venue does not take our key: \(words)")))
    }
    then(.success(finding))
  }
}

extension VenueAction {
  fileprivate var isTrial: Bool { if case .test = self { true } else { false } }

  fileprivate var isAboutMarket: Bool { question == .market }

  fileprivate var question: AccountRefusal.Question {
    switch self {
    case .account: .balances
    case .openOrders: .orders
    case .margin: .margin
    case .positions: .positions
    case .permissions: .permissions
    default: .market
    }
  }
}

extension OrderTrial {
  fileprivate var showsRight: Bool {
    switch self {
    case .allowed, .objected: true
    case .forbidden, .untold: false
    }
  }

  fileprivate init(_ outcome: VenueOutcome) {
    switch outcome {
    case .done: self = .allowed
    case .rejected(let why): self = .objected(why.text)
    case .unauthorised(let why): self = .forbidden(why.text)
    case .noSuchOrder, .halfway, .limited, .clockSkew, .unknown:
      self = .untold(outcome.why)
    }
  }
}
