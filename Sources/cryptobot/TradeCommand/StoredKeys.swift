/// The keys of accounts in the key store, as a run follows them: what is added, rotated or revoked there
/// reaches the session that signs.

#if Live
  import Dialects
  import Exchanges
  import Store
  import Synchronization
  import TradingCore

  /// The store, open for the secrets of all accounts of a run.
  final class OpenedStore: Sendable {
    fileprivate let store: KeyStore
    /// Tells the person at the terminal and the log.
    fileprivate let announce: @Sendable (String) -> Void
    private let unlocked: Mutex<UnlockedKeys>

    /// - Throws: `VaultError`.
    init(
      _ store: KeyStore, _ passphrase: consuming Passphrase,
      announce: @escaping @Sendable (String) -> Void
    ) throws(VaultError) {
      (self.store, self.announce) = (store, announce)
      unlocked = Mutex(try store.unlock(passphrase))
    }

    fileprivate func material(
      _ id: UInt32, in store: KeyStore
    ) throws(VaultError) -> KeyMaterial {
      try unlocked.withLock { keys throws(VaultError) in try keys.material(id, in: store) }
    }

    /// Tells sessions of every change to their account's keys from now on.
    /// - Throws: `VaultError.failed` when the system gives no thread.
    fileprivate func follow(
      by sessions: [(keys: StoredKeys, session: LiveVenue)]
    ) throws(VaultError) -> KeyWatch {
      try KeyWatch(store) { [announce] found in
        switch found {
        case .success(let found):
          if let damage = found.damage { announce("\(damage); a key that it names goes on") }
          for (keys, session) in sessions { keys.tell(session, found) }
        case .failure(let error):
          announce("\(error); the run goes on with the keys it has")
        }
      }
    }
  }

  /// How much of a key's life is over.
  private enum KeyAge { case nearlyDue, due }

  /// An account in the store: a label at a venue.
  struct StoredAccount: Equatable {
    let venue: String
    let label: String
  }

  final class StoredKeys: Sendable {
    private let opened: OpenedStore
    private let account: StoredAccount
    /// What the session was told of each key.
    private let told = Mutex<[UInt32: KeyRecord]>([:])
    /// What was said of keys that are due, each once.
    private let warnings = Mutex<[UInt32: KeyAge]>([:])

    init(_ opened: OpenedStore, _ account: StoredAccount) {
      (self.opened, self.account) = (opened, account)
    }

    /// The key to begin with: the one in force, else the youngest in grace.
    /// - Throws: `VaultError`.
    func first() throws -> RunKey {
      let best = try records().filter { $0.isUsable(at: WallClock.now) }.max { one, other in
        (one.state == .active ? 1 : 0, one.id) < (other.state == .active ? 1 : 0, other.id)
      }
      guard let best else { throw VaultError.unknownKey(account.label) }
      let material = try opened.material(best.id, in: opened.store)
      told.withLock { $0[best.id] = best }
      return RunKey(identity(of: best), material, for: account.venue, self)
    }

    /// Offers a session that is about to open what it may fall back on.
    /// - Throws: `VaultError`.
    func offerOthers(to session: LiveVenue) throws(VaultError) {
      tell(
        session, try records(), in: opened.store, ended: { _ in .revoked })
    }

    /// Tells sessions of every change from now on.
    /// - Parameter sessions: with the key that each began with.
    /// - Returns: `nil` where no key came from a store.
    /// - Throws: `VaultError.failed` when the system gives no thread.
    static func follow(
      by sessions: [(key: RunKey, session: LiveVenue)]
    ) throws(VaultError) -> KeyWatch? {
      let followed = sessions.compactMap { key, session in key.stored.map { ($0, session) } }
      return try followed.first?.0.opened.follow(by: followed)
    }

    fileprivate func isOurs(_ record: KeyRecord) -> Bool {
      record.venue == account.venue && record.label == account.label
    }

    private func records() throws(VaultError) -> [KeyRecord] {
      try opened.store.records().filter { isOurs($0) }
    }

    private func identity(of record: KeyRecord) -> KeyIdentity {
      KeyIdentity(
        id: record.id, fingerprint: record.fingerprint,
        until: record.state == .grace ? record.graceEnd : .distantFuture)
    }

    /// Tells a session what was found in the store. A key that is there no more was taken out by somebody,
    /// unless its record rotted; one whose secret was erased has ended whatever became of its record.
    fileprivate func tell(_ session: LiveVenue, _ found: KeyWatch.Finding) {
      warn(found.keys.filter { isOurs($0) }, at: WallClock.now)
      tell(session, found.keys.filter { isOurs($0) }, in: found.store) { known in
        if found.erased.contains(known.id) { return .emergencyRevoked }
        return found.damage == nil ? .revoked : known.state
      }
    }

    /// Says which keys should be rotated: once when that is soon, and once when it is late.
    private func warn(_ records: [KeyRecord], at now: Timestamp) {
      for record in records where record.isNearlyDue(at: now) {
        let age: KeyAge = record.isOver(at: now) ? .due : .nearlyDue
        guard warnings.withLock({ $0.updateValue(age, forKey: record.id) }) != age else { continue }
        opened.announce(KeyWords.warning(of: record, at: now))
      }
    }

    /// New keys first, so that there is one to go to when an old one ends.
    /// - Parameter ended: what has become of a key that is not among the records.
    private func tell(
      _ session: LiveVenue, _ records: [KeyRecord], in store: KeyStore,
      ended: (KeyRecord) -> KeyState
    ) {
      told.withLock { told in
        for record in records.reversed() where told[record.id] == nil {
          if record.isUsable(at: WallClock.now), offer(record, in: store, to: session) {
            told[record.id] = record
          }
        }
        for known in told.values.sorted(by: { $0.id < $1.id }) {
          let record = records.first {
            $0.id == known.id && $0.fingerprint == known.fingerprint
          }
          let state = record?.state ?? ended(known)
          guard state != known.state else { continue }
          told[known.id]?.state = state
          change(known.id, to: state, until: record?.graceEnd ?? .none, session)
        }
      }
    }

    private func change(
      _ id: UInt32, to state: KeyState, until end: Timestamp, _ session: LiveVenue
    ) {
      switch state {
      case .active: break
      case .grace: session.limit(id, until: end)
      case .expired: session.withdraw(id, as: .expired)
      case .revoked: session.withdraw(id, as: .revoked)
      case .emergencyRevoked: session.withdraw(id, as: .emergencyRevoked)
      }
    }

    /// - Returns: false where its secret cannot be had.
    private func offer(_ record: KeyRecord, in store: KeyStore, to session: LiveVenue) -> Bool {
      do {
        let material = try opened.material(record.id, in: store)
        session.offer(identity(of: record), try material.credentials(for: account.venue))
        return true
      } catch {
        opened.announce("\(error); key \(record.id) is not used")
        return false
      }
    }
  }
#endif
