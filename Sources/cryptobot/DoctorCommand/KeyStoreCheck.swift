/// Whether the key store can be used and its keys are in force.

#if Live
  import Dialects
  import Exchanges
  import Glibc
  import Research
  import Store
  import TradingCore

  struct KeyStoreCheck {
    private let options: StoreOptions

    init(_ options: StoreOptions) { self.options = options }

    var findings: [DoctorFinding] {
      do {
        let path = try options.path()
        guard Files.exists(path) else {
          guard !options.isNamed else {
            return [.fail("keys \(path)", VaultError.missing(path: path))]
          }
          return [
            .pass("keys \(path)", "no key store; keys come by environment, file or standard input")
          ]
        }
        return try store("keys \(path)")
      } catch {
        return [.fail("keys", error)]
      }
    }

    private func store(_ check: String) throws -> [DoctorFinding] {
      do {
        let store = try options.open()
        let records = try store.records()
        let now = WallClock.now
        let usable = records.filter { $0.isUsable(at: now) }.count
        let opened = try seal(store)
        return [.pass(check, "\(records.count) keys, \(usable) in force\(opened)")]
          + [journal(of: store, records)]
          + records.filter(\.state.isUsable).map { key($0, at: now) }
          + orphans(records, at: now)
      } catch {
        return [.fail(check, error)]
      }
    }

    private func journal(of store: KeyStore, _ records: [KeyRecord]) -> DoctorFinding {
      let check = "key journal \(store.journalFolder)"
      do {
        guard try store.hasJournal() else {
          guard !records.isEmpty else { return .pass(check, "none, as the store has no key yet") }
          return .warn(
            check, "it is not there: no step of these keys is recorded",
            "put a copy of it there; without one the next step begins it anew")
        }
        return .pass(check, "this store's")
      } catch {
        return .fail(check, error)
      }
    }

    /// Opens the store for secrets where a passphrase is at hand.
    private func seal(_ store: KeyStore) throws -> String {
      guard let passphrase = try Passphrase.given() else {
        return "; no passphrase given to open it"
      }
      let unlocked = try store.unlock(passphrase)
      try unlocked.verify()
      return "; opens with the passphrase, every secret whole"
    }

    private func key(_ record: KeyRecord, at now: Timestamp) -> DoctorFinding {
      let check = "key \(record.id) (\(record.venue), \(record.label))"
      let found = "\(record.state.rawValue), due \(record.due.iso8601)"
      if record.isOver(at: now) {
        return .fail(
          check, "\(found): its time is over",
          record.state == .active
            ? "make a new key at \(record.venue), then cryptobot keys rotate \(record.id)"
            : "cryptobot keys expire")
      }
      guard record.isNearlyDue(at: now) else { return .pass(check, found) }
      return .warn(
        check, found, "make a new key at \(record.venue), then cryptobot keys rotate \(record.id)")
    }

    /// Venues whose keys have all ended.
    private func orphans(_ records: [KeyRecord], at now: Timestamp) -> [DoctorFinding] {
      Set(records.map(\.venue)).sorted().compactMap { venue in
        let own = records.filter { $0.venue == venue }
        guard !own.contains(where: \.state.isUsable) else { return nil }
        // Ended by hand, the venue may have been left for good.
        let isLeft = own.allSatisfy { $0.state != .expired }
        let found = "all \(own.count) have ended"
        let advice = "make a new key at \(venue), then cryptobot keys add \(venue)"
        return isLeft
          ? .warn("keys of \(venue)", found, "to trade there again, " + advice)
          : .fail("keys of \(venue)", found, advice)
      }
    }
  }
#endif
