/// The keys that a run begins with, one for each of its venues, from wherever the user has them: the
/// settings, standard input, or the key store. What is missing is named all at once.

#if Live
  import Dialects
  import Exchanges
  import Research
  import Store
  import TradingCore

  /// The key that a run begins with at one venue.
  final class RunKey {
    let identity: KeyIdentity
    private let venue: String
    /// Where its successors come from; `nil` for a key that came by the settings or standard input.
    let stored: StoredKeys?
    private var material: KeyMaterial?

    init(_ material: consuming KeyMaterial, for venue: String) throws(VaultError) {
      self.venue = venue
      identity = KeyIdentity(id: 0, fingerprint: try material.fingerprint())
      stored = nil
      self.material = consume material
    }

    init(
      _ identity: KeyIdentity, _ material: consuming KeyMaterial, for venue: String,
      _ stored: StoredKeys
    ) {
      (self.identity, self.venue, self.stored) = (identity, venue, stored)
      self.material = consume material
    }

    /// Gives the secret out, once.
    /// - Throws: `DialectError.key` for a secret of no known form, or of one that the venue does not take.
    func credentials() throws -> sending Credentials {
      guard let material = material.take() else {
        preconditionFailure("RunKey: the secret was given out before")
      }
      return try material.credentials(for: venue)
    }

    /// What an account is opened with.
    func access(window: Interval, deadMansSwitch: DeadMansSwitch?) -> AccountAccess {
      AccountAccess(
        identity, window: window, deadMansSwitch: deadMansSwitch,
        credentials: { try self.credentials() },
        prepare: { [stored] in try stored?.offerOthers(to: $0) })
    }
  }

  /// Where a run's keys come from.
  struct RunKeys {
    let configured: Configured
    let store: StoreOptions
    /// What `--key` says: ids or labels in the store.
    let named: [String]
    /// What can be done without one, behind the reason that there is none.
    var otherwise = ""
    /// Tells the person at the terminal and the log what becomes of keys in the store.
    let announce: @Sendable (String) -> Void

    /// The keys of some venues, in their order.
    /// - Throws: `VaultError`, and `CommandFailure` naming every venue without a key.
    func keys(of venues: [String]) throws -> [RunKey] {
      let isOnly = venues.count == 1
      if !isOnly { try expectNoKeyOfAnyVenue(venues) }
      var keys: [RunKey?] = []
      for venue in venues {
        if let given = try KeyMaterial.fromSettings(configured, for: venue, isOnly: isOnly) {
          keys.append(try RunKey(given, for: venue))
        } else {
          keys.append(nil)
        }
      }
      let missing = zip(venues, keys).filter { $1 == nil }.map(\.0)
      guard !missing.isEmpty else {
        guard named.isEmpty else { throw Self.unused(named, "the settings have the key") }
        return keys.compactMap(\.self)
      }
      guard try Files.exists(store.path()) else { throw none(for: missing, isOnly: isOnly) }
      var stored = try fromStore(missing)
      return keys.map { $0 ?? stored.removeFirst() }
    }

    private func fromStore(_ venues: [String]) throws -> [RunKey] {
      let store = try store.open()
      let records = try store.records()
      let accounts = try StoredKeys.accounts(
        at: venues, named: named, in: records, of: store.path)
      let opened = try OpenedStore(store, Passphrase.read(), announce: announce)
      return try accounts.map { try StoredKeys(opened, $0).first() }
    }

    /// A key that was named and would not be used: another account would be traded than was meant.
    static func unused(_ names: [String], _ reason: String) -> CommandFailure {
      CommandFailure(
        .usage,
        "--key \(names.joined(separator: ", ")) is a key of the store, and \(reason) already; take away one "
          + "of both", .configuration)
    }

    private func none(for venues: [String], isOnly: Bool) -> CommandFailure {
      let ways =
        isOnly
        ? "set CRYPTOBOT_API_KEY and CRYPTOBOT_API_SECRET, give both on standard input with "
          + "--credentials, or put one into the key store with `cryptobot keys add`"
        : "put one for each into the key store with `cryptobot keys add`"
          + (venues.contains(BinanceDialect.name)
            ? "; Binance's may also stand in BINANCE_API_KEY and BINANCE_SECRET_KEY" : "")
      return CommandFailure(
        .refused,
        "no key\(isOnly ? "" : " for \(venues.joined(separator: ", "))"): \(ways)\(otherwise)",
        .configuration)
    }

    /// A key of whatever venue says of several not at which it is good.
    private func expectNoKeyOfAnyVenue(_ venues: [String]) throws(CommandFailure) {
      for key in [ConfigurationKey.accountKey, .accountSecret] {
        let setting = configured[key]
        guard setting.source.isChosen else { continue }
        throw CommandFailure(
          .refused,
          "\(key.name) is set (\(setting.source.text)) and does not say at which of "
            + "\(venues.joined(separator: ", ")) it is good: unset it, and put a key for each into the "
            + "key store with `cryptobot keys add`", .configuration)
      }
    }
  }
#endif
