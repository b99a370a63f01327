/// How a session's key is changed while it trades. The new one signs from the moment that the journal has it
/// on the disk; a second link signs in with it while the old one still carries reports, so no fill is lost; no
/// order leaves until the balances that it shows are the journal's, for it may be another account's; and the
/// old one is kept as the fall-back until its grace period ends, then wiped.

package import Dialects
package import TradingCore

/// A secret that does not sign at the moment.
package final class KeptKey {
  fileprivate var credentials: Credentials?

  package init(_ credentials: consuming Credentials?) { self.credentials = credentials }
}

extension AccountSession where Dialect: ~Copyable {
  /// A key has come.
  package func offer(_ key: KeyIdentity, _ kept: KeptKey) {
    if !keys.has(key.id) { ring[key.id] = kept }
    tell(keys.offer(key, isPermitted: connection == nil))
    flush()
  }

  /// Another key took the place of this one, which works until `end`.
  package func limit(_ id: UInt32, until end: Timestamp) {
    tell(keys.limit(id, until: end))
    flush()
  }

  /// A key has ended: nothing is signed with it any more.
  package func withdraw(_ id: UInt32, as action: KeyAction) {
    tell(keys.withdraw(id, as: action))
    flush()
  }

  /// The journal has it, on the disk, that a key may sign.
  package func permit(_ change: KeyChange) {
    tell(keys.permit(change.id))
    flush()
  }

  /// Ends keys whose grace period is over. Called before anything is signed.
  func expireKeys(at time: Moment) { tell(keys.expire(at: time.wall)) }

  /// The venue says that a request was not signed by a key it knows.
  func noteRefusal(of id: UInt32?) {
    guard let id else { return }
    tell(keys.refuse(id))
  }

  /// Sees to it that reports come on a link that was signed in with the key in force.
  func renewLink() {
    guard let signing, let connection, let carrier = connection.carrier,
      let key = followed[carrier], key != signing, isLoggedOn || nextLogOn == nil
    else { return }
    connection.renew()
  }

  /// The request that a link begins with; `nil` where no key is left.
  func followRequest(on link: LinkID) -> VenueRequest? {
    expireKeys(at: world.moment)
    guard let signing else { return nil }
    followed[link] = signing
    do throws(DialectError) { return try followRequest() } catch {
      announce("\(error)")
      return nil
    }
  }

  private func tell(_ changes: [KeyChange]) {
    let time = world.moment
    for change in changes { machine.tell(.key(change), at: time) }
    sign()
    // Whatever ended, and however: its secret is wiped.
    if !changes.isEmpty { ring = ring.filter { keys.has($0.key) } }
    guard keys.isEmpty else { return }
    failOpening(Self.noKey)
    machine.keyless(at: time)
  }

  /// Why a session without a key does not open.
  static var noKey: ExchangesError {
    .refused("every key of the account has ended; put a new one in with `cryptobot keys add`")
  }

  /// Hands the dialect the key that is to sign; the one before is kept, or wiped where it has ended.
  private func sign() {
    guard keys.signing != signing else { return }
    let next = KeptKey(nil)
    if let id = keys.signing, let kept = ring.removeValue(forKey: id) {
      next.credentials = kept.credentials.take()
    }
    let last = KeptKey(dialect.use(next.credentials.take()))
    if let signing, keys.has(signing) { ring[signing] = last }
    signing = keys.signing
    doubt.end()
    guard signing != nil else { return }
    machine.compareAnew(at: world.moment)
    // Where links need a token, one waits for the new key's.
    if dialect.logOnLife == nil { connection?.renewAtOnce() } else { logOnAnew() }
  }
}
