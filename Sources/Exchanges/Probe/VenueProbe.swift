/// Asks a venue how it is, as `doctor` does: its time over HTTP, and whether its streams open. Nothing is
/// subscribed to and no key is needed.

internal import Dialects
public import TradingCore

/// What a venue said, and how long it took.
public struct VenueFinding: Equatable, Sendable {
  /// From the question for the time to its answer; `nil` where none came.
  public var roundTrip: Interval?
  /// How far the venue's clock is before ours.
  public var clockOffset: Interval?
  /// How far the offset can be from the truth: half the round trip and what the venue rounds off.
  public var uncertainty = Interval.zero
  /// Why there was no answer.
  public var restFailure: String?
  /// What the WebSocket took to open; `nil` where it did not.
  public var streamTime: Interval?
  public var streamFailure: String?
}

/// One look at one venue. Lives on its world's thread.
final class VenueProbe<Dialect: VenueDialect & SendableMetatype & ~Copyable>: SocketListener {
  private var dialect: Dialect
  private let world: any VenueWorld
  private let then: (VenueFinding) -> Void
  private var finding = VenueFinding()
  private var socket: (any WorldSocket)?
  private var opening: Timestamp
  private var isTold = false
  private var deadline: (any WorldTimer)?
  /// How long both answers may take: a peer may take a connection and never say a word.
  static var patience: Interval { Interval(nanoseconds: 10_000_000_000) }

  /// - Parameter then: told once, when both channels have answered or failed.
  init(_ hosts: VenueHosts, in world: any VenueWorld, then: @escaping (VenueFinding) -> Void) {
    dialect = Dialect(
      hosts: hosts, orders: ClientOrderIDs(journal: 0), credentials: nil, window: .second)
    (self.world, self.then) = (world, then)
    opening = world.steady
  }

  /// - Throws: `ExchangesError.address`, `DialectError`.
  func begin() throws {
    let rest = try VenueAddress(dialect.address(of: .rest))
    let market = try VenueAddress(dialect.address(of: .market))
    let (asked, begun) = (world.now, world.steady)
    let request = try dialect.request(.time, id: 0, over: .http, at: asked)
    opening = world.steady
    socket = world.open(market, as: 0, for: self)
    world.ask(request, of: rest) { [weak self] result in
      self?.answered(result, asked: asked, begun: begun)
    }
    deadline = world.later(Self.patience) { [weak self] in self?.giveUp() }
  }

  private func giveUp() {
    let reason = "no answer within \(Self.patience.nanoseconds / 1_000_000_000) s"
    if finding.roundTrip == nil { finding.restFailure = finding.restFailure ?? reason }
    if finding.streamTime == nil { finding.streamFailure = finding.streamFailure ?? reason }
    tellWhenDone()
  }

  private func answered(
    _ result: Result<VenueResponse, ExchangesError>, asked: Timestamp, begun: Timestamp
  ) {
    guard !isTold else { return }
    switch result {
    case .failure(let error): finding.restFailure = "\(error)"
    case .success(let response): read(response, asked: asked, begun: begun)
    }
    tellWhenDone()
  }

  private func read(_ response: VenueResponse, asked: Timestamp, begun: Timestamp) {
    let roundTrip = world.steady - begun
    var batch = FrameBatch()
    do throws(DialectError) {
      let outcome = try dialect.answer(response, to: .time, at: world.now, into: &batch)
      guard outcome == .done, batch.venueTime != .none else {
        finding.restFailure = "it answered \(response.status) and not with its time"
        return
      }
    } catch {
      finding.restFailure = "\(error)"
      return
    }
    let half = Interval(nanoseconds: roundTrip.nanoseconds / 2)
    finding.roundTrip = roundTrip
    finding.clockOffset = batch.venueTime - (asked + half)
    finding.uncertainty = half + batch.venueResolution
  }

  private func tellWhenDone() {
    let isAnswered = finding.roundTrip != nil || finding.restFailure != nil
    let isOpened = finding.streamTime != nil || finding.streamFailure != nil
    guard isAnswered, isOpened, !isTold else { return }
    isTold = true
    deadline?.cancel()
    socket?.close()
    then(finding)
  }

  // MARK: The socket

  func opened(_ link: LinkID) {
    finding.streamTime = world.steady - opening
    tellWhenDone()
  }

  func closed(_ link: LinkID, reason: String) {
    guard finding.streamTime == nil else { return }
    finding.streamFailure = reason
    tellWhenDone()
  }

  func received(_ text: Span<UInt8>, on link: LinkID) {}
  func pinged(_ link: LinkID) {}
  func ponged(_ link: LinkID) {}
}
