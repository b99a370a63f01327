/// The keys of one account in the key store, as a run follows them: what is added, rotated or revoked there
/// reaches the session that signs.

#if Live
  import Dialects
  import Exchanges
  import Store
  import Synchronization
  import TradingCore

  /// The key that a run begins with.
  struct RunKey: ~Copyable {
    let identity: KeyIdentity
    let material: KeyMaterial
    /// Where its successors come from; `nil` for a key that came by the environment or standard input.
    let stored: StoredKeys?

    init(_ material: consuming KeyMaterial) throws(VaultError) {
      identity = KeyIdentity(id: 0, fingerprint: try material.fingerprint())
      self.material = material
      stored = nil
    }

    init(_ identity: KeyIdentity, _ material: consuming KeyMaterial, _ stored: StoredKeys) {
      self.identity = identity
      self.material = material
      self.stored = stored
    }
  }

  final class StoredKeys: Sendable {
    private let store: KeyStore
    private let venue: String
    private let label: String
    private let unlocked: Mutex<UnlockedKeys>
    /// What the session was told of each key.
    private let told = Mutex<[UInt32: KeyRecord]>([:])

    /// Finds the account that is meant and opens the store for its secrets.
    /// - Parameter name: a key's id or label; `nil` where the venue has one account.
    /// - Throws: `VaultError`, and `CommandFailure` where no key or more than one account is meant.
    init(
      _ store: KeyStore, _ passphrase: consuming Passphrase, venue: String, named name: String?
    ) throws {
      (self.store, self.venue) = (store, venue)
      let usable = try store.records().filter {
        $0.venue == venue && $0.isUsable(at: WallClock.now)
          && (name == nil || $0.label == name || "\($0.id)" == name)
      }
      let labels = Set(usable.map(\.label)).sorted()
      guard let label = labels.first else {
        throw CommandFailure(
          .refused,
          "\(store.path): no key for \(venue)\(name.map { " answers to `\($0)`" } ?? " works"); "
            + "`cryptobot keys list` shows all, `keys add` puts one in", .configuration)
      }
      guard labels.count == 1 else {
        throw CommandFailure(
          .usage,
          "\(store.path) has several accounts at \(venue): say --key "
            + labels.joined(separator: " or "))
      }
      self.label = label
      unlocked = Mutex(try store.unlock(passphrase))
    }

    /// The key to begin with: the one in force, else the youngest in grace.
    /// - Throws: `VaultError`.
    func first() throws -> RunKey {
      let best = try records().filter { $0.isUsable(at: WallClock.now) }.max { one, other in
        (one.state == .active ? 1 : 0, one.id) < (other.state == .active ? 1 : 0, other.id)
      }
      guard let best else { throw VaultError.unknownKey(label) }
      let material = try unlocked.withLock { try $0.material(best.id) }
      told.withLock { $0[best.id] = best }
      return RunKey(identity(of: best), material, self)
    }

    /// Offers a session that is about to open what it may fall back on.
    /// - Throws: `VaultError`.
    func offerOthers(to session: LiveVenue) throws(VaultError) {
      tell(session, try records(), in: store, nil)
    }

    /// Tells a session of every change from now on.
    /// - Throws: `VaultError.failed` when the system gives no thread.
    func follow(by session: LiveVenue) throws(VaultError) -> KeyWatch {
      try KeyWatch(store) { found in
        switch found {
        case .success(let found):
          if let damage = found.damage { Output.warn("\(damage); its key goes on") }
          self.tell(session, found.keys.filter { self.isOurs($0) }, in: found.store, found.damage)
        case .failure(let error):
          Output.warn("\(error); the run goes on with the keys it has")
        }
      }
    }

    private func isOurs(_ record: KeyRecord) -> Bool {
      record.venue == venue && record.label == label
    }

    private func records() throws(VaultError) -> [KeyRecord] {
      try store.records().filter { isOurs($0) }
    }

    private func identity(of record: KeyRecord) -> KeyIdentity {
      KeyIdentity(
        id: record.id, fingerprint: record.fingerprint,
        until: record.state == .grace ? record.graceEnd : .distantFuture)
    }

    /// New keys first, so that there is one to go to when an old one ends.
    private func tell(
      _ session: LiveVenue, _ records: [KeyRecord], in store: KeyStore, _ damage: VaultError?
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
          // A key that is in the store no more was taken out of it by somebody, unless its record rotted.
          let state = record?.state ?? (damage == nil ? .revoked : known.state)
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
        let material = try unlocked.withLock { try $0.material(record.id, in: store) }
        session.offer(identity(of: record), try material.credentials(for: venue))
        return true
      } catch {
        Output.warn("\(error); key \(record.id) is not used")
        return false
      }
    }
  }
#endif
